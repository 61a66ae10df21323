// Counts steps and measures the time between them, for the orders placed in a window. Unnamed statements, as in sales-figures.ts.
import type pg from 'pg';
import type { OutcomeCount } from '../domain/figures.ts';
import type { Window } from '@oms/service-kit/window';
import { windowEnds } from './sales-figures.ts';

/** In seconds; null if no order of the window has taken the step. */
export type LeadTime = { orders: number; p50: number | null; p95: number | null };
/** Delivered orders with a promised time: how many were in time, how many were late, and by how much. */
export type Promises = { inTime: number; late: LeadTime };
export type LeadTimes = { accept: LeadTime; prepare: LeadTime; deliver: LeadTime; promise: Promises };

/** A step counts as taken if it, or a later one, is known. One row for all orders that are not cancelled, and one for each reason. */
export async function countOutcomes(pool: pg.Pool, window: Window): Promise<OutcomeCount[]> {
  const { rows } = await pool.query<OutcomeCount>(
    `SELECT "cancelledAt" IS NOT NULL AS "cancelled",
            "cancelReason" AS "reason",
            count(*)::int AS "placed",
            count(COALESCE("preparingAt", "outForDeliveryAt", "deliveredAt"))::int AS "preparing",
            count(COALESCE("outForDeliveryAt", "deliveredAt"))::int AS "outForDelivery",
            count("deliveredAt")::int AS "delivered"
       FROM order_timelines
      WHERE "placedAt" >= $1 AND "placedAt" < $2
      GROUP BY 1, 2`,
    windowEnds(window),
  );
  return rows;
}

/**
 * How long orders waited to be accepted, were prepared, were on their way, and arrived after the promised time: median and
 * 95th percentile. A delivery exactly at the promised time is in time.
 */
export async function measureLeadTimes(pool: pg.Pool, window: Window): Promise<LeadTimes> {
  const { rows } = await pool.query<Counts & Percentiles>(
    `SELECT count("accept")::int AS "accepted", count("prepare")::int AS "prepared", count("deliver")::int AS "delivered",
            count(*) FILTER (WHERE "after" <= 0)::int AS "inTime", count(*) FILTER (WHERE "after" > 0)::int AS "late",
            percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY "accept") AS "accept",
            percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY "prepare") AS "prepare",
            percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY "deliver") AS "deliver",
            percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY "after") FILTER (WHERE "after" > 0) AS "lateBy"
       FROM (
         SELECT extract(epoch FROM "preparingAt" - "placedAt")::float8 AS "accept",
                extract(epoch FROM "outForDeliveryAt" - "preparingAt")::float8 AS "prepare",
                extract(epoch FROM "deliveredAt" - "outForDeliveryAt")::float8 AS "deliver",
                extract(epoch FROM "deliveredAt" - "promisedDeliveryAt")::float8 AS "after"
           FROM order_timelines
          WHERE "placedAt" >= $1 AND "placedAt" < $2
       ) AS waits`,
    windowEnds(window),
  );
  const row = rows[0];
  return {
    accept: leadTime(row?.accepted, row?.accept),
    prepare: leadTime(row?.prepared, row?.prepare),
    deliver: leadTime(row?.delivered, row?.deliver),
    promise: { inTime: row?.inTime ?? 0, late: leadTime(row?.late, row?.lateBy) },
  };
}

type Counts = Record<'accepted' | 'prepared' | 'delivered' | 'inTime' | 'late', number>;
type Percentiles = Record<'accept' | 'prepare' | 'deliver' | 'lateBy', number[] | null>;

function leadTime(orders = 0, percentiles: number[] | null = null): LeadTime {
  return { orders, p50: roundToMs(percentiles?.[0]), p95: roundToMs(percentiles?.[1]) };
}

// The times are measured in milliseconds, so nothing finer is shown.
function roundToMs(seconds: number | undefined): number | null {
  return seconds === undefined ? null : Math.round(seconds * 1_000) / 1_000;
}
