// Every committed outbox row reaches Kafka at least once, and messages of one aggregate in their order.
//
// The leader sends; the others stand by. Each message comes to the leader by hand-over right after its commit, or by a
// sweep of the table. A row is deleted once the broker has acknowledged it; a crash in between makes a repeat, no loss.

import { topics, type Topic } from '@oms/contracts';
import { failpoint } from '@oms/failpoint';
import type pg from 'pg';
import type { Logger } from 'pino';
import type { Registry as MetricsRegistry } from 'prom-client';
import type { Kafka } from '../kafka/client.ts';
import { partitionOf } from '../kafka/murmur2.ts';
import { createOutboxTable } from '../outbox/outbox-table.ts';
import type { StoredMessage } from '../outbox/outbox.ts';
import { createLeadership } from './leadership.ts';
import { createRelayMemory } from './partition-queues.ts';
import { createRemover } from './remover.ts';
import { createSender } from './sender.ts';
import { createSweeper } from './sweeper.ts';
import { createRelayMetrics } from '../metrics.ts';
import { outOfTraces } from '../tracing.ts';

export type RelayOptions = {
  service: string;
  /** For the connection that holds the lock: a direct one, not through a transaction-pooling proxy. */
  databaseUrl: string;
  pool: pg.Pool;
  kafka: Kafka;
  logger: Logger;
  metrics: MetricsRegistry;
  /** How often the table is read even when nothing hints at a gap; 1,000 ms unless given. */
  sweepMs?: number;
};

export type Relay = {
  /** Resolves at once; waits for PostgreSQL and Kafka in the background. */
  start(): Promise<void>;
  /** Sends what is in memory if Kafka takes it within 3 seconds, deletes what was sent, gives the lock back. */
  stop(): Promise<void>;
  /** Call it after the commit, with all that one transaction stored. Never throws, never waits. */
  enqueue(stored: readonly StoredMessage[]): void;
};

const limits = { countMax: 5_000, bytesMax: 16_000_000, batchMax: 500, batchBytesMax: 900_000 };

export function createRelay(o: RelayOptions): Relay {
  const logger = o.logger.child({ part: 'relay' });
  const metrics = createRelayMetrics(o.metrics);
  const table = createOutboxTable(o.pool);
  const memory = createRelayMemory({
    ...limits,
    laneOf: (topic, key) => `${topic}/${partitionOf(key, topics[topic as Topic].partitions)}`,
  });
  const remover = createRemover({
    table,
    logger,
    onRemoved(ids) {
      memory.deleted(ids);
      sweeper.roomMade();
    },
  });
  const sender = createSender({
    producer: o.kafka.createProducer(),
    memory,
    logger,
    metrics,
    onSent: (ids) => remover.add(ids),
  });
  const sweeper = createSweeper({
    table,
    memory,
    logger,
    metrics,
    everyMs: o.sweepMs ?? 1_000,
    onTaken: () => sender.wake(),
  });
  const leadership = createLeadership({
    name: o.service,
    databaseUrl: o.databaseUrl,
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
      // The next leader reads the table; what this one knew is worth nothing from now on.
      memory.reset();
      logger.info('This relay stands by');
    },
    onNudge: () => sweeper.want(),
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
    enqueue(stored) {
      if (stored.length === 0 || stopping) return;
      if (!leading) return leadership.nudge();
      outOfTraces(() => {
        if (!memory.takeHandedOver(stored, Date.now())) sweeper.want();
        sender.wake();
      });
    },
  };
}
