// How long to wait before the next try: doubling, capped, and spread so that many do not come back at once.

/** 100 ms after the first failure, at most 2 s, give or take a fifth. */
export function backoffMs(failures: number): number {
  const plainMs = Math.min(2_000, 100 * 2 ** Math.min(failures - 1, 10));
  return Math.round(plainMs * (0.8 + Math.random() * 0.4));
}
