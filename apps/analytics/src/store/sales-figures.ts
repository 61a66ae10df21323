// Counts sales in a window. Unnamed statements on purpose: a plan for the real ends of the window is better than a cached one
// for both an hour and all time.
import type pg from 'pg';
import type { Buckets } from '../domain/buckets.ts';
import { intervalMs } from '../domain/buckets.ts';
import type { SalesCount } from '../domain/figures.ts';
import type { Window } from '@oms/service-kit/window';

export type TopItem = { itemId: string; itemName: string; quantity: number; revenueCents: bigint };

/** The ends of a window as parameters. Orders without a known placement are in no window. */
export function windowEnds({ from, to }: Window): [Date | '-infinity', Date | 'infinity'] {
  return [from ?? '-infinity', to ?? 'infinity'];
}

/** The orders placed in the window, and the revenue of those that are not cancelled. */
export async function countSales(pool: pg.Pool, window: Window): Promise<SalesCount> {
  const { rows } = await pool.query<Record<keyof SalesCount, string>>(
    `SELECT count(*) AS "orders",
            count(*) FILTER (WHERE "status" = 'CANCELLED') AS "cancelled",
            COALESCE(sum("totalCents") FILTER (WHERE "status" <> 'CANCELLED'), 0) AS "revenueCents"
       FROM sales_orders
      WHERE "placedAt" >= $1 AND "placedAt" < $2`,
    windowEnds(window),
  );
  return rows.map(salesCount)[0] ?? { orders: 0, cancelled: 0, revenueCents: 0n };
}

/** The same for each bucket; buckets without an order are absent. */
export async function countSalesPerBucket(
  pool: pg.Pool,
  { interval, from, to }: Buckets,
): Promise<(SalesCount & { start: Date })[]> {
  const { rows } = await pool.query<Record<keyof SalesCount, string> & { start: Date }>(
    `SELECT date_bin(make_interval(secs => $3), "placedAt", 'epoch') AS "start",
            count(*) AS "orders",
            count(*) FILTER (WHERE "status" = 'CANCELLED') AS "cancelled",
            COALESCE(sum("totalCents") FILTER (WHERE "status" <> 'CANCELLED'), 0) AS "revenueCents"
       FROM sales_orders
      WHERE "placedAt" >= $1 AND "placedAt" < $2
      GROUP BY 1`,
    [...windowEnds({ from, to }), intervalMs[interval] / 1_000],
  );
  return rows.map((row) => ({ ...salesCount(row), start: row.start }));
}

/** The best-selling items, by units, of orders that are not cancelled; with their current name if it is known. */
export async function topItems(pool: pg.Pool, window: Window, limit: number): Promise<TopItem[]> {
  const { rows } = await pool.query<Record<keyof TopItem, string>>(
    `WITH sold AS (
       SELECT line."itemId", max(line."itemName") AS "itemName",
              sum(line."quantity") AS "quantity", sum(line."lineTotalCents") AS "revenueCents"
         FROM sales_orders AS placed
         JOIN sales_lines AS line USING ("orderId")
        WHERE placed."placedAt" >= $1 AND placed."placedAt" < $2 AND placed."status" <> 'CANCELLED'
        GROUP BY line."itemId"
        ORDER BY "quantity" DESC, "revenueCents" DESC, line."itemId"
        LIMIT $3
     )
     SELECT sold."itemId", COALESCE(level."itemName", sold."itemName") AS "itemName", sold."quantity", sold."revenueCents"
       FROM sold LEFT JOIN stock_levels AS level USING ("itemId")
      ORDER BY sold."quantity" DESC, sold."revenueCents" DESC, sold."itemId"`,
    [...windowEnds(window), limit],
  );
  return rows.map(({ itemId, itemName, quantity, revenueCents }) => ({
    itemId,
    itemName,
    quantity: Number(quantity),
    revenueCents: BigInt(revenueCents),
  }));
}

// pg returns counts and sums as text, because they may be larger than a number can hold.
function salesCount(row: Record<keyof SalesCount, string>): SalesCount {
  return { orders: Number(row.orders), cancelled: Number(row.cancelled), revenueCents: BigInt(row.revenueCents) };
}
