/** Forgetting what clients were told, once their keys are no longer kept; the placement itself stays, as the fence. */

import type { Pool } from 'pg';

/**
 * Forgets at most `countMax` replies of placements from before `before`, and tells how many there were.
 * SKIP LOCKED: a row that a placement or another replica is working on can wait for the next round; nobody waits for us.
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
