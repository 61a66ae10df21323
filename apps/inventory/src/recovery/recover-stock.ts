/**
 * Writes what Kafka has of items and the database lacks: rows, ledger, and alerts that were never published. All in one transaction, under
 * the locks that every other change of stock takes. Reservations are not published; reconciliation restores them from the orders.
 */
import { newEventId, type Codec, type ItemId } from '@oms/contracts';
import { inTransaction, type Kafka, type Outbox } from '@oms/messaging';
import type { Recovered } from '@oms/service-kit/recover';
import type pg from 'pg';
import type { Stock } from '../domain/stock.ts';
import { numberDuplicateNames } from '../store/duplicate-names.ts';
import { loadStock, noNeeds } from '../store/load-stock.ts';
import { saveStock } from '../store/save-stock.ts';
import {
  planItemRecovery,
  type ItemRecovery,
  type LedgerLine,
  type PublishedItem,
  type RecoveryPlan,
  type StoredItem,
} from './plan-item-recovery.ts';
import { readPublishedItems } from './published-items.ts';

export type StockRecoveryOptions = {
  pool: pg.Pool;
  kafka: Kafka;
  codec: Codec;
  outbox: Outbox;
  now: () => Date;
  /** From where on Kafka is read. */
  since: Date;
  /** False: only reports. */
  fix: boolean;
};

const by = 'recover';

/** One transaction for all items, as a name may have gone from one item to another. */
export async function recoverStock(
  options: StockRecoveryOptions,
): Promise<{ read: number; discrepancies: Recovered[] }> {
  const { pool, kafka, codec, outbox, now, since, fix } = options;
  const { items: published, read } = await readPublishedItems({ pool, kafka, codec, since });
  if (published.size === 0) return { read, discrepancies: [] };
  const discrepancies = await inTransaction(pool, async (client) => {
    const stock = await loadStock(client, { ...noNeeds, itemIds: [...published.keys()] });
    const ledgers = await loadLedgers(client, published);
    const cases = [...published].sort().flatMap(([itemId, publishedItem]) => {
      const stored = { item: stock.items.get(itemId) ?? null, ...ledgers.get(itemId)! };
      const plan = planItemRecovery(stored, publishedItem, { by, at: now(), newId: newEventId });
      return plan ? [{ itemId, stored, plan }] : [];
    });
    const recoveries = cases.flatMap(({ plan }) => ('applied' in plan ? [plan] : []));
    if (fix) await save(client, outbox, stock, recoveries);
    return cases.map(({ itemId, stored, plan }) => discrepancyOf(itemId, stored, plan, fix));
  });
  return { read, discrepancies };
}

// The newest movement as well, however old it is: nothing else has the last version of an item that was deleted.
const ledgerSql = `
SELECT m."itemId", m."itemVersion", m."quantityAfter", m."shortDelta", m."writtenOff", m."orderId", m.note
FROM unnest($1::uuid[], $2::int[]) AS t ("itemId", first)
JOIN movements m ON m."itemId" = t."itemId"
WHERE m."itemVersion" >= least(t.first, (SELECT max(l."itemVersion") FROM movements l WHERE l."itemId" = t."itemId"))`;

type LedgerRow = LedgerLine & { itemId: ItemId; itemVersion: number };
type Ledger = Pick<StoredItem, 'ledger' | 'ledgerVersion'>;

async function loadLedgers(
  client: pg.ClientBase,
  published: ReadonlyMap<ItemId, PublishedItem>,
): Promise<Map<ItemId, Ledger>> {
  const itemIds = [...published.keys()];
  const firstVersions = [...published.values()].map(({ changes }) => Math.min(...changes.keys()));
  const { rows } = await client.query<LedgerRow>(ledgerSql, [itemIds, firstVersions]);
  const byItemId = Map.groupBy(rows, ({ itemId }) => itemId);
  return new Map(itemIds.map((itemId) => [itemId, ledgerOf(byItemId.get(itemId) ?? [])]));
}

function ledgerOf(rows: readonly LedgerRow[]): Ledger {
  const lines = rows.map(({ itemVersion, ...line }) => [itemVersion, line] as const);
  return { ledger: new Map(lines), ledgerVersion: Math.max(0, ...rows.map(({ itemVersion }) => itemVersion)) };
}

async function save(client: pg.PoolClient, outbox: Outbox, before: Stock, recoveries: readonly ItemRecovery[]) {
  const items = new Map([...before.items, ...recoveries.map(({ item }) => [item.id, item] as const)]);
  const applied = recoveries.flatMap((recovery) => recovery.applied);
  // Published names come back as they were, also those that had one normal form before it was unique.
  await client.query('SET CONSTRAINTS "inventory_nameKey_key" DEFERRED');
  await saveStock(client, before, { ...before, items }, applied);
  await numberDuplicateNames(client, [...items.keys()]);
  const messages = recoveries.flatMap((recovery) => recovery.messages);
  await outbox.append(client, messages);
}

function discrepancyOf(id: ItemId, { item }: StoredItem, plan: RecoveryPlan, fix: boolean): Recovered {
  const found = item ? `"${item.itemName}", version ${item.version}, ${item.quantity} in stock` : 'not there';
  if ('missing' in plan) {
    const expected = `Kafka has later versions, and version ${plan.missing} is not in what was read`;
    return { kind: 'VERSION_MISSING', id, found, expected, remedy: 'give an earlier --since', fixed: false };
  }
  if ('skipReason' in plan) {
    const expected = 'the ledger lacks movements that were published';
    return { kind: 'ITEM_FORKED', id, found, expected, remedy: plan.skipReason, fixed: false };
  }
  const { item: after, forked } = plan;
  const kind = forked ? 'ITEM_FORKED' : item ? 'ITEM_BEHIND' : 'ITEM_LOST';
  const count = plan.applied.length;
  const state = after.removed ? 'deleted' : `${after.quantity} in stock`;
  const remedy = forked
    ? 'adds the published movements that the ledger lacks'
    : `writes ${count} change${count === 1 ? '' : 's'}`;
  return { kind, id, found, expected: `by Kafka version ${after.version}, ${state}`, remedy, fixed: fix };
}
