// Analytics on a database of its own, queried over HTTP, and a publisher that stands for order and inventory.
import { createCodec, type Message } from '@oms/contracts';
import { createKafka, createOutbox, createRelay, createSchemaCache, inTransaction } from '@oms/messaging';
import { createLogger, createMetrics, type Role } from '@oms/service-kit';
import { createDatabase, testStack, tokenFor } from '@oms/test-kit';
import { createAnalytics } from '../src/app.ts';
import { project } from '../src/consumers/project.ts';

export type Analytics = Awaited<ReturnType<typeof composeAnalytics>>;

const logger = createLogger({ name: 'analytics', level: 'silent' });

/** Not started yet: it reads Kafka only after `start()`. */
export async function composeAnalytics() {
  const { kafkaBrokers, registryUrl, issuerUrl } = testStack();
  const database = await createDatabase('analytics');
  const { pool } = database;
  const service = await createAnalytics(
    {
      HOST: '127.0.0.1',
      PORT: 0,
      LOG_LEVEL: 'silent',
      DATABASE_URL: database.databaseUrl,
      DATABASE_POOL_MAX: 10,
      KAFKA_BROKERS: kafkaBrokers.join(','),
      REGISTRY_URL: registryUrl,
      ISSUER_URL: issuerUrl,
      TOKEN_AUDIENCE: 'oms',
      JWKS_TRUSTED_HOURS: 12,
    },
    logger,
  );
  const tokens = new Map<Role, string>();

  return {
    pool,
    start: () => service.start(),
    /** Applies a batch as the consumer does, without Kafka. */
    apply: (messages: readonly Message[]) => inTransaction(pool, (client) => project(client, messages)),
    async get(path: string, role?: Exclude<Role, 'service'>) {
      if (role && !tokens.has(role)) tokens.set(role, await tokenFor(role));
      const headers = role ? { authorization: `Bearer ${tokens.get(role)}` } : {};
      const reply = await service.http.inject({ method: 'GET', url: path, headers });
      return { status: reply.statusCode, headers: reply.headers, body: reply.json() };
    },
    async ready() {
      const reply = await service.http.management.inject('/health/ready');
      return { status: reply.statusCode, body: reply.json<unknown>() };
    },
    async stop() {
      await service.stop();
      await database.drop();
    },
  };
}

/** Publishes through outbox and relay, in the given order. */
export async function createPublisher() {
  const { kafkaBrokers, registryUrl } = testStack();
  const database = await createDatabase('messaging');
  const { databaseUrl, pool } = database;
  const cache = createSchemaCache(pool);
  const codec = await createCodec({
    registryUrl,
    cache,
    publishes: ['ORDER_PLACED', 'ORDER_STATUS_CHANGED', 'NEW_ORDER', 'ORDER_STATUS_CHANGE', 'INVENTORY_UPDATE'],
  });
  const outbox = createOutbox({ codec, source: 'analytics-test' });
  const relay = createRelay({
    service: 'analytics-test',
    databaseUrl,
    pool,
    logger,
    kafka: createKafka({ clientId: 'analytics-test', brokers: kafkaBrokers, logger }),
    metrics: createMetrics('analytics-test'),
  });
  await relay.start();
  return {
    async publish(messages: readonly Message[]): Promise<void> {
      relay.enqueue(await inTransaction(pool, (client) => outbox.append(client, messages)));
    },
    async stop() {
      await relay.stop();
      await database.drop();
    },
  };
}
