/** Loads the differences between items, ledger and reservations. */
import type { ItemId, OrderId } from '@oms/contracts';
import type pg from 'pg';
import type { ItemCase } from './discrepancies.ts';
import type { Differences, LedgerDifference } from './repair-decisions.ts';

export type OrderDifference = LedgerDifference & { orderId: OrderId; itemId: ItemId };

/** Both sides of a difference must be locked, or not exist, so that neither changes before the repair is written. */
export async function loadDifferences(
  client: pg.ClientBase,
  itemIds: readonly ItemId[],
  orderIds: readonly OrderId[],
): Promise<Differences> {
  const items = await loadItemCases(client, itemIds);
  const orders = orderIds.length === 0 ? [] : await loadOrderDifferences(client, itemIds, { orderIds });
  return { items: new Map(items.map((item) => [item.itemId, item])), orders: byOrder(orders) };
}

// Broken movements count from the last repair on, which starts the running quantity again. The window reads each item's movements in the
// order of their index. Lines have no index by item, which would slow each reservation down: they are read once for all items asked for.
const itemsSql = `
WITH asked AS (SELECT unnest($1::uuid[]) AS "itemId"),
moves AS (
  SELECT "itemId", "itemVersion", delta, "shortDelta", "quantityAfter",
    lag("quantityAfter", 1, 0) OVER (PARTITION BY "itemId" ORDER BY "itemVersion") AS "quantityBefore",
    max("itemVersion") FILTER (WHERE reason = 'RECONCILED') OVER (PARTITION BY "itemId") AS "repairedAt"
  FROM movements WHERE "itemId" = ANY ($1::uuid[])
),
ledger AS (
  SELECT "itemId", sum(delta) AS "sum", sum("shortDelta") AS "shortSum", max("itemVersion") AS "version",
    count(*) FILTER (WHERE "quantityBefore" + delta <> "quantityAfter" AND "itemVersion" > coalesce("repairedAt", 0)) AS broken
  FROM moves GROUP BY "itemId"
),
held AS (
  SELECT l."itemId", sum(l.quantity) AS units
  FROM reservation_lines l JOIN reservations r ON r."orderId" = l."orderId"
  WHERE l."itemId" = ANY ($1::uuid[]) AND r.state IN ('HELD', 'CONFIRMED')
  GROUP BY l."itemId"
)
SELECT asked."itemId", i."itemName", coalesce(i.quantity, 0) AS quantity, coalesce(i.reserved, 0) AS reserved,
  coalesce(i.short, 0) AS short, coalesce(ledger."shortSum", 0)::float8 AS "ledgerShort",
  coalesce(ledger."sum", 0)::float8 AS "ledgerSum", coalesce(held.units, 0)::float8 AS open,
  (coalesce(i.quantity, 0) - coalesce(ledger."sum", 0))::float8 AS "quantityExcess",
  (coalesce(i.reserved, 0) - coalesce(held.units, 0))::float8 AS "reservedExcess",
  (coalesce(i.short, 0) - coalesce(ledger."shortSum", 0))::float8 AS "shortExcess",
  coalesce(ledger.broken, 0)::integer AS "brokenMovements",
  greatest(0, coalesce(ledger.version, 0) - coalesce(i.version, 0)) AS "versionsBehind"
FROM asked
LEFT JOIN inventory i ON i.id = asked."itemId"
LEFT JOIN ledger ON ledger."itemId" = asked."itemId"
LEFT JOIN held ON held."itemId" = asked."itemId"
ORDER BY asked."itemId"`;

const allRows = 2_147_483_647;

export async function loadItemCases(client: pg.ClientBase, itemIds: readonly ItemId[]): Promise<ItemCase[]> {
  if (itemIds.length === 0) return [];
  const { rows } = await client.query<ItemCase>({ name: 'item-differences', text: itemsSql, values: [itemIds] });
  return rows;
}

// Returns only what differs. $2 null: all orders that the movements or lines of these items name. WITH TIES: no order is cut in two.
const ordersSql = `
WITH moved AS (
  SELECT "orderId", "itemId", sum(delta - "shortDelta") AS units, sum("writtenOff") AS "writtenOff" FROM movements
  WHERE "itemId" = ANY ($1::uuid[]) AND "orderId" IS NOT NULL AND ($2::uuid[] IS NULL OR "orderId" = ANY ($2::uuid[]))
  GROUP BY "orderId", "itemId"
),
kept AS (
  SELECT l."orderId", l."itemId", l.quantity AS units, CASE r.state WHEN 'WRITTEN_OFF' THEN l.quantity ELSE 0 END AS "writtenOff"
  FROM reservation_lines l JOIN reservations r ON r."orderId" = l."orderId"
  WHERE l."itemId" = ANY ($1::uuid[]) AND r.state <> 'RELEASED' AND ($2::uuid[] IS NULL OR l."orderId" = ANY ($2::uuid[]))
)
SELECT "orderId", "itemId", units::float8, "writtenOff"::float8
FROM (
  SELECT "orderId", "itemId", coalesce(moved.units, 0) + coalesce(kept.units, 0) AS units,
    coalesce(moved."writtenOff", 0) - coalesce(kept."writtenOff", 0) AS "writtenOff"
  FROM moved FULL JOIN kept USING ("orderId", "itemId")
) AS compared
WHERE (units <> 0 OR "writtenOff" <> 0) AND ($3::uuid IS NULL OR "orderId" > $3::uuid)
ORDER BY "orderId" FETCH FIRST $4 ROWS WITH TIES`;

/** Those of the given orders, or, page after page by order id, those of all orders. */
export async function loadOrderDifferences(
  client: pg.ClientBase,
  itemIds: readonly ItemId[],
  which: { orderIds: readonly OrderId[] } | { after: OrderId | null; limit: number },
): Promise<OrderDifference[]> {
  if (itemIds.length === 0) return [];
  const values =
    'orderIds' in which ? [itemIds, which.orderIds, null, allRows] : [itemIds, null, which.after, which.limit];
  const { rows } = await client.query<OrderDifference>({ name: 'order-differences', text: ordersSql, values });
  return rows;
}

export function byOrder(differences: readonly OrderDifference[]): Differences['orders'] {
  const orders: Differences['orders'] = new Map();
  for (const { orderId, itemId, units, writtenOff } of differences) {
    const ofItems = orders.get(orderId) ?? new Map<ItemId, LedgerDifference>();
    orders.set(orderId, ofItems.set(itemId, { units, writtenOff }));
  }
  return orders;
}
