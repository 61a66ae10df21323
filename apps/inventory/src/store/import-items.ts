/** Imports rows on the write path of all stock: a transaction for at most 1,000 of them, and a pause after each, which belongs to the orders. */
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { ItemId } from '@oms/contracts';
import { afterCommit, inTransaction, type StoredMessage } from '@oms/messaging';
import { isOutcomeUnknown } from '@oms/service-kit/outage';
import { Refusal } from '@oms/service-kit/refusal';
import type pg from 'pg';
import { decideImport, StaleNameError, type ImportItem, type ImportReply } from '../domain/import.ts';
import { nameKeyOf } from '../domain/item-name.ts';
import type { ItemDetails } from '../domain/item.ts';
import { loadNames, loadStock, noNeeds, type StockNeeds } from './load-stock.ts';
import { refuseOutage } from './outage.ts';
import { lostRace, type Transact } from './transact.ts';

export const importRowsMax = 1_000;

/** No two with the same name. */
export type ImportRow = { details: ItemDetails; onHand: number };
/** Or why the row cannot be imported. */
export type ImportOutcome = ImportReply | { refusal: Refusal };
export type ImportItems = {
  /** At most `importRowsMax` rows, in one transaction. @throws Refusal STOCK_UNAVAILABLE or STARTING; then none of them is imported, or all are */
  (rows: readonly ImportRow[], context: { by: string; at: Date; dryRun: boolean }): Promise<ImportOutcome[]>;
};
export type ImportOptions = {
  pool: pg.Pool;
  transact: Transact;
  enqueue: (stored: StoredMessage[]) => void;
  assertReady: () => void;
};

const attemptsMax = 5;
const retryMs = 50;
/** Of the time of a transaction. */
const pausePart = 0.5;

export function createImportItems({ pool, transact, enqueue, assertReady }: ImportOptions): ImportItems {
  return async (rows, { by, at, dryRun }) => {
    const startedAt = performance.now();
    for (let attempt = 1; ; attempt += 1) {
      try {
        assertReady();
        const outcomes = await importOnce(rows, { by, at, dryRun });
        await wait((performance.now() - startedAt) * pausePart);
        return outcomes;
      } catch (error) {
        // All rows can be repeated: those that were committed are found as they are.
        const isRepeatable = error instanceof StaleNameError || lostRace(error) || isOutcomeUnknown(error);
        if (!isRepeatable || attempt === attemptsMax) return refuseOutage(error);
        await wait(retryMs * attempt);
      }
    }
  };

  function importOnce(rows: readonly ImportRow[], { by, at, dryRun }: { by: string; at: Date; dryRun: boolean }) {
    return inTransaction(pool, async (client) => {
      const names = rows.map(({ details }) => details.itemName);
      const known = await loadNames(client, { itemNames: names });
      const commands = rows.map(({ details, onHand }): ImportItem => {
        const owner = known.get(nameKeyOf(details.itemName))?.[0];
        const itemId = owner ?? (randomUUID() as ItemId);
        return { type: 'ImportItem', itemId, isKnown: owner !== undefined, details, onHand, by, at };
      });
      const itemIds = commands.flatMap(({ itemId, isKnown }) => (isKnown ? [itemId] : []));
      const needs: StockNeeds = { ...noNeeds, itemIds, itemNames: names };
      return dryRun ? decideOnly(client, needs, commands) : write(client, needs, commands);
    });
  }

  async function write(client: pg.PoolClient, needs: StockNeeds, commands: readonly ImportItem[]) {
    const { outcomes, stored } = await transact(client, {
      commands,
      needs,
      decider: () => decideImport,
      traceparentOf: () => undefined,
    });
    afterCommit(() => enqueue(stored));
    return outcomes.map((outcome) => ('error' in outcome ? { refusal: refusalOf(outcome.error) } : outcome.value));
  }
}

async function decideOnly(client: pg.PoolClient, needs: StockNeeds, commands: readonly ImportItem[]) {
  const stock = await loadStock(client, needs);
  return commands.map((command): ImportOutcome => {
    try {
      return decideImport(stock, command).reply;
    } catch (error) {
      return { refusal: refusalOf(error) };
    }
  });
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  throw error;
}
