/** The orders that wait for too long: found by walks along indexes, each of a limited number of rows, and kept in a small table. */

import { inTransaction } from '@oms/messaging';
import type { Pool } from 'pg';
import type { StuckCause, StuckOrder } from '../domain/stuck.ts';
import { refuseOutage } from './outage.ts';

export type StuckOrders = {
  /** True for one replica at a time: the one that is to search now. */
  claimSearch(now: Date, intervalMs: number): Promise<boolean>;
  /** What this service knows by itself: steps and promises that are overdue, and messages that are not published. */
  findOwn(before: { step: Date; message: Date; promise: Date }): Promise<StuckOrder[]>;
  /** The messages of orders that every reader should have applied by now. */
  findExpectedMessages(before: Date, limit: number): Promise<ExpectedMessage[]>;
  /** What these sources found now, instead of what they found before; ids without an order are left out. */
  replace(found: readonly StuckOrder[], sources: readonly string[], now: Date): Promise<void>;
  count(): Promise<Map<StuckCause, number>>;
  of(orderId: string): Promise<StuckOrder[]>;
};
export type ExpectedMessage = {
  orderId: string;
  topic: 'order-events' | 'analytics-events';
  eventId: string;
  at: Date;
};

// A search of tomorrow was made by a clock that was wrong; it must not hold up the others until then.
const claimSql = `
INSERT INTO "stuck_order_searches" AS s ("id", "begunAt") VALUES (1, $1)
ON CONFLICT ("id") DO UPDATE SET "begunAt" = EXCLUDED."begunAt"
WHERE s."begunAt" <= EXCLUDED."begunAt"::timestamptz - make_interval(secs => $2)
  OR s."begunAt" > EXCLUDED."begunAt"::timestamptz + interval '1 day'
RETURNING 1`;

/** Of each status, so many orders are looked at, the oldest first: among those that wait, they wait the longest. */
const perStatusMax = 1_000;
/** An order for later is at its first step since its time, at the earliest. */
const stepSinceSql = `greatest("updatedAt", "deliverAt")`;
const openWalk = (status: string) => `
(SELECT "id", ${stepSinceSql} AS "stepSince", "promisedDeliveryAt" FROM "orders"
 WHERE "status" = '${status}' AND "createdAt" < greatest($1::timestamptz, $2::timestamptz)
   AND (${stepSinceSql} < $1 OR "promisedDeliveryAt" < $2)
 ORDER BY "createdAt" LIMIT ${perStatusMax})`;
const openSql = ['PENDING', 'PREPARING', 'OUT_FOR_DELIVERY'].map(openWalk).join(' UNION ALL ');
// The sweep of deadlines does not work, or cannot settle this one.
const missedSql = `
SELECT "id" AS "orderId", "deadlineAt" AS "since" FROM "orders" WHERE "deadlineAt" < $1
ORDER BY "deadlineAt" LIMIT ${perStatusMax}`;
const unpublishedSql = `
SELECT "aggregateId" AS "orderId", min("createdAt") AS "since" FROM (
  SELECT "aggregateId", "createdAt" FROM messaging.outbox ORDER BY "id" LIMIT ${perStatusMax}
) AS oldest WHERE "createdAt" < $1 GROUP BY "aggregateId"`;

// Cancelled orders too: their stock comes back by the message. Of each status the newest: what is older has been looked at before.
const expectedWalk = (status: string) => `
(SELECT "id", "version" FROM "orders" WHERE "status" = '${status}' AND "updatedAt" < $1
   AND "createdAt" > $1::timestamptz - interval '30 days'
 ORDER BY "createdAt" DESC LIMIT $2)`;
const expectedSql = `
SELECT h."orderId", h."eventId", h."analyticsEventId", h."at"
FROM (${['PENDING', 'PREPARING', 'OUT_FOR_DELIVERY', 'CANCELLED'].map(expectedWalk).join(' UNION ALL ')}) AS o
JOIN "order_history" h ON h."orderId" = o."id" AND h."version" = o."version"
WHERE NOT EXISTS (SELECT FROM messaging.outbox m WHERE m."eventId" = h."eventId")`;

