// Every message reaches the handler at least once, and its effect is committed once.

import type { Codec, Message, Topic } from '@oms/contracts';
import type pg from 'pg';
import type { Logger } from 'pino';
import type { Registry as MetricsRegistry } from 'prom-client';
import type { Kafka } from './broker.ts';
import type { StoredMessage } from './outbox.ts';

/**
 * Called in the transaction that also writes the inbox rows, only with messages not applied before, in partition order.
 * Answer the stored messages of outbox.append(), if any: they are handed over after the commit.
 */
export type Apply = (client: pg.PoolClient, messages: readonly Message[]) => Promise<StoredMessage[] | void>;

export type ConsumerState = {
  /** Partitions this process reads. */
  assigned: number;
  /** Messages not applied yet in those partitions; null until it is known. */
  lag: number | null;
  /** How long there has been lag; 0 when there is none, null until it is known. */
  lagMs: number | null;
  lastProgressAt: Date | null;
};

export type Consumer = {
  /** Joins in the background; never fails because Kafka is away. */
  start(): Promise<void>;
  stop(): Promise<void>;
  state(): ConsumerState;
};

export function createConsumer(o: {
  service: string;
  group?: string;
  pool: pg.Pool;
  kafka: Kafka;
  codec: Codec;
  topics: readonly Topic[];
  apply: Apply;
  handOver?: (stored: StoredMessage[]) => void;
  logger: Logger;
  metrics: MetricsRegistry;
  stallMs?: number;
  onFatal?: (error: Error) => void;
}): Consumer {
  return {
    start: async () => o.logger.info('consumer'),
    stop: async () => {},
    state: () => ({ assigned: 0, lag: null, lagMs: null, lastProgressAt: null }),
  };
}
