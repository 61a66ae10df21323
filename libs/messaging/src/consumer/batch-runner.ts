// Takes a batch of one partition to its end, in order: tries again what passes, buries what stays wrong, skips nothing.

import { failpoint } from '@oms/failpoint';
import { applySlice, type SliceOptions } from './apply-slice.ts';
import { backoffMs } from '../backoff.ts';
import type { ReceivedBatch, ReceivedMessage } from '../kafka/client.ts';
import { buryAll, type BurialOptions } from '../dead-letters/burial.ts';
import type { FailedMessage } from '../dead-letters/dead-letters.ts';
import type { StoredMessage } from '../outbox/outbox.ts';
import { applying } from '../tracing.ts';

export type BatchRunnerOptions = SliceOptions &
  BurialOptions & {
    enqueue: (stored: StoredMessage[]) => void;
    /** It is the turn of more of the parked messages than one transaction could take. */
    onMore: () => void;
    /** Something was tried: this consumer is not stuck, even when the try failed. */
    onAlive: () => void;
    onProgress: (last: ReceivedMessage) => void;
  };

const sliceMax = 500;
const triesMax = 3;
const beatMs = 1_000;

/**
 * Resolves when the batch is applied and its offset committed, or when the consumer is stopping. Rejects when the group
 * is rebalancing or the offset cannot be committed: what was applied meanwhile is read again and applied no second time.
 */
export async function runBatch(o: BatchRunnerOptions, batch: ReceivedBatch): Promise<void> {
  let at = 0;
  /** Halved by failures that pass, so that a batch too large for its time gets through in the end. */
  let size = sliceMax;
  /** After a failure that stays, so many messages go one by one. */
  let alone = 0;
  let tries = 0;
  let delays = 0;
  failpoint('consumer.received');
  while (at < batch.messages.length && batch.isRunning()) {
    await batch.heartbeat();
    const slice = batch.messages.slice(at, at + (alone > 0 ? 1 : size));
    const failure = await attempt(slice);
    if (!failure) {
      await pass(slice);
    } else if (failure.passing) {
      o.metrics.retries.inc({ group: o.group });
      delays += 1;
      size = Math.max(1, size >> 1);
      tell(failure.error, slice);
      await wait(backoffMs(delays));
    } else if (slice.length > 1) {
      alone = slice.length;
    } else if ((tries += 1) < triesMax) {
      await wait(backoffMs(tries));
    } else if (await bury({ received: slice[0]!, error: failure.error, attempts: tries })) {
      await pass(slice);
    }
  }

  async function attempt(slice: readonly ReceivedMessage[]): Promise<{ passing: boolean; error: Error } | undefined> {
    o.onAlive();
    const startMs = performance.now();
    const outcome = await beating(() => applying(slice, o.group, () => applySlice(o, slice)));
    o.metrics.applyMs.observe({ group: o.group }, performance.now() - startMs);
    if (!outcome.done) return outcome;
    o.metrics.batchSize.observe({ group: o.group }, slice.length);
    count('applied', outcome.applied);
    count('repeats', outcome.repeats);
    count('older', outcome.older);
    count('parked', outcome.parked);
    if (outcome.more) o.onMore();
    if (outcome.stored.length > 0) o.enqueue([...outcome.stored]);
    if (outcome.unreadable.length === 0) return undefined;
    return sendAway(outcome.unreadable);
  }

  async function pass(slice: readonly ReceivedMessage[]): Promise<void> {
    const last = slice.at(-1)!;
    failpoint('consumer.before_offset');
    await batch.commitThrough(last);
    failpoint('consumer.offset_committed');
    o.onProgress(last);
    at += slice.length;
    alone = Math.max(0, alone - slice.length);
    tries = 0;
    delays = 0;
    size = Math.min(sliceMax, size * 2);
  }

  /** Until Kafka has taken it; false when the consumer stops before that. */
  async function bury(letter: FailedMessage): Promise<boolean> {
    for (let failures = 1; batch.isRunning(); failures++) {
      o.onAlive();
      const failure = await sendAway([letter]);
      if (!failure) return true;
      tell(failure.error, [letter.received]);
      await wait(backoffMs(failures));
    }
    return false;
  }

  async function sendAway(letters: readonly FailedMessage[]): Promise<{ passing: true; error: Error } | undefined> {
    try {
      await beating(() => buryAll(o, letters));
    } catch (error) {
      return { passing: true, error: error as Error };
    }
    return undefined;
  }

  /** The group hears that this member lives, however long the work takes. What a beat has to say comes out at the next one awaited. */
  async function beating<T>(work: () => Promise<T>): Promise<T> {
    const timer = setInterval(() => void batch.heartbeat().catch(() => {}), beatMs);
    try {
      return await work();
    } finally {
      clearInterval(timer);
    }
  }

  async function wait(ms: number): Promise<void> {
    for (let leftMs = ms; leftMs > 0 && batch.isRunning(); leftMs -= beatMs / 5) {
      await new Promise((resolve) => setTimeout(resolve, Math.min(leftMs, beatMs / 5)));
      await batch.heartbeat();
    }
  }

  function count(what: 'applied' | 'repeats' | 'older' | 'parked', messages: number): void {
    if (messages > 0) o.metrics[what].inc({ group: o.group, topic: batch.topic }, messages);
  }

  function tell(error: Error, slice: readonly ReceivedMessage[]): void {
    const { topic, partition, offset } = slice[0]!;
    const told = { err: error, topic, partition, offset: offset.toString(), messages: slice.length, delays };
    // Once when it begins, and then every now and then: an outage must not fill the log.
    if (delays <= 1 || delays % 20 === 0) o.logger.warn(told, 'Cannot apply messages for now; trying again');
  }
}
