// Nothing stays parked for ever: what waited too long goes to the dead letters, what has its turn is applied.
//
// The version waited for can only come later in the same partition. So the wait ends when the time is over and the group
// has read to where the log ended then. Only the reader of the partition does this.

import type { Logger } from 'pino';
import { guardedSince } from './applied-versions.ts';
import type { SliceOptions } from './apply-slice.ts';
import type { KafkaAdmin, PartitionRange, TopicPartition } from '../kafka/client.ts';
import { buryAll, type BurialOptions } from '../dead-letters/burial.ts';
import { VersionGapError } from '../dead-letters/dead-letters.ts';
import { readExpired, readWaiting, sampleParked, unpark, type Waiting } from './out-of-order-buffer.ts';
import { settle } from './parked-settle.ts';
import type { StoredMessage } from '../outbox/outbox.ts';

export type ParkedKeeper = {
  assigned(partitions: readonly TopicPartition[]): void;
  /** It is the turn of some of the parked. */
  wake(): void;
  start(): void;
  stop(): Promise<void>;
};

export type ParkedKeeperOptions = SliceOptions &
  BurialOptions & {
    topics: readonly string[];
    admin: KafkaAdmin;
    enqueue: (stored: StoredMessage[]) => void;
    logger: Logger;
    /** How long a message waits for its turn. */
    gapTimeoutMs: number;
  };

export function createParkedKeeper(o: ParkedKeeperOptions): ParkedKeeper {
  const everyMs = Math.max(20, Math.min(1_000, o.gapTimeoutMs / 4));
  let mine: readonly TopicPartition[] = [];
  /** Where the log ended when an aggregate's time was over. */
  const readTo = new Map<string, bigint>();
  let timer: NodeJS.Timeout | undefined;
  let stopping = false;
  let running: Promise<void> | undefined;
  let wanted = false;
  let failures = 0;

  return {
    assigned(partitions) {
      mine = partitions;
      if (mine.length === 0) tellNothing();
    },
    wake() {
      wanted = true;
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
    running = round();
    await running;
    running = undefined;
    if (wanted && !stopping) void run();
  }

  async function round(): Promise<void> {
    wanted = false;
    if (mine.length === 0) return;
    try {
      const waiting = await readWaiting(o.pool, o, mine);
      for (const one of waiting) if (!stopping) await look(one);
      if (waiting.length === 0) readTo.clear();
      const { count, oldestAgeSeconds } = await sampleParked(o.pool, o.group);
      if (mine.length > 0) tell(count, oldestAgeSeconds);
      failures = 0;
    } catch (error) {
      failures += 1;
      // Once when it begins, and then every now and then.
      if (failures % 100 === 1) o.logger.warn({ err: error }, 'Cannot look after the parked messages; trying again');
    }
  }

  /** Of the whole group, by each process that reads something for it. */
  function tell(count: number, oldestAgeSeconds: number): void {
    o.metrics.parkedNow.set({ group: o.group }, count);
    o.metrics.parkedOldest.set({ group: o.group }, oldestAgeSeconds);
  }

  /** Whoever reads nothing looks no more: what it saw last would stand there for ever. */
  function tellNothing(): void {
    o.metrics.parkedNow.remove({ group: o.group });
    o.metrics.parkedOldest.remove({ group: o.group });
  }

  async function look(one: Waiting): Promise<void> {
    if (one.applied !== null && one.applied >= one.first - 1) return settle(o, one);
    const range = await rangeOf(one);
    if (!(await hasBeenRead(one, range))) return;
    const since = await guardedSince(o.pool, { group: o.group, ...one });
    if (one.applied === null && (since > 0n || range.first > 0n)) {
      const { topic, aggregateId, first } = one;
      o.logger.warn(
        { topic, aggregateId, version: first },
        'Begins an aggregate whose earlier messages are out of reach',
      );
      return settle(o, one, new Map([[aggregateId, first - 1]]));
    }
    await giveUp(one);
  }

  async function rangeOf({ topic, partition }: Waiting): Promise<PartitionRange> {
    const range = (await o.admin.offsetRanges([topic])).find((each) => each.partition === partition);
    if (!range) throw new Error(`Kafka knows no partition ${partition} of ${topic}.`);
    return range;
  }

  async function hasBeenRead(one: Waiting, { end }: PartitionRange): Promise<boolean> {
    const key = `${one.topic}/${one.aggregateId}`;
    if (!readTo.has(key)) readTo.set(key, end);
    const committed = await o.admin.committedOffsets(o.group, [one.topic]);
    const position = committed.find(({ partition }) => partition === one.partition)?.offset ?? -1n;
    if (position < readTo.get(key)!) return false;
    readTo.delete(key);
    return true;
  }

  async function giveUp(one: Waiting): Promise<void> {
    const awaited = (one.applied ?? 0) + 1;
    const rows = await readExpired(o.pool, { ...one, group: o.group, gapTimeoutMs: o.gapTimeoutMs });
    await buryAll(
      o,
      rows.map(({ received, parkedAt }) => ({
        received,
        error: new VersionGapError({ ...one, awaited, waitedMs: Date.now() - parkedAt.getTime() }),
        attempts: 0,
      })),
    );
    await unpark(
      o.pool,
      o.group,
      rows.map(({ head }) => head),
    );
  }
}
