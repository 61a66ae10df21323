// The delay before the next retry: it doubles up to a limit, and is randomized so that many clients do not retry at the same moment.

/** 100 ms after the first failure, at most 2 s, plus or minus 20 %. */
export function backoffMs(failures: number): number {
  return randomized(Math.min(2_000, 100 * 2 ** Math.min(failures - 1, 10)));
}

/** For attempts that cost others something: 100 ms after the first failure, at most 30 s, plus or minus 20 %. */
export function longBackoffMs(failures: number): number {
  return randomized(Math.min(30_000, 100 * 2 ** Math.min(failures - 1, 10)));
}

function randomized(exactMs: number): number {
  return Math.round(exactMs * (0.8 + Math.random() * 0.4));
}
