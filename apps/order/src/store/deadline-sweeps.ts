/** What a sweep of deadlines reads and writes beside the orders: which are due, and when the last sweep was. */

import type { OrderId } from '@oms/contracts';
import type { Pool } from 'pg';

export type DeadlineSweeps = {
  /** Begins a sweep. Returns since when the deadlines are swept without a break: an outage is longer than a minute. */
  begin(now: Date): Promise<{ resumedAt: Date }>;
  /** Orders with a deadline until `now`, the earliest first, at most `limit`; orders that somebody is changing are left out. */
  findDue(now: Date, limit: number): Promise<DueOrder[]>;
  /** The sweep has dealt with all that was due. */
  done(now: Date): Promise<void>;
};
export type DueOrder = { readonly orderId: OrderId; readonly deadlineAt: Date };

// One statement under the row's lock, so that of two replicas which come back at once, both have the same answer.
const beginSql = `
INSERT INTO "deadline_sweeps" AS s ("id", "sweptAt", "resumedAt") VALUES (1, $1, $1)
ON CONFLICT ("id") DO UPDATE SET "sweptAt" = EXCLUDED."sweptAt", "resumedAt" = EXCLUDED."resumedAt"
WHERE s."sweptAt" < EXCLUDED."sweptAt" - interval '1 minute'
RETURNING "resumedAt"`;

const resumedSql = `SELECT "resumedAt" FROM "deadline_sweeps"`;

// Written now and then only: a sweep runs every second, in every replica.
const doneSql = `UPDATE "deadline_sweeps" SET "sweptAt" = $1 WHERE "sweptAt" < $1::timestamptz - interval '5 seconds'`;

// SKIP LOCKED: orders that another replica is sweeping are left to it, so that replicas share the work.
const dueSql = `
SELECT "id" AS "orderId", "deadlineAt" FROM "orders" WHERE "deadlineAt" <= $1
ORDER BY "deadlineAt" LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED`;

export function createDeadlineSweeps(pool: Pool): DeadlineSweeps {
  return {
    async begin(now) {
      const resumed = await pool.query<{ resumedAt: Date }>(beginSql, [now]);
      const { rows } = resumed.rows.length > 0 ? resumed : await pool.query<{ resumedAt: Date }>(resumedSql);
      return rows[0]!;
    },
    async findDue(now, limit) {
      const query = { name: 'order.find-due', text: dueSql, values: [now, limit] };
      return (await pool.query<DueOrder>(query)).rows;
    },
    async done(now) {
      await pool.query(doneSql, [now]);
    },
  };
}
