/** How orders stand, for inventory to hold its books against: read from the tables the writes go to. */

import type { Pool } from 'pg';
import type { OrderId } from '@oms/contracts';
import type { OrderStatus } from '../domain/order.ts';
import type { ItemView } from './order-view.ts';
import { refuseOutage } from './outage.ts';

export type OrderState = {
  orderId: OrderId;
  status: OrderStatus;
  version: number;
  /** The attempt that placed the order; null if its placement is not there. */
  attempt: number | null;
  /** The message on order-events that told of this version; null if the history lacks it. */
  eventId: string | null;
  lines: Pick<ItemView, 'itemId' | 'itemName' | 'quantity' | 'unitPrice'>[];
};
/** `told`: all that the order has to say on order-events has left the outbox, so Kafka has it. */
export type ToldOrderState = OrderState & { told: boolean };

export type OrderStates = {
  /** Those of `ids` that exist, in no sequence. */
  of(ids: readonly OrderId[]): Promise<ToldOrderState[]>;
  /** By id, at most `limit`, after the order that `after` names. */
  page(after: OrderId | null, limit: number): Promise<OrderState[]>;
};

// Looked up one by one, by primary key, for the rows that are answered. As joins they were planned as merges, which read placements and
// history from their beginning for each page: 1 s a page at a million orders.
const columns = `
  o."id" AS "orderId", o."status", o."version", o."items" AS "lines",
  (SELECT p."attempt" FROM "placements" p WHERE p."orderId" = o."id" AND p."outcome" = 'PLACED') AS "attempt",
  (SELECT h."eventId" FROM "order_history" h WHERE h."orderId" = o."id" AND h."version" = o."version") AS "eventId"`;

const pageSql = `
SELECT ${columns} FROM "orders" o
WHERE o."id" > coalesce($1::uuid, '00000000-0000-0000-0000-000000000000') ORDER BY o."id" LIMIT $2`;

// One statement, one snapshot: a version and its message in the outbox are seen together or not at all. The outbox has no index by
// aggregate, and is short while Kafka is there, so it is read once for all.
const ofSql = `
WITH waiting AS MATERIALIZED (
  SELECT DISTINCT "aggregateId" FROM messaging.outbox WHERE "topic" = 'order-events' AND "aggregateId" = ANY ($1::uuid[])
)
SELECT ${columns}, NOT EXISTS (SELECT FROM waiting w WHERE w."aggregateId" = o."id") AS "told"
FROM "orders" o
WHERE o."id" = ANY ($1::uuid[])`;

export function createOrderStates(pool: Pool): OrderStates {
  return {
    async of(ids) {
      const query = { name: 'order.states', text: ofSql, values: [ids] };
      const { rows } = await pool.query<ToldOrderState>(query).catch(refuseOutage);
      return rows.map((row) => ({ ...row, lines: row.lines.map(lineOf) }));
    },
    async page(after, limit) {
      const query = { name: 'order.states-page', text: pageSql, values: [after, limit] };
      const { rows } = await pool.query<OrderState>(query).catch(refuseOutage);
      return rows.map((row) => ({ ...row, lines: row.lines.map(lineOf) }));
    },
  };
}

function lineOf({ itemId, itemName, quantity, unitPrice }: OrderState['lines'][number]): OrderState['lines'][number] {
  return { itemId, itemName, quantity, unitPrice };
}
