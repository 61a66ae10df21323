// What analytics answers about promises, compared with what it must answer.

import type { Violation } from '../invariants/violation.ts';
import type { ApiCaller } from '../../dev/client/client.ts';
import type { Kept } from './promises.ts';

type PromiseFigures = { inTime: number; late: { orders: number; p50: number | null; p95: number | null } };

export async function checkPromiseFigures(admin: ApiCaller, { inTime, lateSeconds }: Kept): Promise<Violation[]> {
  const { status, body } = await admin.get('/v1/analytics/lead-times');
  const found = (body as { promise?: PromiseFigures }).promise;
  const expected: PromiseFigures = {
    inTime,
    late: { orders: lateSeconds.length, p50: percentile(lateSeconds, 0.5), p95: percentile(lateSeconds, 0.95) },
  };
  if (status === 200 && JSON.stringify(found) === JSON.stringify(expected)) return [];
  const what = `analytics says of promises ${JSON.stringify(found)}, and it is ${JSON.stringify(expected)}`;
  return [{ invariant: 5, what }];
}

/** Between the two nearest in rank, as PostgreSQL's percentile_cont, to the millisecond; null of nothing. */
export function percentile(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(rank)], sorted[Math.ceil(rank)]];
  if (below === undefined || above === undefined) return null;
  return Math.round((below + (above - below) * (rank - Math.floor(rank))) * 1_000) / 1_000;
}
