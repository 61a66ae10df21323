/** Carries out repairs on the write path of all stock, in transactions of their own: the ledger is read under the locks, and requests wait for no repair but that of their item. */
import { inTransaction, type StoredMessage } from '@oms/messaging';
import type { Logger } from '@oms/service-kit';
import { isOutage, isOutcomeUnknown } from '@oms/service-kit/outage';
import type pg from 'pg';
import { noNeeds } from '../store/load-stock.ts';
import { refuseOutage } from '../store/outage.ts';
import type { Batch, Transact } from '../store/transact.ts';
import { loadDifferences } from './load-differences.ts';
import { decideRepair, type RepairCommand, type RepairReply } from './repair-decisions.ts';

export type Repairs = {
  /** Returns one reply for each command. @throws Refusal STOCK_UNAVAILABLE while the database is away; earlier repairs stay committed */
  apply(commands: readonly RepairCommand[]): Promise<RepairReply[]>;
};
export type RepairsOptions = {
  pool: pg.Pool;
  transact: Transact;
  enqueue: (stored: StoredMessage[]) => void;
  logger: Logger;
};

/** The number of repairs that share one read of the ledger. */
const batchMax = 100;

export function createRepairs({ pool, transact, enqueue, logger }: RepairsOptions): Repairs {
  return {
    async apply(commands) {
      const replies: RepairReply[] = [];
      for (let index = 0; index < commands.length; index += batchMax) {
        replies.push(...(await inOneTransaction(commands.slice(index, index + batchMax))));
      }
      return replies;
    },
  };

  async function inOneTransaction(commands: readonly RepairCommand[]): Promise<RepairReply[]> {
    try {
      const { outcomes, stored } = await inTransaction(pool, (client) => transact(client, repairBatch(commands)));
      enqueue(stored);
      return outcomes.map((outcome, index) => {
        if ('error' in outcome) throw outcome.error;
        const { changed, skipReason } = outcome.value;
        logger.info({ ...fieldsOf(commands[index]!), changed, skipReason }, 'stock repaired');
        return { changed, skipReason };
      });
    } catch (error) {
      if (isOutage(error) || isOutcomeUnknown(error)) return refuseOutage(error);
      if (commands.length > 1) {
        const replies: RepairReply[] = [];
        for (const command of commands) replies.push(...(await inOneTransaction([command])));
        return replies;
      }
      logger.warn({ err: error, ...fieldsOf(commands[0]!) }, 'a repair of stock could not be written');
      return [{ changed: false, skipReason: 'it could not be written now; run it again' }];
    }
  }
}

function repairBatch(commands: readonly RepairCommand[]): Batch<RepairCommand, RepairReply> {
  const orders = commands.filter((command) => command.type === 'RepairOrder');
  const orderIds = orders.map(({ orderId }) => orderId);
  const targetItemIds = orders.flatMap(({ target }) => (target?.lines ?? []).map(({ itemId }) => itemId));
  const namedItemIds = commands.flatMap((command) =>
    command.type === 'RepairItem' ? [command.itemId] : command.itemIds,
  );
  return {
    commands,
    needs: { ...noNeeds, itemIds: [...namedItemIds, ...targetItemIds], orderIds, orderIdsWithItems: orderIds },
    decider: async (client, { items }) => {
      // Items that do not exist have differences as well. They are not locked, and cannot change.
      const itemIds = new Set([...items.keys(), ...namedItemIds]);
      const differences = await loadDifferences(client, [...itemIds], orderIds);
      return (stock, command) => decideRepair(stock, differences, command);
    },
    traceparentOf: () => undefined,
  };
}

function fieldsOf(command: RepairCommand) {
  const { type: repair, by } = command;
  return command.type === 'RepairItem'
    ? { repair, by, itemId: command.itemId }
    : { repair, by, orderId: command.orderId };
}
