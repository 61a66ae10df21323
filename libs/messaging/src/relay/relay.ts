// Every committed outbox row reaches Kafka at least once, and the messages of one aggregate in their order.
//
// The leader sends; the other relays of the database stand by. The leader gets a message from `enqueue` right after the commit, or
// from a sweep of the table. A row is deleted after the broker has acknowledged its message; a crash in between causes a repeat, no loss.

import { topics, type Topic } from '@oms/contracts';
import { failpoint } from '@oms/failpoint';
import type pg from 'pg';
import type { Logger } from 'pino';
import type { Registry as MetricsRegistry } from 'prom-client';
import type { Kafka } from '../kafka/client.ts';
import { partitionOf } from '../kafka/murmur2.ts';
import { createRelayMetrics } from '../metrics.ts';
import { createOutboxTable, type StoredMessage } from '../outbox/outbox.ts';
import { outOfTraces } from '../tracing.ts';
import { createLeadership } from './leadership.ts';
import { createPartitionQueues } from './partition-queues.ts';
import { createRemover } from './remover.ts';
import { createSender } from './sender.ts';
import { createSweeper } from './sweeper.ts';

export type RelayOptions = {
  service: string;
  /** For the connection that holds the lock. It must give a session: PostgreSQL itself, or a pooler in session mode. */
  databaseUrl: string;
  pool: pg.Pool;
  kafka: Kafka;
  logger: Logger;
  metrics: MetricsRegistry;
  /** How often the table is read even when nothing indicates a gap; 1,000 ms unless given. */
  sweepMs?: number;
};

export type Relay = {
  /** Resolves at once; waits for PostgreSQL and Kafka in the background. */
  start(): Promise<void>;
  /** Sends what is in memory if Kafka takes it within 3 seconds, deletes what was sent, and releases the lock. */
  stop(): Promise<void>;
  /** Call it after the commit, with everything that the transaction stored. Never throws and never waits. */
  enqueue(stored: readonly StoredMessage[]): void;
  /** For readiness: false when `databaseUrl` turned out to give no session, so that no relay may lead. */
  hasSession(): boolean;
};

export function createRelay({
  service,
  databaseUrl,
  pool,
  kafka,
  logger: parentLogger,
  metrics: registry,
  sweepMs = 1_000,
}: RelayOptions): Relay {
  const logger = parentLogger.child({ part: 'relay' });
  const metrics = createRelayMetrics(registry);
  const table = createOutboxTable(pool);
  const queues = createPartitionQueues({
    countMax: 5_000,
    bytesMax: 16_000_000,
    batchMax: 500,
    batchBytesMax: 900_000,
    partitionOf: (topic, key) => `${topic}/${partitionOf(key, topics[topic as Topic].partitions)}`,
  });
  const remover = createRemover({
    table,
    logger,
    onRemoved(ids) {
      queues.deleted(ids);
      sweeper.capacityFreed();
    },
  });
  const sender = createSender({
    producer: kafka.createProducer(),
    queues,
    logger,
    metrics,
    onSent: (ids) => remover.add(ids),
  });
  const sweeper = createSweeper({
    table,
    queues,
    logger,
    metrics,
    everyMs: sweepMs,
    onSwept: () => sender.notify(),
  });
  const leadership = createLeadership({
    service,
    databaseUrl,
    logger,
    onGained() {
      metrics.leading.set(1);
      failpoint('relay.leading');
      leading = true;
      sender.open();
      sweeper.open();
    },
    onLost() {
      metrics.leading.set(0);
      leading = false;
      sender.close();
      sweeper.close();
      // The next leader reads the table; from now on the queues of this one may be out of date.
      queues.reset();
      logger.info('This relay stands by');
    },
    onNotified: () => sweeper.notify(),
  });
  let leading = false;
  let stopping = false;

  return {
    start() {
      leadership.start();
      return Promise.resolve();
    },
    async stop() {
      stopping = true;
      sweeper.close();
      await sender.drain(3_000);
      await remover.drain();
      await leadership.stop();
      await sender.end();
    },
    hasSession: () => leadership.hasSession(),
    enqueue(stored) {
      if (stored.length === 0 || stopping) return;
      if (!leading) return leadership.notifyLeader();
      outOfTraces(() => {
        if (!queues.enqueue(stored, Date.now())) sweeper.notify();
        sender.notify();
      });
    },
  };
}
