/** Orders and placements as a writer needs them: every one that a batch touches, locked, by one statement. */

import type { ClientBase, Pool } from 'pg';
import type { EventId, OrderId } from '@oms/contracts';
import type { CancelledOrder } from '../domain/cancellation.ts';
import type { Order } from '../domain/order.ts';
import type { Placement } from '../domain/placement.ts';
import { pick, select, selectAs } from './columns.ts';
import { orderColumns, orderFromRow } from './order-row.ts';
import { placementColumns, placementFromRow, type PlacementRow } from './placement-row.ts';

/** What is stored under one order id. */
export type OrderRecord = { readonly order: Order | null; readonly placement: Placement | null };

/** Exactly one record for each id. The rows stay locked until the transaction ends. */
export async function loadOrders(client: ClientBase, ids: readonly OrderId[]): Promise<Map<OrderId, OrderRecord>> {
  const records = new Map<OrderId, OrderRecord>(ids.map((id) => [id, { order: null, placement: null }]));
  const { rows } = await client.query<JoinedRow>({ name: 'order.load', text: loadSql, values: [ids] });
  for (const row of rows) {
    const order = row.order_id === null ? null : orderFromRow(pick(row, orderColumns, 'order'));
    const placement =
      row.placement_orderId === null ? null : placementFromRow(pick(row, placementColumns, 'placement'));
    records.set((row.order_id ?? row.placement_orderId)!, { order, placement });
  }
  return records;
}

/** Those of `eventIds` that are in the history of `ids`: their transaction was committed, even if its COMMIT never answered. */
export async function loadCommitted(
  client: ClientBase,
  ids: readonly OrderId[],
  eventIds: readonly EventId[],
): Promise<Set<EventId>> {
  const { rows } = await client.query<{ eventId: EventId }>(
    `SELECT "eventId" FROM "order_history" WHERE "orderId" = ANY ($1::uuid[]) AND "eventId" = ANY ($2::uuid[])`,
    [ids, eventIds],
  );
  return new Set(rows.map((row) => row.eventId));
}

/** The cancellation of a cancelled order, without a lock: nothing changes it any more. */
export async function loadCancelled(pool: Pool, orderId: OrderId): Promise<CancelledOrder | null> {
  const { rows } = await pool.query<CancelledOrder>({
    name: 'order.load-cancelled',
    text: `SELECT "orderId", "changedBy", "reason", "restock", "soldOutItemIds" FROM "order_history"
WHERE "orderId" = $1 AND "toStatus" = 'CANCELLED'`,
    values: [orderId],
  });
  return rows[0] ?? null;
}

/** Placements without a lock: who writes because of them loads them again under the lock. */
export async function loadPlacements(pool: Pool, ids: readonly OrderId[]): Promise<Map<OrderId, Placement>> {
  const { rows } = await pool.query<PlacementRow>({
    name: 'order.look-up-placements',
    text: `SELECT ${select('p', placementColumns)} FROM "placements" p WHERE p."orderId" = ANY ($1::uuid[])`,
    values: [ids],
  });
  return new Map(rows.map((row) => [row.orderId, placementFromRow(row)]));
}

type JoinedRow = { order_id: OrderId | null; placement_orderId: OrderId | null; [column: string]: unknown };

/**
 * All writers take locks in one sequence - orders by id, then placements by id - so that two replicas with overlapping
 * batches wait for each other and cannot deadlock. The count makes the first part run to its end before the
 * second begins. FOR NO KEY UPDATE: two writers of one order exclude each other, readers never wait.
 */
const loadSql = `
WITH o AS MATERIALIZED (
  SELECT * FROM "orders" WHERE "id" = ANY ($1::uuid[]) ORDER BY "id" FOR NO KEY UPDATE
), p AS MATERIALIZED (
  SELECT * FROM "placements" WHERE "orderId" = ANY ($1::uuid[]) AND (SELECT count(*) FROM o) >= 0
  ORDER BY "orderId" FOR NO KEY UPDATE
)
SELECT ${selectAs('o', orderColumns, 'order')},
       ${selectAs('p', placementColumns, 'placement')}
FROM o FULL JOIN p ON p."orderId" = o."id"`;
