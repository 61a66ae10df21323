// Very many delivered orders: one real order is copied under other ids, in both databases.

import { until } from '@oms/test-kit';
import type pg from 'pg';
import type { ApiCaller } from '../../dev/client/client.ts';
import { addItem, expect, plenty } from './bench-system.ts';

export type DeliveredOrder = { orderId: string; itemId: string };

/** How many of each kind are damaged. */
const ofEach = 5;

export async function deliverOneOrder(
  staff: ApiCaller,
  customer: ApiCaller,
  inventory: pg.Client,
): Promise<DeliveredOrder> {
  const itemId = await addItem(staff, 'A dish');
  const deliveryAddress = { line1: '1 Harbour Street', city: 'Lisbon', postalCode: '1100-148', country: 'PT' };
  const request = { items: [{ itemId, quantity: 1 }], deliveryAddress };
  const { id: orderId } = expect(await customer.post('/v1/orders', request), 201) as { id: string };
  for (const status of ['PREPARING', 'OUT_FOR_DELIVERY', 'DELIVERED'])
    expect(await staff.patch(`/v1/orders/${orderId}/status`, { status }), 200);
  await until('it is sold', async () => {
    const { rows } = await inventory.query<{ state: string }>('SELECT state FROM reservations WHERE "orderId" = $1', [
      orderId,
    ]);
    return rows[0]?.state === 'SOLD';
  });
  return { orderId, itemId };
}

/** `orders` more, one unit each of one of `items` more items, in turn. */
export async function copyOrders({
  order,
  inventory,
  orders,
  items,
  one,
}: {
  order: pg.Client;
  inventory: pg.Client;
  orders: number;
  items: number;
  one: DeliveredOrder;
}): Promise<void> {
  const { orderId, itemId } = one;
  for (const sql of orderSql) await order.query(fill(sql, { orderId, itemId, orders, items }));
  for (const sql of stockSql) await inventory.query(fill(sql, { orderId, itemId, orders, items }));
  await Promise.all([order.query('VACUUM ANALYZE'), inventory.query('VACUUM ANALYZE')]);
}

/** Answers how many discrepancies there must be, by kind. */
export async function damage(order: pg.Client, inventory: pg.Client): Promise<Record<string, number>> {
  const some = async (database: pg.Client, sql: string) => (await database.query<{ id: string }>(sql)).rows;
  const items = await some(inventory, `SELECT id FROM inventory ORDER BY id LIMIT ${2 * ofEach}`);
  const orders = await some(order, `SELECT id FROM orders ORDER BY md5(id::text) LIMIT ${ofEach}`);
  const ids = (rows: { id: string }[]) => [rows.map(({ id }) => id)];
  await inventory.query(
    'UPDATE inventory SET quantity = quantity + 1 WHERE id = ANY ($1::uuid[])',
    ids(items.slice(0, ofEach)),
  );
  await inventory.query(
    'UPDATE inventory SET reserved = reserved + 1 WHERE id = ANY ($1::uuid[])',
    ids(items.slice(ofEach)),
  );
  await inventory.query('DELETE FROM reservations WHERE "orderId" = ANY ($1::uuid[])', ids(orders));
  await inventory.query('DELETE FROM reservation_lines WHERE "orderId" = ANY ($1::uuid[])', ids(orders));
  // The ledger still has what these orders took, and no reservation explains it.
  return { ITEM_QUANTITY: ofEach, ITEM_RESERVED: ofEach, RESERVATION_MISSING: ofEach, ORDER_LEDGER: ofEach };
}

const orderIds = idOf('order', 'n');
const itemIds = idOf('item', 'n % :items');
const numbers = 'generate_series(1, :orders) n';
// A copy of each row of the one order, with an id of its own.
const orderSql = [
  `INSERT INTO orders ("id", "customerId", "status", "totalAmount", "items", "deliveryAddress", "createdAt", "updatedAt", "version", "promisedDeliveryAt")
   SELECT ${orderIds}, "customerId", "status", "totalAmount", jsonb_set("items", '{0,itemId}', to_jsonb(${itemIds}::text)),
     "deliveryAddress", "createdAt", "updatedAt", "version", "promisedDeliveryAt"
   FROM orders, ${numbers} WHERE "id" = :orderId`,
  `INSERT INTO order_history ("orderId", "version", "fromStatus", "toStatus", "at", "changedBy", "changedByRole", "eventId")
   SELECT ${orderIds}, "version", "fromStatus", "toStatus", "at", "changedBy", "changedByRole", ${idOf('event', `n || '/' || "version"`)}
   FROM order_history, ${numbers} WHERE "orderId" = :orderId`,
  `INSERT INTO placements ("orderId", "customerId", "idempotencyKey", "requestHash", "attempt", "outcome", "createdAt")
   SELECT ${orderIds}, "customerId", 'copy-' || n, "requestHash", "attempt", "outcome", "createdAt"
   FROM placements, ${numbers} WHERE "orderId" = :orderId`,
];
const stockSql = [
  `INSERT INTO inventory ("id", "itemName", "quantity", "threshold", "unit", "price", "category", "createdAt", "updatedAt", "version")
   SELECT ${idOf('item', 'n')}, 'Dish ' || n, ${plenty} - (:orders / :items + (n BETWEEN 1 AND :orders % :items)::int),
     "threshold", "unit", "price", "category", "createdAt", "updatedAt", 3 + 2 * (:orders / :items)
   FROM inventory, generate_series(0, :items - 1) n WHERE "id" = :itemId`,
  `INSERT INTO movements ("itemId", "delta", "quantityAfter", "reason", "changedBy", "itemVersion", "at")
   SELECT ${idOf('item', 'n')}, "delta", "quantityAfter", "reason", "changedBy", 1, "at"
   FROM movements, generate_series(0, :items - 1) n WHERE "itemId" = :itemId AND "reason" = 'CREATED'`,
  `INSERT INTO movements ("itemId", "delta", "quantityAfter", "reason", "orderId", "changedBy", "itemVersion", "at")
   SELECT ${itemIds}, -1, ${plenty} - 1 - (n - 1) / :items, "reason", ${orderIds}, "changedBy", 2 + (n - 1) / :items, "at"
   FROM movements, ${numbers} WHERE "itemId" = :itemId AND "reason" = 'RESERVED'`,
  `INSERT INTO reservations ("orderId", "attempt", "state", "orderPlaced", "createdAt", "updatedAt")
   SELECT ${orderIds}, "attempt", "state", "orderPlaced", "createdAt", "updatedAt"
   FROM reservations, ${numbers} WHERE "orderId" = :orderId`,
  `INSERT INTO reservation_lines ("orderId", "itemId", "itemName", "quantity", "unitPrice")
   SELECT ${orderIds}, ${itemIds}, "itemName", "quantity", "unitPrice"
   FROM reservation_lines, ${numbers} WHERE "orderId" = :orderId`,
];

/** An UUID that both databases make of the same number. */
function idOf(kind: string, number: string): string {
  const hash = `md5('${kind}/' || (${number}))`;
  return `overlay(overlay(${hash} placing '4' from 13 for 1) placing '8' from 17 for 1)::uuid`;
}

function fill(sql: string, values: { orderId: string; itemId: string; orders: number; items: number }): string {
  const { orderId, itemId, orders, items } = values;
  return sql
    .replaceAll(':orderId', `'${orderId}'`)
    .replaceAll(':itemId', `'${itemId}'`)
    .replaceAll(':orders', String(orders))
    .replaceAll(':items', String(items));
}
