/** Carries repairs out on the one write path, in transactions of their own: the ledger is read under the locks, and nobody else waits for it. */
import { inTransaction, type StoredMessage } from '@oms/messaging';
import type { Logger } from '@oms/service-kit';
import { isOutage, isOutcomeUnknown } from '@oms/service-kit/outage';
import type pg from 'pg';
import type { Reconcile } from './repair-decisions.ts';
import type { RepairReply } from '../domain/stock.ts';
import { refuseOutage } from '../store/outage.ts';
import type { Transact } from '../store/transact.ts';

export type Repairs = {
  /** One answer for each. @throws Refusal STOCK_UNAVAILABLE while the database is away; what was repaired before stays so */
  apply(commands: readonly Reconcile[]): Promise<RepairReply[]>;
};

/** As many as share one look at the ledger. */
const batchMax = 100;

export function createRepairs(o: {
  pool: pg.Pool;
  transact: Transact;
  enqueue: (stored: StoredMessage[]) => void;
  logger: Logger;
}): Repairs {
  return {
    async apply(commands) {
      const replies: RepairReply[] = [];
      for (let at = 0; at < commands.length; at += batchMax) {
        replies.push(...(await inOne(commands.slice(at, at + batchMax))));
      }
      return replies;
    },
  };

  async function inOne(commands: readonly Reconcile[]): Promise<RepairReply[]> {
    try {
      const { outcomes, stored } = await inTransaction(o.pool, (client) => o.transact(client, commands));
      o.enqueue(stored);
      return outcomes.map((outcome, at) => {
        if ('error' in outcome) throw outcome.error;
        const { changed, left } = outcome.value as RepairReply; // a repair is answered as one, and never refused
        o.logger.info({ ...nameOf(commands[at]!), changed, left }, 'books repaired');
        return { changed, left };
      });
    } catch (error) {
      if (isOutage(error) || isOutcomeUnknown(error)) return refuseOutage(error);
      if (commands.length > 1) {
        const alone: RepairReply[] = [];
        for (const command of commands) alone.push(...(await inOne([command])));
        return alone;
      }
      o.logger.warn({ err: error, ...nameOf(commands[0]!) }, 'a repair of the books could not be written');
      return [{ changed: false, left: 'it could not be written just now; run it again' }];
    }
  }
}

function nameOf(command: Reconcile) {
  const { type: repair, by } = command;
  return command.type === 'ReconcileItem'
    ? { repair, by, itemId: command.itemId }
    : { repair, by, orderId: command.orderId };
}
