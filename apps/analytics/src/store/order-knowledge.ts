// What the read models have of one order, for people who ask how it stands.
import type { KnownOfOrder } from '@oms/service-kit';
import type pg from 'pg';

type Row = { status: string; statusAt: Date; version: number; totalCents: string | null };

const sql = `SELECT status::text, "statusAt", version, "totalCents" FROM sales_orders WHERE "orderId" = $1`;

export async function readOrderKnowledge(pool: pg.Pool, orderId: string): Promise<KnownOfOrder> {
  const { rows } = await pool.query<Row>(sql, [orderId]);
  const entries = rows.map(({ status, statusAt, version, totalCents }) => ({
    at: statusAt.toISOString(),
    kind: 'PROJECTED',
    text: `The figures count the order as ${status}, version ${version}${totalCents === null ? ', without a total yet' : ''}`,
  }));
  return { entries, retries: [], missing: [] };
}
