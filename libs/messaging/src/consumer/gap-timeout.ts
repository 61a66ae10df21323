// No message stays in the out-of-order buffer for ever: it is applied when it is ready, or goes to the dead letters after the gap timeout.
//
// The missing version can only come later in the same partition. So a message is given up when its time is over and the group
// has read up to the offset where the log ended at that moment. Only the member that reads the partition does this.

import type { Logger } from 'pino';
import { VersionGapError } from '../dead-letters/dead-letters.ts';
import { sendToDeadLetters, type DeadLetterOptions } from '../dead-letters/send-dead-letters.ts';
import type { KafkaAdmin, PartitionRange, TopicPartition } from '../kafka/client.ts';
import type { StoredMessage } from '../outbox/outbox.ts';
import { applyInOrder, type ApplyOptions } from './apply.ts';
import { firstOrderedOffset } from './inbox.ts';
import {
  readDueAggregates,
  readExpired,
  readFirst,
  removeFromBuffer,
  sampleBuffer,
  type WaitingAggregate,
} from './out-of-order-buffer.ts';

export type GapTimeout = {
  assigned(partitions: readonly TopicPartition[]): void;
  /** Some buffered messages are ready. */
  notify(): void;
  start(): void;
  stop(): Promise<void>;
};

export type GapTimeoutOptions = ApplyOptions &
  DeadLetterOptions & {
    admin: KafkaAdmin;
    enqueue: (stored: StoredMessage[]) => void;
    logger: Logger;
    /** How long a message waits for the versions before it. */
    gapTimeoutMs: number;
  };

const attemptsMax = 3;
const releaseMax = 500;

export function createGapTimeout(options: GapTimeoutOptions): GapTimeout {
  const { pool, group, ordering, admin, logger, metrics, gapTimeoutMs } = options;
  const everyMs = Math.max(20, Math.min(1_000, gapTimeoutMs / 4));
  let assigned: readonly TopicPartition[] = [];
  /** Where the log of an aggregate's partition ended when its time was over. */
  const readTo = new Map<string, bigint>();
  let timer: NodeJS.Timeout | undefined;
  let stopping = false;
  let running: Promise<void> | undefined;
  let requested = false;
  let failures = 0;

  return {
    assigned(partitions) {
      assigned = partitions;
      if (assigned.length === 0) removeGauges();
    },
    notify() {
      requested = true;
      if (!running && !stopping) void run();
    },
    start() {
      timer = setInterval(() => {
        if (!running) void run();
      }, everyMs);
      timer.unref();
    },
    async stop() {
      stopping = true;
      clearInterval(timer);
      await running;
    },
  };

  async function run(): Promise<void> {
    running = processBuffer();
    await running;
    running = undefined;
    if (requested && !stopping) void run();
  }

  async function processBuffer(): Promise<void> {
    requested = false;
    if (assigned.length === 0) return;
    try {
      const due = await readDueAggregates(pool, { group, gapTimeoutMs }, assigned);
      for (const aggregate of due) if (!stopping) await processAggregate(aggregate);
      if (due.length === 0) readTo.clear();
      const { count, oldestAgeSeconds } = await sampleBuffer(pool, group);
      if (assigned.length > 0) setGauges(count, oldestAgeSeconds);
      failures = 0;
    } catch (error) {
      failures += 1;
      // Logged at the beginning of an outage, and then from time to time.
      if (failures % 100 === 1) logger.warn({ err: error }, 'Cannot process the out-of-order buffer; trying again');
    }
  }

  /** The values are of the whole group; each process that reads a partition reports them. */
  function setGauges(count: number, oldestAgeSeconds: number): void {
    metrics.bufferedNow.set({ group }, count);
    metrics.bufferedOldest.set({ group }, oldestAgeSeconds);
  }

  /** A process without partitions would show its last values for ever. */
  function removeGauges(): void {
    metrics.bufferedNow.remove({ group });
    metrics.bufferedOldest.remove({ group });
  }

  async function processAggregate(aggregate: WaitingAggregate): Promise<void> {
    const { topic, partition, aggregateId, first, applied } = aggregate;
    if (ordering === 'none' || (applied !== null && applied >= first - 1)) return applyReady(options, aggregate);
    const range = await readRange(topic, partition);
    if (!(await isReadToEnd(aggregate, range))) return;
    const since = await firstOrderedOffset(pool, { group, topic, partition });
    if (applied === null && (since > 0n || range.first > 0n)) {
      logger.warn(
        { topic, aggregateId, version: first },
        'Begins an aggregate whose earlier messages are out of reach',
      );
      return applyReady(options, aggregate, new Map([[aggregateId, first - 1]]));
    }
    await giveUp(aggregate);
  }

  async function readRange(topic: string, partition: number): Promise<PartitionRange> {
    const range = (await admin.offsetRanges([topic])).find((each) => each.partition === partition);
    if (!range) throw new Error(`Kafka knows no partition ${partition} of ${topic}.`);
    return range;
  }

  async function isReadToEnd(
    { topic, partition, aggregateId }: WaitingAggregate,
    { end }: PartitionRange,
  ): Promise<boolean> {
    const key = `${topic}/${aggregateId}`;
    if (!readTo.has(key)) readTo.set(key, end);
    const committed = await admin.committedOffsets(group, [topic]);
    const position = committed.find((each) => each.partition === partition)?.offset ?? -1n;
    if (position < readTo.get(key)!) return false;
    readTo.delete(key);
    return true;
  }

  async function giveUp({ topic, aggregateId, applied }: WaitingAggregate): Promise<void> {
    const awaited = (applied ?? 0) + 1;
    const expired = await readExpired(pool, { group, topic, aggregateId }, gapTimeoutMs);
    const failed = expired.map(({ received, bufferedAt }) => ({
      received,
      error: new VersionGapError({ aggregateId, awaited, waitedMs: Date.now() - bufferedAt.getTime() }),
      attempts: 0,
    }));
    await sendToDeadLetters(options, failed);
    const heads = expired.map(({ head }) => head);
    await removeFromBuffer(pool, group, heads);
  }
}

