/** Forgetting the answers to numbered wishes, once their numbers are no longer kept. */
import type pg from 'pg';

/**
 * Forgets at most `countMax` answers from before `before`, and tells how many there were.
 * SKIP LOCKED: what another replica is forgetting is forgotten; nobody waits for us.
 */
export async function forgetReceipts(pool: pg.Pool, before: Date, countMax: number): Promise<number> {
  const text = `
DELETE FROM stock_commands WHERE ("callerId", key) IN (
  SELECT "callerId", key FROM stock_commands WHERE "createdAt" < $1
  ORDER BY "createdAt" LIMIT $2 FOR UPDATE SKIP LOCKED
)`;
  const { rowCount } = await pool.query(text, [before, countMax]);
  return rowCount ?? 0;
}
