// Every message reaches the handler at least once, and its effect is committed once.
//
// Inbox rows, versions and effects are one transaction; the offset is committed after it. So a crash in between, a rebalance
// or a replay brings a message again, and the inbox says that it was applied. A message that comes before its turn is parked.

import type { Codec, Message, Topic } from '@oms/contracts';
import type pg from 'pg';
import type { Logger } from 'pino';
import type { Registry as MetricsRegistry } from 'prom-client';
import { runBatch } from './batch-runner.ts';
import type { Kafka, ReceivedMessage } from '../kafka/client.ts';
import { createInboxCleaner } from './inbox-cleaner.ts';
import { createMembership } from './membership.ts';
import { beginWithNothing, createConsumerMetrics } from '../metrics.ts';
import { createParkedKeeper } from './gap-timeout.ts';
import type { StoredMessage } from '../outbox/outbox.ts';
import { createProgress } from './progress.ts';

/**
 * Called in the transaction that also writes the inbox rows, only with messages not applied before, in partition order, and
 * those of one aggregate in the order of their versions: each right after the one before, where their topic has no gaps.
 * Answer what outbox.append() answered, if anything: it is handed over after the commit.
 *
 * A thrown error rolls all of it back. Errors of PostgreSQL's connections and locks, and any with `transient: true`, are
 * tried again in order without end; any other three times for its message alone, which then goes to the dead letters.
 */
export type Apply = (client: pg.PoolClient, messages: readonly Message[]) => Promise<StoredMessage[] | void>;

export type ConsumerState = {
  /** Partitions this process reads; 0 until it has joined. */
  assigned: number;
  /** Messages not applied yet, looked up every few seconds; null while it is not known. */
  lag: number | null;
  /** How long there has been lag; 0 when there is none, null while it is not known. */
  lagMs: number | null;
  lastProgressAt: Date | null;
};

export type ConsumerOptions = {
  service: string;
  /** The consumer group; `oms-` and the service's name unless given: a Kafka is shared with others. Each group applies each message once. */
  group?: string;
  pool: pg.Pool;
  kafka: Kafka;
  codec: Codec;
  topics: readonly Topic[];
  apply: Apply;
  enqueue?: (stored: StoredMessage[]) => void;
  logger: Logger;
  metrics: MetricsRegistry;
  /** How long a message that comes before its turn waits for it; 30,000 ms unless given. */
  gapTimeoutMs?: number;
  /** With lag and nothing tried for so long, onFatal is called; 120,000 ms unless given. */
  stallMs?: number;
  /** The consumer can't go on in this process. Unless given: logs and ends the process with code 1, to be started again. */
  onFatal?: (error: Error) => void;
};

export type Consumer = {
  /** Resolves at once and joins in the background; waits for Kafka, PostgreSQL and the topics as long as it takes. */
  start(): Promise<void>;
  /** Ends the current transaction, commits its offset and leaves the group. */
  stop(): Promise<void>;
  state(): ConsumerState;
};

export function createConsumer(o: ConsumerOptions): Consumer {
  const group = groupOf(o);
  const logger = o.logger.child({ part: 'consumer', group });
  const metrics = createConsumerMetrics(o.metrics);
  beginWithNothing(metrics, group, o.topics);
  const onFatal = o.onFatal ?? endProcess(logger);
  const producer = o.kafka.createProducer();
  const progress = createProgress({
    group,
    topics: o.topics,
    admin: o.kafka.admin,
    logger,
    metrics,
    stallMs: o.stallMs ?? 120_000,
    onStall: onFatal,
  });
  const enqueue = o.enqueue ?? (() => {});
  const parts = { pool: o.pool, codec: o.codec, group, apply: o.apply, enqueue, producer, logger, metrics };
  const keeper = createParkedKeeper({
    ...{ ...parts, topics: o.topics, admin: o.kafka.admin, gapTimeoutMs: o.gapTimeoutMs ?? 30_000 },
  });
  const runner = {
    ...parts,
    onMore: () => keeper.wake(),
    onAlive: () => progress.alive(),
    onProgress: (last: ReceivedMessage) => progress.applied(last),
  };
  const membership = createMembership({
    group,
    topics: o.topics,
    kafka: o.kafka,
    logger,
    onBatch: (batch) => runBatch(runner, batch),
    onAssigned(partitions) {
      progress.assigned(partitions);
      keeper.assigned(partitions);
      logger.info({ partitions: partitions.length }, 'Joined the consumer group');
    },
  });
  const cleaner = createInboxCleaner({ pool: o.pool, logger });

  return {
    start() {
      membership.start();
      progress.start();
      keeper.start();
      cleaner.start();
      return Promise.resolve();
    },
    async stop() {
      progress.stop();
      await membership.stop();
      await keeper.stop();
      await cleaner.stop();
      await producer.close();
    },
    state: () => progress.state(),
  };
}

/** A service's own group, unless it has several. */
export function groupOf({ service, group }: { service: string; group?: string }): string {
  return group ?? `oms-${service}`;
}

function endProcess(logger: Logger): (error: Error) => void {
  return (error) => {
    logger.fatal({ err: error }, 'The consumer cannot go on; ending the process');
    process.exit(1);
  };
}