/**
 * Applies the buffered messages of one aggregate that are ready; one that cannot be applied goes to the dead letters alone.
 * @param baseline the version at which the aggregate is assumed to be, if it is unknown
 * @throws transient errors: try again later
 */
async function applyReady(
  options: GapTimeoutOptions,
  { topic, partition, aggregateId }: WaitingAggregate,
  baseline?: ReadonlyMap<string, number>,
): Promise<void> {
  const { group, metrics, enqueue } = options;
  const work = { topic, partition, arrivals: [], aggregateIds: [aggregateId], ...(baseline && { baseline }) };
  let oneByOne = false;
  let attempts = 0;
  for (let hasMore = true; hasMore;) {
    const outcome = await applyInOrder(options, { ...work, releaseMax: oneByOne ? 1 : releaseMax });
    if (outcome.done) {
      if (outcome.stored.length > 0) enqueue([...outcome.stored]);
      if (outcome.applied > 0) metrics.applied.inc({ group, topic }, outcome.applied);
      if (outcome.older > 0) metrics.older.inc({ group, topic }, outcome.older);
      hasMore = outcome.hasMore;
      attempts = 0;
      continue;
    }
    const { isTransient, error } = outcome;
    if (isTransient) throw error;
    // One at a time from here on, so that the first of the remaining ones is the cause.
    attempts = oneByOne ? attempts + 1 : 0;
    oneByOne = true;
    if (attempts === attemptsMax) return giveUpFirst(options, { topic, aggregateId }, error);
  }
}

async function giveUpFirst(
  options: GapTimeoutOptions,
  { topic, aggregateId }: Pick<WaitingAggregate, 'topic' | 'aggregateId'>,
  error: Error,
): Promise<void> {
  const { pool, group } = options;
  const first = await readFirst(pool, { group, topic, aggregateId });
  if (!first) return;
  await sendToDeadLetters(options, [{ received: first.received, error, attempts: attemptsMax }]);
  await removeFromBuffer(pool, group, [first.head]);
}
