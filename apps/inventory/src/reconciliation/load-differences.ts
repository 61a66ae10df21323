/** The books of items and orders as differences, read from the ledger and the reservations' lines. */
import type { ItemId, OrderId } from '@oms/contracts';
import type pg from 'pg';
import type { Books, ItemBooks } from './repair-decisions.ts';
import type { Command } from '../domain/stock.ts';

export type CountedItem = ItemBooks & {
  itemId: ItemId;
  /** Null when the item has no row: it was deleted, or lost. */
  itemName: string | null;
  quantity: number;
  reserved: number;
  ledgerSum: number;
  open: number;
};
export type OrderDifference = { orderId: OrderId; itemId: ItemId; difference: number };

// Breaks are counted since the last repair, which is where the running quantity was set right. The window reads each item's movements in
// the order of their index. Lines have no index by item, as each reservation would pay for it: they are read once for all items asked.
const countItemsSql = `
WITH asked AS (SELECT unnest($1::uuid[]) AS "itemId"),
moves AS (
  SELECT "itemId", "itemVersion", delta, "quantityAfter",
    lag("quantityAfter", 1, 0) OVER (PARTITION BY "itemId" ORDER BY "itemVersion") AS "quantityBefore",
    max("itemVersion") FILTER (WHERE reason = 'RECONCILED') OVER (PARTITION BY "itemId") AS "repairedAt"
  FROM movements WHERE "itemId" = ANY ($1::uuid[])
),
ledger AS (
  SELECT "itemId", sum(delta) AS "sum", max("itemVersion") AS "version",
    count(*) FILTER (WHERE "quantityBefore" + delta <> "quantityAfter" AND "itemVersion" > coalesce("repairedAt", 0)) AS breaks
  FROM moves GROUP BY "itemId"
),
held AS (
  SELECT l."itemId", sum(l.quantity) AS units
  FROM reservation_lines l JOIN reservations r ON r."orderId" = l."orderId"
  WHERE l."itemId" = ANY ($1::uuid[]) AND r.state IN ('HELD', 'CONFIRMED')
  GROUP BY l."itemId"
)
SELECT asked."itemId", i."itemName", coalesce(i.quantity, 0) AS quantity, coalesce(i.reserved, 0) AS reserved,
  coalesce(ledger."sum", 0)::float8 AS "ledgerSum", coalesce(held.units, 0)::float8 AS open,
  (coalesce(i.quantity, 0) - coalesce(ledger."sum", 0))::float8 AS "quantityOver",
  (coalesce(i.reserved, 0) - coalesce(held.units, 0))::float8 AS "reservedOver",
  coalesce(ledger.breaks, 0)::integer AS breaks,
  greatest(0, coalesce(ledger.version, 0) - coalesce(i.version, 0)) AS "versionsBehind"
FROM asked
LEFT JOIN inventory i ON i.id = asked."itemId"
LEFT JOIN ledger ON ledger."itemId" = asked."itemId"
LEFT JOIN held ON held."itemId" = asked."itemId"
ORDER BY asked."itemId"`;

const allRows = 2_147_483_647;

export async function countItems(client: pg.ClientBase, itemIds: readonly ItemId[]): Promise<CountedItem[]> {
  if (itemIds.length === 0) return [];
  const { rows } = await client.query<CountedItem>({ name: 'count-items', text: countItemsSql, values: [itemIds] });
  return rows;
}

// Only what differs comes back. $2 null: all orders that these items' movements or lines name. WITH TIES: an order comes whole.
const countOrdersSql = `
WITH moved AS (
  SELECT "orderId", "itemId", sum(delta) AS units FROM movements
  WHERE "itemId" = ANY ($1::uuid[]) AND "orderId" IS NOT NULL AND ($2::uuid[] IS NULL OR "orderId" = ANY ($2::uuid[]))
  GROUP BY "orderId", "itemId"
),
kept AS (
  SELECT l."orderId", l."itemId", l.quantity AS units
  FROM reservation_lines l JOIN reservations r ON r."orderId" = l."orderId"
  WHERE l."itemId" = ANY ($1::uuid[]) AND r.state <> 'RELEASED' AND ($2::uuid[] IS NULL OR l."orderId" = ANY ($2::uuid[]))
)
SELECT "orderId", "itemId", (coalesce(moved.units, 0) + coalesce(kept.units, 0))::float8 AS difference
FROM moved FULL JOIN kept USING ("orderId", "itemId")
WHERE coalesce(moved.units, 0) + coalesce(kept.units, 0) <> 0 AND ($3::uuid IS NULL OR "orderId" > $3::uuid)
ORDER BY "orderId" FETCH FIRST $4 ROWS WITH TIES`;

/** All of given orders, or, page after page by order id, those of any order. */
export async function countOrders(
  client: pg.ClientBase,
  itemIds: readonly ItemId[],
  which: { orderIds: readonly OrderId[] } | { after: OrderId | null; limit: number },
): Promise<OrderDifference[]> {
  if (itemIds.length === 0) return [];
  const values =
    'orderIds' in which ? [itemIds, which.orderIds, null, allRows] : [itemIds, null, which.after, which.limit];
  const { rows } = await client.query<OrderDifference>({ name: 'count-orders', text: countOrdersSql, values });
  return rows;
}

/**
 * The books that the repairs among `commands` go by.
 * @param lockedIds the items that are locked, so that neither side of a difference moves any more; those that are not there can't move
 */
export async function loadBooks(
  client: pg.ClientBase,
  commands: readonly Command[],
  lockedIds: Iterable<ItemId>,
): Promise<Books | undefined> {
  const repairs = commands.filter((c) => c.type === 'ReconcileItem' || c.type === 'ReconcileOrder');
  if (repairs.length === 0) return undefined;
  const named = repairs.flatMap((c) => (c.type === 'ReconcileItem' ? [c.itemId] : c.itemIds));
  const itemIds = [...new Set([...lockedIds, ...named])];
  const items = await countItems(client, itemIds);
  const orderIds = repairs.flatMap((c) => (c.type === 'ReconcileOrder' ? [c.orderId] : []));
  const differences = orderIds.length === 0 ? [] : await countOrders(client, itemIds, { orderIds });
  return { items: new Map(items.map((item) => [item.itemId, item])), orders: byOrder(differences) };
}

export function byOrder(differences: readonly OrderDifference[]): Books['orders'] {
  const orders: Books['orders'] = new Map();
  for (const { orderId, itemId, difference } of differences) {
    orders.set(orderId, (orders.get(orderId) ?? new Map<ItemId, number>()).set(itemId, difference));
  }
  return orders;
}
