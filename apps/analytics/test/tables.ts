// The read models in PostgreSQL, as domain types.
import type pg from 'pg';
import type { Sales, SalesLine, SalesOrder } from '../src/domain/sales.ts';
import type { StockLevel } from '../src/domain/stock-level.ts';
import type { Timeline } from '../src/domain/timeline.ts';

type OrderRow = Omit<SalesOrder, 'placed'> & { customerId: string; placedAt: Date | null; totalCents: string };

export type Rows = { sales: Sales; timelines: Timeline[]; levels: StockLevel[] };

/** Every row of every read model, in the order of the keys. */
export async function readRows(pool: pg.Pool): Promise<Rows> {
  const [orders, lines, timelines, levels] = await Promise.all([
    pool.query<OrderRow>(`SELECT * FROM sales_orders ORDER BY "orderId"`),
    pool.query<SalesLine>(`SELECT * FROM sales_lines ORDER BY "orderId", "position"`),
    pool.query<Timeline>(`SELECT * FROM order_timelines ORDER BY "orderId"`),
    pool.query<StockLevel>(`SELECT * FROM stock_levels ORDER BY "itemId"`),
  ]);
  return {
    sales: {
      orders: orders.rows.map(({ customerId, placedAt, totalCents, ...row }) => ({
        ...row,
        placed: placedAt === null ? null : { customerId, placedAt, totalCents: Number(totalCents) },
      })),
      lines: lines.rows.map((row) => ({
        ...row,
        unitPriceCents: Number(row.unitPriceCents),
        lineTotalCents: Number(row.lineTotalCents),
      })),
    },
    timelines: timelines.rows,
    levels: levels.rows.map((row) => ({ ...row, priceCents: Number(row.priceCents) })),
  };
}

export async function emptyTables(pool: pg.Pool): Promise<void> {
  await pool.query('TRUNCATE sales_orders, sales_lines, order_timelines, stock_levels');
}
