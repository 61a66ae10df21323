/** Reads items, ledger and reservations without locks: each read is one snapshot, which sees a transaction completely or not at all. */
import type { ItemId, OrderId } from '@oms/contracts';
import type pg from 'pg';
import type { Reservation } from '../domain/reservation.ts';
import { refuseOutage } from '../store/outage.ts';
import { reservationColumns, withLines, type ReservationRow } from '../store/reservation-rows.ts';
import { namesOf } from '../store/write.ts';
import type { ItemCase } from './discrepancies.ts';
import { byOrder, loadItemCases, loadOrderDifferences, type OrderDifference } from './load-differences.ts';
import type { Differences } from './repair-decisions.ts';

export type AuditedOrders = { reservations: Map<OrderId, Reservation>; differences: Differences['orders'] };
export type Audit = {
  /** By order id, at most `limit`, after the id `after`. */
  reservations(after: OrderId | null, limit: number): Promise<Reservation[]>;
  /** The reservations and differences of these orders. @param itemIds their items, beside those of their reservations */
  orders(orderIds: readonly OrderId[], itemIds: readonly ItemId[]): Promise<AuditedOrders>;
  /** Item ids in order, also of items that only the ledger still has. */
  itemIds(after: ItemId | null, limit: number): Promise<ItemId[]>;
  items(itemIds: readonly ItemId[]): Promise<ItemCase[]>;
  /** Orders whose movements of these items do not add up, by order id. No order is cut in two, so it may be more than `limit`. */
  differences(itemIds: readonly ItemId[], after: OrderId | null, limit: number): Promise<OrderDifference[]>;
};

const first = '00000000-0000-0000-0000-000000000000';
const columns = namesOf(reservationColumns);
const pageSql = `SELECT ${columns} FROM reservations WHERE "orderId" > $1 ORDER BY "orderId" LIMIT $2`;
const findSql = `SELECT ${columns} FROM reservations WHERE "orderId" = ANY ($1::uuid[])`;

// The second part skips from item to item by the ledger's index, however many movements each has; the limit ends it.
const itemIdsSql = `
WITH RECURSIVE named AS (
  (SELECT "itemId" AS id FROM movements WHERE "itemId" > $1 ORDER BY "itemId" LIMIT 1)
  UNION ALL
  SELECT (SELECT "itemId" FROM movements m WHERE m."itemId" > named.id ORDER BY m."itemId" LIMIT 1)
  FROM named WHERE named.id IS NOT NULL
), ledger AS (SELECT id FROM named WHERE id IS NOT NULL LIMIT $2)
SELECT id FROM ledger
UNION
(SELECT id FROM inventory WHERE id > $1 ORDER BY id LIMIT $2)
ORDER BY id LIMIT $2`;

export function createAudit(pool: pg.Pool): Audit {
  return {
    reservations: (after, limit) =>
      inSnapshot(pool, async (client) => {
        const query = { name: 'page-reservations', text: pageSql, values: [after ?? first, limit] };
        const { rows } = await client.query<ReservationRow>(query);
        return withLines(client, rows);
      }),
    orders: (orderIds, itemIds) =>
      inSnapshot(pool, async (client) => {
        const query = { name: 'find-reservations', text: findSql, values: [orderIds] };
        const { rows } = await client.query<ReservationRow>(query);
        const reservations = await withLines(client, rows);
        const all = new Set([...itemIds, ...reservations.flatMap(({ lines }) => lines.map(({ itemId }) => itemId))]);
        return {
          reservations: new Map(reservations.map((reservation) => [reservation.orderId, reservation])),
          differences: byOrder(await loadOrderDifferences(client, [...all], { orderIds })),
        };
      }),
    itemIds: (after, limit) =>
      inSnapshot(pool, async (client) => {
        const values = [after ?? first, limit];
        const { rows } = await client.query<{ id: ItemId }>({ name: 'page-items', text: itemIdsSql, values });
        return rows.map(({ id }) => id);
      }),
    items: (itemIds) => inSnapshot(pool, (client) => loadItemCases(client, itemIds)),
    differences: (itemIds, after, limit) =>
      inSnapshot(pool, (client) => loadOrderDifferences(client, itemIds, { after, limit })),
  };
}

/** READ ONLY. The connection goes back to the pool with its transaction ended, whatever happens. */
async function inSnapshot<T>(pool: pg.Pool, read: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect().catch(refuseOutage);
  let broken: Error | undefined;
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const result = await read(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch((cause: Error) => (broken = cause));
    return refuseOutage(error);
  } finally {
    client.release(broken);
  }
}
