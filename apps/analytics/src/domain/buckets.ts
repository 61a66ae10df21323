// Buckets: whole UTC minutes, hours or days, without gaps.
import { Refusal } from '@oms/service-kit/refusal';
import { orderedWindow, type Window } from '@oms/service-kit/window';

export type Interval = 'minute' | 'hour' | 'day';
export type Buckets = { interval: Interval; from: Date; to: Date; starts: Date[] };

export const bucketsMax = 2_000;
export const intervalMs: Readonly<Record<Interval, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };
/** The number of buckets if the window has no start. */
export const bucketsByDefault: Readonly<Record<Interval, number>> = { minute: 60, hour: 24, day: 30 };

/**
 * The buckets of a window. An open end is `now`; an open start is `bucketsByDefault` before the end.
 * The window may begin or end within a bucket; only its own part of that bucket counts, so the buckets add up to the window.
 * @throws Refusal TOO_MANY_BUCKETS above `bucketsMax`, VALIDATION_FAILED if the window is empty.
 */
export function bucketsOf(interval: Interval, window: Window, now: Date): Buckets {
  const size = intervalMs[interval];
  const to = window.to ?? now;
  const end = Math.ceil(to.getTime() / size);
  const from = window.from ?? new Date((end - bucketsByDefault[interval]) * size);
  orderedWindow({ from, to });
  const first = Math.floor(from.getTime() / size);
  if (end - first > bucketsMax) throw tooMany(interval, from, to, end - first);
  const starts = Array.from({ length: end - first }, (_, index) => new Date((first + index) * size));
  return { interval, from, to, starts };
}

/** One row for each bucket: its counts, or `empty`. */
export function fillBuckets<T>({ starts }: Buckets, counted: readonly (T & { start: Date })[], empty: T) {
  const byStart = new Map(counted.map((row) => [row.start.getTime(), row]));
  return starts.map((start): T & { start: Date } => byStart.get(start.getTime()) ?? { ...empty, start });
}

function tooMany(interval: Interval, from: Date, to: Date, buckets: number): Refusal {
  return new Refusal(
    'TOO_MANY_BUCKETS',
    `Sales by ${interval} from ${from.toISOString()} to ${to.toISOString()} need ${buckets} buckets, but at most ` +
      `${bucketsMax} are allowed. Ask for a shorter window or a longer interval.`,
    { buckets, bucketsMax },
  );
}
