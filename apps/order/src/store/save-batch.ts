/**
 * What a batch writes, one statement for each table. Rows are inserted in the sequence of their order ids, so that two replicas that
 * insert the same ids wait for each other and cannot deadlock.
 */

import { pipelined } from '@oms/messaging';
import type { ClientBase } from 'pg';
import { failpoint } from '@oms/failpoint';
import type { Order } from '../domain/order.ts';
import type { Placement } from '../domain/placement.ts';
import { insertInto, updateFrom, valuesOf, type Columns } from './columns.ts';
import { historyColumns, historyToRow, type RecordedEvent } from './history-row.ts';
import { orderColumns, orderToRow, type OrderRow } from './order-row.ts';
import { placementColumns, placementToRow } from './placement-row.ts';

export type Batch = {
  readonly placements: readonly Placement[];
  readonly inserts: readonly Order[];
  readonly updates: readonly Order[];
  /** Orders that keep their version: only what marks change is written, and the deadline. */
  readonly marked?: readonly Order[];
  readonly history: readonly RecordedEvent[];
};

/** Another replica wrote one of these placements between our load and our write: load again, decide again. */
export class PlacementMovedError extends Error {}

/** When an order must be looked at next, though nobody changes it; null: never. */
export type DeadlineAt = (order: Order) => Date | null;

/** All statements are sent before the first is answered. PostgreSQL runs them in this order; after one that fails, the rest fail too. */
export async function saveBatch(
  client: ClientBase,
  { placements, inserts, updates, marked = [], history }: Batch,
  deadlineAt: DeadlineAt,
): Promise<void> {
  const sent: Promise<void>[] = [];
  // The placements first: their primary key is the fence.
  if (placements.length > 0) sent.push(savePlacements(client, placements));
  failpoint('order.placements_saved');
  if (inserts.length > 0) sent.push(insertOrders(client, inserts, deadlineAt));
  if (updates.length > 0) sent.push(updateOrders(client, updates, deadlineAt));
  if (marked.length > 0) sent.push(markOrders(client, marked, deadlineAt));
  failpoint('order.orders_saved');
  if (history.length > 0) sent.push(insertHistory(client, history));
  failpoint('order.history_saved');
  await pipelined(sent);
}

/** A row that appeared since the load is not locked by us: the condition leaves a later or placed attempt as it is. */
const savePlacementsSql = `
${insertInto('placements', placementColumns)}
ON CONFLICT ("orderId") DO UPDATE SET
  "customerId" = EXCLUDED."customerId", "idempotencyKey" = EXCLUDED."idempotencyKey",
  "requestHash" = EXCLUDED."requestHash", "attempt" = EXCLUDED."attempt", "outcome" = EXCLUDED."outcome",
  "reply" = EXCLUDED."reply", "createdAt" = EXCLUDED."createdAt"
WHERE "placements"."outcome" = 'ABANDONED' AND "placements"."attempt" < EXCLUDED."attempt"`;

async function savePlacements(client: ClientBase, placements: readonly Placement[]): Promise<void> {
  const rows = placements.map(placementToRow).sort((a, b) => compare(a.orderId, b.orderId));
  const values = valuesOf(placementColumns, rows);
  const { rowCount } = await client.query({ name: 'order.save-placements', text: savePlacementsSql, values });
  if (rowCount !== rows.length) throw new PlacementMovedError('Another replica settled a placement meanwhile.');
}

type StoredRow = OrderRow & { deadlineAt: Date | null };
const storedColumns: Columns<StoredRow> = { ...orderColumns, deadlineAt: 'timestamptz' };
const insertOrdersSql = insertInto('orders', storedColumns);

async function insertOrders(client: ClientBase, orders: readonly Order[], deadlineAt: DeadlineAt): Promise<void> {
  const rows = orders
    .map((order): StoredRow => ({ ...orderToRow(order), deadlineAt: deadlineAt(order) }))
    .sort((a, b) => compare(a.id, b.id));
  await client.query({ name: 'order.insert-orders', text: insertOrdersSql, values: valuesOf(storedColumns, rows) });
}

/** What a mark writes. */
const markedColumns = {
  id: 'uuid',
  version: 'int',
  acceptBy: 'timestamptz',
  preparingLateAt: 'timestamptz',
  deliveryLateAt: 'timestamptz',
  deadlineAt: 'timestamptz',
} as const;
/** What a change writes. */
const changedColumns = {
  ...markedColumns,
  status: '"OrderStatus"',
  updatedAt: 'timestamptz',
  shownAt: 'timestamptz',
  acceptedAt: 'timestamptz',
  readyAt: 'timestamptz',
  pickedUpAt: 'timestamptz',
  deliveredAt: 'timestamptz',
} as const;

/** The rows are locked since the load, and the version only grows. */
const updateOrdersSql = `${updateFrom('orders', changedColumns)} AND "orders"."version" < n."version"`;
const markOrdersSql = `${updateFrom('orders', markedColumns)} AND "orders"."version" = n."version"`;

async function updateOrders(client: ClientBase, orders: readonly Order[], deadlineAt: DeadlineAt): Promise<void> {
  const rows = orders.map((order) => ({ ...order, deadlineAt: deadlineAt(order) }));
  const values = valuesOf(changedColumns, rows);
  const { rowCount } = await client.query({ name: 'order.update-orders', text: updateOrdersSql, values });
  if (rowCount !== orders.length) throw new Error(`Updated ${rowCount} of ${orders.length} orders: a lock was lost.`);
}

async function markOrders(client: ClientBase, orders: readonly Order[], deadlineAt: DeadlineAt): Promise<void> {
  const rows = orders.map((order) => ({ ...order, deadlineAt: deadlineAt(order) }));
  const values = valuesOf(markedColumns, rows);
  const { rowCount } = await client.query({ name: 'order.mark-orders', text: markOrdersSql, values });
  if (rowCount !== orders.length) throw new Error(`Marked ${rowCount} of ${orders.length} orders: a lock was lost.`);
}

const insertHistorySql = insertInto('order_history', historyColumns);

async function insertHistory(client: ClientBase, history: readonly RecordedEvent[]): Promise<void> {
  const rows = history.map(historyToRow).sort((a, b) => compare(a.orderId, b.orderId));
  await client.query({ name: 'order.insert-history', text: insertHistorySql, values: valuesOf(historyColumns, rows) });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
