/** The state of orders for inventory's reconciliation, read from the tables that commands write. */

import type { Pool } from 'pg';
import type { EventId, OrderId } from '@oms/contracts';
import type { Order } from '../domain/order.ts';
import { select } from './columns.ts';
import { orderColumns, orderFromRow, type OrderRow } from './order-row.ts';
import { refuseOutage } from './outage.ts';

export type OrderState = {
  order: Order;
  /** The attempt that placed the order; null if its placement does not exist. */
  attempt: number | null;
  /** The message of this version on order-events; null if the history lacks the version. */
  eventId: EventId | null;
  /** Of a cancelled order: its stock can be sold again. Null means true. */
  restock: boolean | null;
};
/** `published`: no message of the order on order-events waits in the outbox, so Kafka has them all. */
export type PublishedOrderState = OrderState & { published: boolean };

export type OrderStates = {
  /** Those of `ids` that exist, in no sequence. */
  of(ids: readonly OrderId[]): Promise<PublishedOrderState[]>;
  /** By id, at most `limit`, after the order that `after` names. */
  page(after: OrderId | null, limit: number): Promise<OrderState[]>;
};

type StateRow = OrderRow & Omit<OrderState, 'order'>;

// Scalar subqueries look placement and history up by primary key, for the rows of the answer only. Joins were planned as merges, which read
// both tables from their beginning for each page: 1 s a page with a million orders.
const columns = `
  ${select('o', orderColumns)},
  (SELECT p."attempt" FROM "placements" p WHERE p."orderId" = o."id" AND p."outcome" = 'PLACED') AS "attempt",
  (SELECT h."eventId" FROM "order_history" h WHERE h."orderId" = o."id" AND h."version" = o."version") AS "eventId",
  (SELECT h."restock" FROM "order_history" h WHERE h."orderId" = o."id" AND h."version" = o."version") AS "restock"`;

const pageSql = `
SELECT ${columns} FROM "orders" o
WHERE o."id" > coalesce($1::uuid, '00000000-0000-0000-0000-000000000000') ORDER BY o."id" LIMIT $2`;

// One statement, so one snapshot: a version and its message in the outbox are seen together or not at all. The outbox has no index by
// aggregate and is short while Kafka is available, so it is read once for all orders.
const ofSql = `
WITH waiting AS MATERIALIZED (
  SELECT DISTINCT "aggregateId" FROM messaging.outbox WHERE "topic" = 'order-events' AND "aggregateId" = ANY ($1::uuid[])
)
SELECT ${columns}, NOT EXISTS (SELECT FROM waiting w WHERE w."aggregateId" = o."id") AS "published"
FROM "orders" o
WHERE o."id" = ANY ($1::uuid[])`;

export function createOrderStates(pool: Pool): OrderStates {
  return {
    async of(ids) {
      const query = { name: 'order.states', text: ofSql, values: [ids] };
      const { rows } = await pool.query<StateRow & { published: boolean }>(query).catch(refuseOutage);
      return rows.map((row) => ({ ...stateOf(row), published: row.published }));
    },
    async page(after, limit) {
      const query = { name: 'order.states-page', text: pageSql, values: [after, limit] };
      const { rows } = await pool.query<StateRow>(query).catch(refuseOutage);
      return rows.map(stateOf);
    },
  };
}

function stateOf(row: StateRow): OrderState {
  return { order: orderFromRow(row), attempt: row.attempt, eventId: row.eventId, restock: row.restock };
}
