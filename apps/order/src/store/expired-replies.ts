/** Deletes stored replies whose keys are no longer kept. The placement itself stays: it is the fence. */

import type { Pool } from 'pg';

/**
 * Deletes at most `countMax` replies of placements from before `before`, and returns how many there were.
 * SKIP LOCKED: a row that a placement or another replica is using can wait for the next run, and nobody waits for this one.
 */
export async function forgetReplies(pool: Pool, before: Date, countMax: number): Promise<number> {
  const text = `
UPDATE "placements" SET "reply" = NULL WHERE "orderId" IN (
  SELECT "orderId" FROM "placements" WHERE "reply" IS NOT NULL AND "createdAt" < $1
  ORDER BY "createdAt" LIMIT $2 FOR UPDATE SKIP LOCKED
)`;
  const { rowCount } = await pool.query(text, [before, countMax]);
  return rowCount ?? 0;
}
