/**
 * Writes down what Kafka has of items and the database has not: rows, ledger, and alerts that were never told, in one transaction, under
 * the locks that every other change of stock takes. Reservations are not told on Kafka; they follow from the orders, by reconcile.
 */
import { newEventId, type Codec, type ItemId, type OrderId } from '@oms/contracts';
import { inTransaction, type Kafka, type Outbox } from '@oms/messaging';
import type { Recovered, RecoverOptions } from '@oms/service-kit/recover';
import type pg from 'pg';
import type { ReconcileItem } from '../reconciliation/repair-decisions.ts';
import type { Item } from '../domain/item.ts';
import { recoverItem, type KnownItem, type LedgerLine, type Recovery, type Verdict } from './recover-item.ts';
import type { Stock } from '../domain/stock.ts';
import { loadStock } from '../store/load-stock.ts';
import { saveStock } from '../store/save-stock.ts';
import { readToldItems, type ToldItems } from './published-items.ts';

type Recovering = { pool: pg.Pool; kafka: Kafka; codec: Codec; outbox: Outbox; now: () => Date } & RecoverOptions;

const by = 'recover';

/** All in one, as a name may go from one item to another. */
export async function recoverStock(o: Recovering): Promise<{ read: number; findings: Recovered[] }> {
  const { told, read } = await readToldItems(o);
  if (told.size === 0) return { read, findings: [] };
  const findings = await inTransaction(o.pool, async (client) => {
    const { stock, ledgers } = await loadItems(client, told, o.now());
    const cases = [...told].sort().flatMap(([itemId, toldItem]) => {
      const known = { item: stock.items.get(itemId) ?? null, ...ledgers.get(itemId)! };
      const verdict = recoverItem(known, toldItem, { by, at: o.now(), newId: newEventId });
      return verdict ? [{ itemId, known, verdict }] : [];
    });
    if (o.fix)
      await save(
        client,
        o.outbox,
        stock,
        cases.flatMap(({ verdict }) => ('facts' in verdict ? [verdict] : [])),
      );
    return cases.map(({ itemId, known, verdict }) => findingOf(itemId, known, verdict, o.fix));
  });
  return { read, findings };
}

type Ledger = Pick<KnownItem, 'ledger' | 'ledgerVersion'>;

async function loadItems(client: pg.ClientBase, told: ToldItems['told'], at: Date) {
  const itemIds = [...told.keys()];
  // What reconcile asks for is what this needs: each item's row, locked.
  const stock = await loadStock(
    client,
    itemIds.map((itemId): ReconcileItem => ({ type: 'ReconcileItem', itemId, by, at })),
  );
  const firsts = itemIds.map((id) => Math.min(...told.get(id)!.changes.keys()));
  const { rows } = await client.query<LedgerRow>(ledgerSql, [itemIds, firsts]);
  const ledgers = new Map(itemIds.map((id): [ItemId, Ledger] => [id, { ledger: new Map(), ledgerVersion: 0 }]));
  for (const { itemId, itemVersion, ...line } of rows) {
    const { ledger, ledgerVersion } = ledgers.get(itemId)!;
    const lines = new Map([...ledger, [itemVersion, line]]);
    ledgers.set(itemId, { ledger: lines, ledgerVersion: Math.max(ledgerVersion, itemVersion) });
  }
  return { stock, ledgers };
}

// The newest line as well, however long ago: an item that was deleted has its last version nowhere else.
const ledgerSql = `
SELECT m."itemId", m."itemVersion", m."quantityAfter", m."orderId", m.note
FROM unnest($1::uuid[], $2::int[]) AS t ("itemId", first)
JOIN movements m ON m."itemId" = t."itemId"
WHERE m."itemVersion" >= least(t.first, (SELECT max(l."itemVersion") FROM movements l WHERE l."itemId" = t."itemId"))`;

type LedgerRow = LedgerLine & { itemId: ItemId; itemVersion: number; orderId: OrderId | null };

async function save(client: pg.PoolClient, outbox: Outbox, before: Stock, recoveries: readonly Recovery[]) {
  const items = new Map<ItemId, Item>(before.items);
  for (const { item } of recoveries) items.set(item.id, item);
  const facts = recoveries.flatMap((recovery) => recovery.facts);
  await saveStock(client, before, { ...before, items }, facts);
  await outbox.append(
    client,
    recoveries.flatMap(({ messages }) => messages),
  );
}

function findingOf(id: ItemId, { item }: KnownItem, verdict: Verdict, fix: boolean): Recovered {
  const found = item ? `"${item.itemName}", version ${item.version}, ${item.quantity} on the shelf` : 'not there';
  if ('missing' in verdict) {
    const expected = `Kafka tells of later versions, and version ${verdict.missing} is not in what was read`;
    return { kind: 'ITEM_UNTOLD', id, found, expected, remedy: 'give an earlier --since', fixed: false };
  }
  if ('left' in verdict) {
    const expected = 'the ledger lacks movements that were told';
    return { kind: 'ITEM_FORKED', id, found, expected, remedy: verdict.left, fixed: false };
  }
  const { item: after, forked } = verdict;
  const kind = forked ? 'ITEM_FORKED' : item ? 'ITEM_BEHIND' : 'ITEM_LOST';
  const count = verdict.facts.length;
  const stands = after.removed ? 'deleted' : `${after.quantity} on the shelf`;
  const remedy = forked
    ? 'adds to the ledger what was told and is not in it'
    : `writes ${count} change${count === 1 ? '' : 's'} down`;
  return { kind, id, found, expected: `by Kafka version ${after.version}, ${stands}`, remedy, fixed: fix };
}
