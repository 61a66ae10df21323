/** Once a minute, deletes the replies of keys that are older than 24 hours, in small batches, so that nobody waits for it. */

import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from '@oms/service-kit';

export type ExpiredIdempotencyKeys = { start(): void; stop(): Promise<void> };

const keptMs = 24 * 60 * 60 * 1_000;
const everyMs = 60_000;
const batchMax = 500;

export type ExpiredIdempotencyKeysOptions = {
  /** Deletes at most so many replies from before a time, and returns how many there were. */
  forget: (before: Date, countMax: number) => Promise<number>;
  now: () => Date;
  logger: Logger;
};

export function createExpiredIdempotencyKeys(options: ExpiredIdempotencyKeysOptions): ExpiredIdempotencyKeys {
  const { forget, now, logger } = options;
  const stopping = new AbortController();
  let loop = Promise.resolve();
  return {
    start() {
      loop = run(stopping.signal);
    },
    async stop() {
      stopping.abort();
      await loop;
    },
  };

  async function run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await forgetExpired(signal);
      } catch (err) {
        logger.warn({ err }, 'Expired replies could not be deleted. The next try is in a minute.');
      }
      await wait(everyMs, undefined, { signal }).catch(() => {});
    }
  }

  async function forgetExpired(signal: AbortSignal): Promise<void> {
    let total = 0;
    for (let deleted = batchMax; deleted === batchMax && !signal.aborted; total += deleted) {
      deleted = await forget(new Date(now().getTime() - keptMs), batchMax);
    }
    if (total > 0) logger.debug({ total }, 'Expired replies were deleted.');
  }
}
