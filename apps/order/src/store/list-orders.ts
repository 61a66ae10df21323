/** The list of orders, for any combination of filters. Each of its statements walks along one index, so a page costs the same among millions. */

import type { Pool } from 'pg';
import type { Window } from '@oms/service-kit/window';
import { orderStatuses, type Order, type OrderStatus } from '../domain/order.ts';
import { select } from './columns.ts';
import { orderColumns, orderFromRow, type OrderRow } from './order-row.ts';
import { refuseOutage } from './outage.ts';

export type OrderList = {
  /** Orders of every one of these customers: of two different ones, there is none. */
  readonly customerIds: readonly string[];
  /** Orders with one of these statuses; empty: with any. */
  readonly statuses: readonly OrderStatus[];
  /** Only those that the last search found stuck, or only the others. */
  readonly stuck?: boolean | undefined;
  readonly created: Window;
  readonly oldestFirst: boolean;
  /** The sort values of the last order of the page before. */
  readonly after?: { createdAt: Date; id: string } | undefined;
  readonly limit: number;
};

/** @throws Refusal ORDERS_UNAVAILABLE while the database is away */
export async function listOrders(pool: Pool, list: OrderList): Promise<Order[]> {
  const { rows } = await pool.query<OrderRow>(listStatement(list)).catch(refuseOutage);
  return rows.map(orderFromRow);
}

/**
 * By customer and time, by status and time, or by time alone. Each of several statuses is a walk of its own that ends after a page: one index
 * condition on all of them would give rows that are not sorted. The orders of one customer are few, so their statuses are only compared.
 */
export function listStatement({ customerIds, statuses, stuck, created, oldestFirst, after, limit }: OrderList) {
  const values: unknown[] = [];
  const parameter = (value: unknown) => `$${values.push(value instanceof Date ? value.toISOString() : value)}`;
  const conditions = customerIds.map((id) => `o."customerId" = ${parameter(id)}::uuid`);
  if (created.from) conditions.push(`o."createdAt" >= ${parameter(created.from)}::timestamptz`);
  if (created.to) conditions.push(`o."createdAt" < ${parameter(created.to)}::timestamptz`);
  // An array of ids leads to the primary key: stuck orders are few, and the walks by time would pass all the others.
  if (stuck === true) conditions.push(`o."id" = ANY (ARRAY(SELECT "orderId" FROM "stuck_orders"))`);
  if (stuck === false) conditions.push(`NOT EXISTS (SELECT FROM "stuck_orders" s WHERE s."orderId" = o."id")`);
  if (after) {
    const row = `(${parameter(after.createdAt)}::timestamptz, ${parameter(after.id)}::uuid)`;
    conditions.push(`(o."createdAt", o."id") ${oldestFirst ? '>' : '<'} ${row}`);
  }
  const direction = oldestFirst ? 'ASC' : 'DESC';
  const page = `ORDER BY o."createdAt" ${direction}, o."id" ${direction} LIMIT ${parameter(limit)}`;
  const walk = (status: string[]) => {
    const where = [...conditions, ...status].join(' AND ');
    return `SELECT ${select('o', orderColumns)} FROM "orders" o ${where && `WHERE ${where} `}${page}`;
  };
  const wanted = statuses.length === orderStatuses.length ? [] : statuses;
  const oneOf = (some: readonly OrderStatus[]) => [`o."status" = ANY (${parameter(some)}::"OrderStatus"[])`];
  if (wanted.length === 0) return { text: walk([]), values };
  if (customerIds.length > 0) return { text: walk(oneOf(wanted)), values };
  const walks = wanted.map((status) => `(${walk([`o."status" = ${parameter(status)}::"OrderStatus"`])})`);
  return { text: `SELECT * FROM (${walks.join(' UNION ALL ')}) AS o ${page}`, values };
}
