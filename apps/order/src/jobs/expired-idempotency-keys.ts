/** Driven by the clock: replies are kept for 24 hours, then forgotten in small batches, so that nobody waits for the clean-up. */

import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from '@oms/service-kit';

export type ExpiredIdempotencyKeys = { start(): void; stop(): Promise<void> };

const keptMs = 24 * 60 * 60 * 1_000;
const everyMs = 60_000;
const batchMax = 500;

/** @param o.forget forgets at most so many replies from before a moment, and tells how many there were */
export function createExpiredIdempotencyKeys(o: {
  forget: (before: Date, countMax: number) => Promise<number>;
  now: () => Date;
  logger: Logger;
}): ExpiredIdempotencyKeys {
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
        o.logger.warn({ err }, 'expired replies could not be forgotten; trying again in a minute');
      }
      await wait(everyMs, undefined, { signal }).catch(() => {});
    }
  }

  async function forgetExpired(signal: AbortSignal): Promise<void> {
    let total = 0;
    for (let forgotten = batchMax; forgotten === batchMax && !signal.aborted; total += forgotten) {
      forgotten = await o.forget(new Date(o.now().getTime() - keptMs), batchMax);
    }
    if (total > 0) o.logger.debug({ total }, 'expired replies forgotten');
  }
}
