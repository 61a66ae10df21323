// Applies a batch of one partition to its end, in order: retries transient errors, sends what cannot be applied to the dead letters, skips nothing.

import { failpoint } from '@oms/failpoint';
import { backoffMs } from '../backoff.ts';
import { sendToDeadLetters, type DeadLetterOptions, type FailedMessage } from '../dead-letters/send-dead-letters.ts';
import type { PartitionOffset, ReceivedBatch, ReceivedMessage } from '../kafka/client.ts';
import type { StoredMessage } from '../outbox/outbox.ts';
import { applying } from '../tracing.ts';
import { applySlice, type ApplyOptions } from './apply.ts';
import type { Limit } from './limit.ts';

export type BatchRunnerOptions = ApplyOptions &
  DeadLetterOptions & {
    enqueue: (stored: StoredMessage[]) => void;
    /** Bounds the transactions of all partitions together. */
    limit: Limit;
    /** More buffered messages are ready than one transaction could apply. */
    onMoreReady: () => void;
    /** Something was attempted: this consumer is not stalled, even when the attempt failed. */
    onAlive: () => void;
    /** The group has committed this offset. */
    onProgress: (next: PartitionOffset) => void;
  };

type Failure = { isTransient: boolean; error: Error };

const sliceMax = 500;
const attemptsMax = 3;
const heartbeatMs = 1_000;

/**
 * Resolves when the batch is applied and its offset committed, or when the consumer is stopping. Rejects when the group
 * rebalances or the offset cannot be committed: the applied messages are then read again, and the inbox skips them.
 */
export async function runBatch(options: BatchRunnerOptions, batch: ReceivedBatch): Promise<void> {
  const { group, logger, metrics, limit, enqueue, onMoreReady, onAlive, onProgress } = options;
  let done = 0;
  /** Halved by transient errors, so that a batch too large for its time limit gets through in the end. */
  let size = sliceMax;
  /** After an error that a message causes, this many messages are applied one by one. */
  let oneByOne = 0;
  let attempts = 0;
  let retries = 0;
  failpoint('consumer.received');
  if (batch.messages.length === 0 && batch.isRunning()) await commitOffset(batch.end);
  while (done < batch.messages.length && batch.isRunning()) {
    await batch.heartbeat();
    const slice = batch.messages.slice(done, done + (oneByOne > 0 ? 1 : size));
    const failure = await attempt(slice);
    if (!failure) {
      await commit(slice);
    } else if (failure.isTransient) {
      metrics.retries.inc({ group });
      retries += 1;
      size = Math.max(1, size >> 1);
      logRetry(failure.error, slice);
      await wait(backoffMs(retries));
    } else if (slice.length > 1) {
      oneByOne = slice.length;
    } else if ((attempts += 1) < attemptsMax) {
      await wait(backoffMs(attempts));
    } else if (await giveUp({ received: slice[0]!, error: failure.error, attempts })) {
      await commit(slice);
    }
  }

  async function attempt(slice: readonly ReceivedMessage[]): Promise<Failure | undefined> {
    onAlive();
    const startMs = performance.now();
    const outcome = await withHeartbeat(() => limit(() => applying(slice, group, () => applySlice(options, slice))));
    metrics.applyMs.observe({ group }, performance.now() - startMs);
    if (!outcome.done) return outcome;
    metrics.batchSize.observe({ group }, slice.length);
    count('applied', outcome.applied);
    count('repeats', outcome.repeats);
    count('older', outcome.older);
    count('buffered', outcome.buffered);
    if (outcome.hasMore) onMoreReady();
    if (outcome.stored.length > 0) enqueue([...outcome.stored]);
    return outcome.unreadable.length === 0 ? undefined : sendAll(outcome.unreadable);
  }

  async function commit(slice: readonly ReceivedMessage[]): Promise<void> {
    const last = slice.at(-1)!;
    await commitOffset(last === batch.messages.at(-1) ? batch.end : last.offset + 1n);
    done += slice.length;
    oneByOne = Math.max(0, oneByOne - slice.length);
    attempts = 0;
    retries = 0;
    size = Math.min(sliceMax, size * 2);
  }

  async function commitOffset(next: bigint): Promise<void> {
    failpoint('consumer.before_offset');
    await batch.commit(next);
    failpoint('consumer.offset_committed');
    onProgress({ topic: batch.topic, partition: batch.partition, offset: next });
  }

  /** Repeats until Kafka has taken the dead letter; false when the consumer stops before. */
  async function giveUp(failed: FailedMessage): Promise<boolean> {
    for (let failures = 1; batch.isRunning(); failures++) {
      onAlive();
      const failure = await sendAll([failed]);
      if (!failure) return true;
      logRetry(failure.error, [failed.received]);
      await wait(backoffMs(failures));
    }
    return false;
  }

  async function sendAll(failed: readonly FailedMessage[]): Promise<Failure | undefined> {
    try {
      await withHeartbeat(() => sendToDeadLetters(options, failed));
    } catch (error) {
      return { isTransient: true, error: error as Error };
    }
    return undefined;
  }

  /** Keeps this member in the group however long the work takes. An error of a heartbeat shows at the next one that is awaited. */
  async function withHeartbeat<T>(work: () => Promise<T>): Promise<T> {
    const timer = setInterval(() => void batch.heartbeat().catch(() => {}), heartbeatMs);
    try {
      return await work();
    } finally {
      clearInterval(timer);
    }
  }

  async function wait(ms: number): Promise<void> {
    for (let leftMs = ms; leftMs > 0 && batch.isRunning(); leftMs -= heartbeatMs / 5) {
      await new Promise((resolve) => setTimeout(resolve, Math.min(leftMs, heartbeatMs / 5)));
      await batch.heartbeat();
    }
  }

  function count(what: 'applied' | 'repeats' | 'older' | 'buffered', messages: number): void {
    if (messages > 0) metrics[what].inc({ group, topic: batch.topic }, messages);
  }

  function logRetry(error: Error, slice: readonly ReceivedMessage[]): void {
    const { topic, partition, offset } = slice[0]!;
    const fields = { err: error, topic, partition, offset: offset.toString(), messages: slice.length, retries };
    // At the beginning of an outage and then from time to time, so that it does not fill the log.
    if (retries <= 1 || retries % 20 === 0) logger.warn(fields, 'Cannot apply messages for now; trying again');
  }
}
