/** Answers to numbered wishes are kept for a day, then forgotten in small batches, so that nobody waits for the clean-up. */
import type { Logger } from '@oms/service-kit';
import { createClockwork, type Clockwork } from './periodic-job.ts';

const keptMs = 24 * 60 * 60 * 1_000;
const everyMs = 60_000;
const batchMax = 500;

/** @param o.forget forgets at most so many answers from before a moment, and tells how many there were */
export function createExpiredReceipts(o: {
  forget: (before: Date, countMax: number) => Promise<number>;
  now: () => Date;
  logger: Logger;
}): Clockwork {
  return createClockwork({ what: 'forgetting old answers', everyMs, round, logger: o.logger });

  async function round(signal: AbortSignal): Promise<void> {
    for (let forgotten = batchMax; forgotten === batchMax && !signal.aborted;) {
      forgotten = await o.forget(new Date(o.now().getTime() - keptMs), batchMax);
    }
  }
}
