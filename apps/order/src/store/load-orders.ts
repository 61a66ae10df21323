/** What a batch has to know before it decides: every touched order and placement, locked, by one statement. */

import type { ClientBase, Pool } from 'pg';
import { parseCents, type CustomerId, type EventId, type OrderId } from '@oms/contracts';
import type { Order, OrderStatus } from '../domain/order.ts';
import type { Placement } from '../domain/placement.ts';
import { addressOf, lineOf, type AddressView, type ItemView } from './order-view.ts';

/** What is known under one order id. */
export type OrderRecord = { readonly order: Order | null; readonly placement: Placement | null };

/** Exactly one entry for each id; rows stay locked until the transaction ends. */
export async function loadOrders(client: ClientBase, ids: readonly OrderId[]): Promise<Map<OrderId, OrderRecord>> {
  const known = new Map<OrderId, OrderRecord>(ids.map((id) => [id, { order: null, placement: null }]));
  const { rows } = await client.query<LoadedRow>({ name: 'order.load', text: load, values: [ids] });
  for (const row of rows) {
    const order = row.version === null ? null : orderOf(row);
    known.set(row.orderId, { order, placement: row.attempt === null ? null : placementOf(row) });
  }
  return known;
}

/** Those of `eventIds` whose change is in the history of `ids`: it was committed, whatever its commit answered. */
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

/** Placements as they are now, unlocked: whoever writes on their word looks again under the lock. */
export async function loadPlacements(pool: Pool, ids: readonly OrderId[]): Promise<Map<OrderId, Placement>> {
  const text = `
SELECT "orderId", "outcome", "attempt", "idempotencyKey", "requestHash", "reply",
       "customerId" AS "placedFor", "createdAt" AS "settledAt"
FROM "placements" WHERE "orderId" = ANY ($1::uuid[])`;
  const { rows } = await pool.query<PlacementRow>({ name: 'order.look-up-placements', text, values: [ids] });
  return new Map(rows.map((row) => [row.orderId, placementOf(row)]));
}

/**
 * Locks are taken in one order everywhere - orders by id, then placements by id - so that two replicas with overlapping
 * batches wait for each other in turn and cannot deadlock. The count makes the first part run to its end before the
 * second begins. FOR NO KEY UPDATE: two writers of one order exclude each other, readers never wait.
 */
const load = `
WITH o AS MATERIALIZED (
  SELECT * FROM "orders" WHERE "id" = ANY ($1::uuid[]) ORDER BY "id" FOR NO KEY UPDATE
), p AS MATERIALIZED (
  SELECT * FROM "placements" WHERE "orderId" = ANY ($1::uuid[]) AND (SELECT count(*) FROM o) >= 0
  ORDER BY "orderId" FOR NO KEY UPDATE
)
SELECT coalesce(o."id", p."orderId") AS "orderId",
       o."customerId", o."status", o."totalAmount", o."items", o."deliveryAddress",
       o."createdAt", o."updatedAt", o."version", o."promisedDeliveryAt",
       p."outcome", p."attempt", p."idempotencyKey", p."requestHash", p."reply",
       p."customerId" AS "placedFor", p."createdAt" AS "settledAt"
FROM o FULL JOIN p ON p."orderId" = o."id"`;

type LoadedRow = { orderId: OrderId } & (OrderColumns | Nulls<OrderColumns>) &
  (PlacementColumns | Nulls<PlacementColumns>);
type OrderRow = { orderId: OrderId } & OrderColumns;
type PlacementRow = { orderId: OrderId } & PlacementColumns;

type OrderColumns = {
  customerId: CustomerId;
  status: OrderStatus;
  totalAmount: string;
  items: ItemView[];
  deliveryAddress: AddressView;
  createdAt: Date;
  updatedAt: Date;
  version: number;
  promisedDeliveryAt: Date | null;
};

type PlacementColumns = {
  outcome: Placement['outcome'];
  attempt: number;
  placedFor: CustomerId;
  idempotencyKey: string;
  requestHash: string;
  reply: string | null;
  settledAt: Date;
};

type Nulls<T> = { [K in keyof T]: null };

function orderOf(row: OrderRow): Order {
  const { orderId: id, customerId, status, promisedDeliveryAt, createdAt, updatedAt, version } = row;
  const content = { lines: row.items.map(lineOf), deliveryAddress: addressOf(row.deliveryAddress), promisedDeliveryAt };
  return { id, customerId, status, totalCents: parseCents(row.totalAmount), ...content, createdAt, updatedAt, version };
}

function placementOf(row: PlacementRow): Placement {
  const { orderId, attempt, settledAt: at } = row;
  if (row.outcome === 'ABANDONED') return { outcome: 'ABANDONED', orderId, attempt, at };
  const { placedFor: customerId, idempotencyKey, requestHash, reply } = row;
  return { outcome: 'PLACED', orderId, attempt, customerId, idempotencyKey, requestHash, at, reply };
}
