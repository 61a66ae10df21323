/** Finds HELD reservations: those whose order is not known to be placed. */
import type { OrderId } from '@oms/contracts';
import type pg from 'pg';

export type HeldReservation = { orderId: OrderId; attempt: number; createdAt: Date };

const findSql = `
SELECT "orderId", attempt, "createdAt"
FROM reservations
WHERE state = 'HELD' AND "createdAt" < $1
ORDER BY "createdAt", "orderId"
LIMIT $2`;

/** Those made earlier than `before`, the oldest first, at most `limit`. */
export async function findHeldReservations(pool: pg.Pool, before: Date, limit: number): Promise<HeldReservation[]> {
  const { rows } = await pool.query<HeldReservation>(findSql, [before, limit]);
  return rows;
}
