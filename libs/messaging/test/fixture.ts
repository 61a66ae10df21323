// The messaging of one service, on a database of its own and the real broker. Every part is stopped at the end.

import { createCodec, topicOf, type OutgoingMessage, type OrderId } from '@oms/contracts';
import { createDatabase, testStack } from '@oms/test-kit';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import {
  createKafka,
  createOutbox,
  createSchemaCache,
  createRelay,
  createConsumer,
  inTransaction,
} from '../src/index.ts';
import type { Apply, Relay, StoredMessage } from '../src/index.ts';
import { partitionOf } from '../src/kafka/murmur2.ts';
import { createTcpProxy } from './tcp-proxy.ts';
import { newOrderId } from './messages.ts';
import { createMembership } from '../src/consumer/membership.ts';
import type { ConsumerOptions } from '../src/consumer/consumer.ts';
import type { MessageHeaders, ReceivedMessage } from '../src/kafka/client.ts';
import type { RelayOptions } from '../src/relay/relay.ts';
import { randomUUID } from 'node:crypto';

export type Fixture = Awaited<ReturnType<typeof createFixture>>;

export const logger = pino({ level: process.env['LOG_LEVEL'] ?? 'silent' });

export async function createFixture() {
  const database = await createDatabase('messaging');
  const { pool, databaseUrl } = database;
  const { kafkaBrokers, registryUrl } = testStack();
  const ends: (() => Promise<void>)[] = [() => database.drop()];
  const kafka = createKafka({ clientId: 'messaging-test', brokers: kafkaBrokers, logger });
  ends.push(() => kafka.admin.close());
  const cache = createSchemaCache(pool);
  const codec = await createCodec({
    registryUrl,
    cache,
    publishes: [
      'ORDER_PLACED',
      'ORDER_STATUS_CHANGED',
      'NEW_ORDER',
      'ORDER_STATUS_CHANGE',
      'LOW_STOCK',
      'OUT_OF_STOCK',
    ],
  });
  const outbox = createOutbox({ codec, source: '/test' });
  // What handlers do in these tests: one row per message, in the order of applying.
  await pool.query(`CREATE TABLE effects (
    "at" BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "consumer" TEXT, "eventId" UUID, "aggregateId" UUID, "aggregateVersion" INT)`);

  return {
    pool,
    databaseUrl,
    kafka,
    codec,
    outbox,
    cache,
    atEnd: (end: () => Promise<void>) => void ends.push(end),

    /** Commits the messages in one transaction. */
    commit: (messages: readonly OutgoingMessage[]): Promise<StoredMessage[]> =>
      inTransaction(pool, (client) => outbox.append(client, messages)),

    /** Publishes the messages at once, in this order, without an outbox. */
    async publish(messages: readonly OutgoingMessage[], headers: MessageHeaders = {}): Promise<void> {
      const producer = kafka.createProducer();
      await producer.send(
        messages.map((message) => ({
          topic: topicOf[message.eventType],
          key: message.aggregateId,
          value: codec.encode(message),
          headers: { ce_aggregateversion: String(message.aggregateVersion), ...headers },
        })),
      );
      await producer.close();
    },

    /** Kafka through a proxy that can cut the connections. */
    /** A client of its own. @param instance as in `createKafka` */
    async behindProxy(instance?: string) {
      const [host, port] = kafkaBrokers[0]!.split(':') as [string, string];
      const proxy = await createTcpProxy({ host, port: Number(port) });
      const behind = { host: '127.0.0.1', port: proxy.port };
      const brokers = [`${behind.host}:${behind.port}`];
      const named = instance === undefined ? {} : { instance };
      const proxied = createKafka({ clientId: 'messaging-test', ...named, brokers, logger, route: () => behind });
      ends.push(
        () => proxy.end(),
        () => proxied.admin.close(),
      );
      return { proxy, kafka: proxied };
    },

    async relay(options: Partial<RelayOptions> = {}): Promise<Relay> {
      const base = { service: 'test', databaseUrl, pool, kafka, logger, metrics: new Registry() };
      const relay = createRelay({ ...base, ...options });
      ends.push(() => relay.stop());
      await relay.start();
      return relay;
    },

    consumer(options: Partial<ConsumerOptions> = {}) {
      const { group = `test-${randomUUID()}` } = options;
      const { apply = recordEffects(group) } = options;
      const base = {
        service: 'test',
        pool,
        kafka,
        codec,
        topics: ['order-events'] as const,
        ordering: 'strict' as const,
        logger,
      };
      const consumer = createConsumer({ ...base, metrics: new Registry(), ...options, group, apply });
      ends.push(() => consumer.stop());
      return Object.assign(consumer, { group });
    },

    /** Everything on the topic from its beginning, as it comes. */
    listen(topic: string): ReceivedMessage[] {
      const received: ReceivedMessage[] = [];
      const listener = createMembership({
        kafka,
        logger,
        group: `test-${randomUUID()}`,
        topics: [topic],
        onBatch: async (batch) => {
          received.push(...batch.messages);
          await batch.commit(batch.end);
        },
        onUnreadable: (batch) => batch.commit(batch.end),
        onOutOfRange: () => {},
        onAssigned: () => {},
      });
      listener.start();
      ends.push(() => listener.stop());
      return received;
    },

    async depth(): Promise<number> {
      const { rows } = await pool.query<{ n: number }>('SELECT count(*)::int AS n FROM messaging.outbox');
      return rows[0]!.n;
    },

    async buffered(aggregateId: string): Promise<number[]> {
      const { rows } = await pool.query<{ aggregateVersion: number }>(
        'SELECT "aggregateVersion" FROM messaging.parked WHERE "aggregateId" = $1 ORDER BY 1',
        [aggregateId],
      );
      return rows.map((row) => row.aggregateVersion);
    },

    /** The versions applied for an aggregate, in the order of applying. */
    async effects(aggregateId: string): Promise<number[]> {
      const { rows } = await pool.query<{ aggregateVersion: number }>(
        'SELECT "aggregateVersion" FROM effects WHERE "aggregateId" = $1 ORDER BY "at"',
        [aggregateId],
      );
      return rows.map((row) => row.aggregateVersion);
    },

    async end(): Promise<void> {
      for (const end of ends.toReversed()) await end();
    },
  };
}

