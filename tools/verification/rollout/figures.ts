// What analytics says of promises at the front door, held against what it must say.

import type { Finding } from '../invariants/violation.ts';
import type { ApiCaller } from '../../dev/client/client.ts';
import type { Kept } from './promises.ts';

type Told = { inTime: number; late: { orders: number; p50: number | null; p95: number | null } };

export async function checkPromiseFigures(admin: ApiCaller, { inTime, lateSeconds }: Kept): Promise<Finding[]> {
  const { status, body } = await admin.get('/v1/analytics/lead-times');
  const told = (body as { promise?: Told }).promise;
  const due: Told = {
    inTime,
    late: { orders: lateSeconds.length, p50: percentile(lateSeconds, 0.5), p95: percentile(lateSeconds, 0.95) },
  };
  if (status === 200 && JSON.stringify(told) === JSON.stringify(due)) return [];
  return [
    { invariant: 5, what: `analytics says of promises ${JSON.stringify(told)}, and it is ${JSON.stringify(due)}` },
  ];
}

/** Between the two nearest in rank, as PostgreSQL's percentile_cont, to the millisecond; null of nothing. */
export function percentile(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  if (below === undefined || above === undefined) return null;
  return Math.round((below + (above - below) * (at - Math.floor(at))) * 1_000) / 1_000;
}