const deleteSql = `
DELETE FROM "stuck_orders" s WHERE s."source" = ANY ($4) AND NOT EXISTS (
  SELECT FROM unnest($1::uuid[], $2::text[], $3::text[]) AS f ("orderId", "cause", "source")
  WHERE f."orderId" = s."orderId" AND f."cause" = s."cause" AND f."source" = s."source")`;
const insertSql = `
INSERT INTO "stuck_orders" ("orderId", "cause", "source", "since", "foundAt")
SELECT DISTINCT ON (f."orderId", f."cause", f."source") f."orderId", f."cause", f."source", f."since", $5::timestamptz
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[]) AS f ("orderId", "cause", "source", "since")
WHERE EXISTS (SELECT FROM "orders" o WHERE o."id" = f."orderId")
ORDER BY f."orderId", f."cause", f."source", f."since"
ON CONFLICT DO NOTHING`;

export function createStuckOrders(pool: Pool): StuckOrders {
  return {
    async claimSearch(now, intervalMs) {
      return (await pool.query(claimSql, [now, intervalMs / 1_000])).rowCount === 1;
    },
    async findOwn({ step, message, promise }) {
      const [open, missed, unpublished] = await Promise.all([
        pool.query<OpenRow>(openSql, [step, promise]),
        pool.query<{ orderId: string; since: Date }>(missedSql, [message]),
        pool.query<{ orderId: string; since: Date }>(unpublishedSql, [message]),
      ]);
      return [
        ...open.rows.flatMap((row) => overdueOf(row, { step, promise })),
        ...missed.rows.map((row) => ({ ...row, cause: 'STEP' as const, source: 'order' })),
        ...unpublished.rows.map((row) => ({ ...row, cause: 'MESSAGE' as const, source: 'order' })),
      ];
    },
    async findExpectedMessages(before, limit) {
      const { rows } = await pool.query<ExpectedRow>(expectedSql, [before, Math.floor(limit / 8)]);
      return rows.flatMap(({ orderId, eventId, analyticsEventId, at }): ExpectedMessage[] => [
        { orderId, topic: 'order-events', eventId, at },
        ...(analyticsEventId === null
          ? []
          : [{ orderId, topic: 'analytics-events' as const, eventId: analyticsEventId, at }]),
      ]);
    },
    replace: (found, sources, now) =>
      inTransaction(pool, async (client) => {
        const column = <K extends keyof StuckOrder>(key: K) => found.map((each) => each[key]);
        const keys = [column('orderId'), column('cause'), column('source')];
        await client.query(deleteSql, [...keys, sources]);
        const since = found.map((each) => each.since.toISOString());
        await client.query(insertSql, [...keys, since, now.toISOString()]);
      }),
    async count() {
      const text = `SELECT "cause", count(DISTINCT "orderId")::int AS "n" FROM "stuck_orders" GROUP BY "cause"`;
      const { rows } = await pool.query<{ cause: StuckCause; n: number }>(text);
      return new Map(rows.map(({ cause, n }) => [cause, n]));
    },
    async of(orderId) {
      const text = `SELECT "orderId", "cause", "source", "since" FROM "stuck_orders" WHERE "orderId" = $1 ORDER BY "since"`;
      return (await pool.query<StuckOrder>(text, [orderId]).catch(refuseOutage)).rows;
    },
  };
}

type OpenRow = { id: string; stepSince: Date; promisedDeliveryAt: Date | null };
type ExpectedRow = { orderId: string; eventId: string; analyticsEventId: string | null; at: Date };

function overdueOf({ id: orderId, stepSince, promisedDeliveryAt }: OpenRow, before: { step: Date; promise: Date }) {
  const stuck: StuckOrder[] = [];
  if (stepSince < before.step) stuck.push({ orderId, cause: 'STEP', source: 'order', since: stepSince });
  if (promisedDeliveryAt !== null && promisedDeliveryAt < before.promise)
    stuck.push({ orderId, cause: 'PROMISE', source: 'order', since: promisedDeliveryAt });
  return stuck;
}
