// Every message reaches the handler at least once, and its effect is committed once.
//
// Inbox rows, versions and effects are one transaction; the offset is committed after it. A crash in between, a rebalance or a
// replay brings a message again, and the inbox skips it. A message that arrives before an earlier version is buffered.

import type { Codec, Topic } from '@oms/contracts';
import type pg from 'pg';
import type { Logger } from 'pino';
import type { Registry as MetricsRegistry } from 'prom-client';
import { deadLetterReasons } from '../dead-letters/dead-letters.ts';
import type { Kafka } from '../kafka/client.ts';
import { createConsumerMetrics, startCountersAtZero } from '../metrics.ts';
import type { StoredMessage } from '../outbox/outbox.ts';
import type { Apply, Ordering } from './apply.ts';
import { runBatch, type BatchRunnerOptions } from './batch-runner.ts';
import { createGapTimeout } from './gap-timeout.ts';
import { createInboxCleaner } from './inbox.ts';
import { createLimit } from './limit.ts';
import { createMembership } from './membership.ts';
import { reportLostMessages } from './lost-messages.ts';
import { createProgress, type ProgressState } from './progress.ts';
import { createStoppedPartitions, type StoppedHere } from './stopped-partitions.ts';

export type ConsumerOptions = {
  service: string;
  /** The consumer group; `oms-` and the service's name unless given, since a Kafka cluster is shared with others. Each group applies each message once. */
  group?: string;
  pool: pg.Pool;
  kafka: Kafka;
  codec: Codec;
  topics: readonly Topic[];
  ordering: Ordering;
  apply: Apply;
  enqueue?: (stored: StoredMessage[]) => void;
  logger: Logger;
  metrics: MetricsRegistry;
  /** How long a message waits in the out-of-order buffer for an earlier version; 30,000 ms unless given. */
  gapTimeoutMs?: number;
  /** With lag and without an attempt for so long, onFatal is called; 120,000 ms unless given. */
  stallMs?: number;
  /** The consumer cannot continue in this process. Unless given: logs, and ends the process with code 1, so that it is started again. */
  onFatal?: (error: Error) => void;
};

export type ConsumerState = ProgressState & {
  /** The partitions of this process that have stopped, and the offsets at which a record batch cannot be read. */
  stopped: StoppedHere[];
};

export type Consumer = {
  /** Resolves at once and joins in the background; waits for Kafka, PostgreSQL and the topics as long as necessary. */
  start(): Promise<void>;
  /** Ends the current transaction, commits its offset and leaves the group. */
  stop(): Promise<void>;
  state(): ConsumerState;
};

export function createConsumer(options: ConsumerOptions): Consumer {
  const {
    pool,
    kafka,
    codec,
    topics,
    ordering,
    apply,
    enqueue = () => {},
    gapTimeoutMs = 30_000,
    stallMs = 120_000,
  } = options;
  const group = groupOf(options);
  const logger = options.logger.child({ part: 'consumer', group });
  const { onFatal = endProcess(logger) } = options;
  const metrics = createConsumerMetrics(options.metrics);
  startCountersAtZero(metrics, { group, topics, deadLetterReasons });
  const producer = kafka.createProducer();
  const progress = createProgress({ group, topics, admin: kafka.admin, metrics, stallMs, onStall: onFatal });
  const shared = { pool, codec, group, ordering, apply, enqueue, producer, logger, metrics };
  const gapTimeout = createGapTimeout({ ...shared, admin: kafka.admin, gapTimeoutMs });
  const runnerOptions: BatchRunnerOptions = {
    ...shared,
    // The partitions run independently, and others need connections too.
    limit: createLimit(Math.max(1, Math.floor(pool.options.max / 2))),
    onMoreReady: () => gapTimeout.notify(),
    onAlive: () => progress.alive(),
    onProgress: (next) => progress.committed(next),
  };
  const stopped = createStoppedPartitions({
    ...shared,
    onAlive: () => progress.alive(),
    onSkipped: (next) => progress.committed(next),
  });
  const membership = createMembership({
    group,
    topics,
    kafka,
    logger,
    onBatch: (batch) => runBatch(runnerOptions, batch),
    onUnreadable: (batch) => stopped.hold(batch),
    onOutOfRange: (wanted) => void reportLostMessages({ group, admin: kafka.admin, metrics, logger }, wanted),
    onAssigned(partitions) {
      stopped.assigned();
      progress.assigned(partitions);
      gapTimeout.assigned(partitions);
      logger.info({ partitions: partitions.length }, 'Joined the consumer group');
    },
  });
  const cleaner = createInboxCleaner({ pool, logger });

  return {
    start() {
      membership.start();
      progress.start();
      gapTimeout.start();
      cleaner.start();
      return Promise.resolve();
    },
    async stop() {
      progress.stop();
      await membership.stop();
      await gapTimeout.stop();
      await cleaner.stop();
      await producer.close();
    },
    state: () => ({ ...progress.state(), stopped: stopped.state() }),
  };
}

/** The consumer group of a service; a service with several consumers names the groups itself. */
export function groupOf({ service, group }: { service: string; group?: string }): string {
  return group ?? `oms-${service}`;
}

function endProcess(logger: Logger): (error: Error) => void {
  return (error) => {
    logger.fatal({ err: error }, 'The consumer cannot continue; ending the process');
    process.exit(1);
  };
}
