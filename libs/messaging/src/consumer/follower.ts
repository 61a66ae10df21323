// Follows a topic from its present end, in every process and without a consumer group: for those who show what happens now.
//
// It keeps its positions while Kafka is away, so nothing is missed. Where messages were missed all the same, `onMissed` is called.

import type { Logger } from 'pino';
import { backoffMs } from '../backoff.ts';
import type { FollowedBatch, Kafka } from '../kafka/client.ts';

export type FollowerOptions = {
  kafka: Pick<Kafka, 'admin' | 'follow'>;
  topic: string;
  /** From now on, every message from these offsets on is handed out. Called once, when Kafka first answers. */
  onStart: (positions: ReadonlyMap<number, bigint>) => void;
  /** One call at a time for each partition, and none of the next batch before it resolves. */
  onBatch: (batch: FollowedBatch) => Promise<void>;
  /** Messages of this partition cannot be read, or the log deleted them before they were read; it continues at `next`. */
  onMissed: (partition: number, next: bigint) => void;
  logger: Logger;
};

export type Follower = {
  /** Resolves at once, and connects in the background. */
  start(): void;
  stop(): Promise<void>;
  /** How long ago Kafka last answered, in seconds; 0 before the start. */
  answerAgeSeconds(): number;
};

export function createFollower({ kafka, topic, onStart, onBatch, onMissed, logger }: FollowerOptions): Follower {
  const stopping = new AbortController();
  const { signal } = stopping;
  /** Undefined until Kafka has said where the topic ends. */
  let positions: Map<number, bigint> | undefined;
  let running: Promise<void> | undefined;
  let answeredMs: number | undefined;
  const gone = new Set<number>();

  return {
    start() {
      answeredMs ??= performance.now();
      running ??= run();
    },
    async stop() {
      stopping.abort();
      await running;
    },
    answerAgeSeconds: () => (answeredMs === undefined ? 0 : (performance.now() - answeredMs) / 1_000),
  };

  async function run(): Promise<void> {
    for (let failures = 0; !signal.aborted;) {
      try {
        await begin();
        await followOnce(() => (failures = 0));
      } catch (err) {
        if (signal.aborted) return;
        failures += 1;
        const waitMs = backoffMs(failures);
        if (failures === 1 || failures % 20 === 0) {
          logger.warn({ err, topic, failures, waitMs }, 'The topic cannot be followed for now; connecting again');
        }
        await pause(waitMs);
      }
    }
  }

  /** Where to continue: at first the end of each partition, and afterwards what the log still holds. */
  async function begin(): Promise<void> {
    if (positions && gone.size === 0) return;
    const ranges = await kafka.admin.offsetRanges([topic]);
    if (positions) {
      for (const { partition, first, end } of ranges) {
        // A log that was cut off, or made anew, ends before the position.
        if (gone.has(partition)) miss(partition, (positions.get(partition) ?? 0n) > end ? end : first);
      }
      gone.clear();
      return;
    }
    positions = new Map(ranges.map(({ partition, end }) => [partition, end]));
    onStart(positions);
  }

  async function followOnce(onAnswer: () => void): Promise<void> {
    const next = positions!;
    await kafka.follow({
      topic,
      signal,
      // A partition that was added since the start is new as a whole.
      nextOffset: (partition) => next.get(partition) ?? 0n,
      async onBatch(batch) {
        await onBatch(batch);
        next.set(batch.partition, batch.end);
        if (!batch.unreadable) return;
        logger.warn({ err: batch.unreadable, topic, partition: batch.partition }, 'A record batch cannot be read');
        onMissed(batch.partition, batch.end);
      },
      onOutOfRange: (partition) => void gone.add(partition),
      onAnswer() {
        answeredMs = performance.now();
        onAnswer();
      },
    });
  }

  function miss(partition: number, next: bigint): void {
    logger.warn({ topic, partition, next }, 'The log no longer has the next message; continuing');
    positions!.set(partition, next);
    onMissed(partition, next);
  }

  async function pause(ms: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    let end = () => {};
    await new Promise<void>((resolve) => {
      end = resolve;
      timer = setTimeout(resolve, ms);
      signal.addEventListener('abort', end, { once: true });
    });
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
  }
}