export function recordEffects(consumer: string): Apply {
  return async (client, messages) => {
    await client.query(
      `INSERT INTO effects ("consumer", "eventId", "aggregateId", "aggregateVersion")
       SELECT $1, m.* FROM unnest($2::uuid[], $3::uuid[], $4::int[]) AS m`,
      [
        consumer,
        messages.map((message) => message.eventId),
        messages.map((message) => message.aggregateId),
        messages.map((message) => message.aggregateVersion),
      ],
    );
  };
}

/** An order whose messages are in the same partition as another's. */
export function neighbourOf(orderId: OrderId): OrderId {
  for (;;) {
    const id = newOrderId();
    if (partitionOf(id, 6) === partitionOf(orderId, 6)) return id;
  }
}

export function deadLettersOf(received: readonly ReceivedMessage[], key: string, group: string): ReceivedMessage[] {
  return received.filter((m) => m.key?.toString() === key && String(m.headers['dlq_consumer']) === group);
}

/** The versions of one aggregate in the order of the topic, including duplicates. */
export function versionsOf(received: readonly ReceivedMessage[], aggregateId: string): number[] {
  return received
    .filter((message) => message.key?.toString() === aggregateId)
    .map((message) => Number(message.headers['ce_aggregateversion']));
}

/** Without repeats: the order in which a consumer applies them. */
export function firstTimes(versions: readonly number[]): number[] {
  return [...new Set(versions)];
}
