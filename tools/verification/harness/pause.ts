// A pause that ends early when the signal says so.

import { setTimeout as wait } from 'node:timers/promises';

export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal }).catch(() => undefined);
}
