// The whole notification service on a database of its own, and a publisher that speaks to it as order and inventory do.
import { createCodec, type Message } from '@oms/contracts';
import { createKafka, createOutbox, createRelay, createSchemaCache, inTransaction } from '@oms/messaging';
import { createLogger, createMetrics } from '@oms/service-kit';
import { createDatabase, testStack, tokenFor } from '@oms/test-kit';
import { createNotification } from '../src/app.ts';
import { secret } from './sending-fixture.ts';

type Role = 'customer' | 'staff' | 'admin';
export type Running = Awaited<ReturnType<typeof startRunning>>;

const logger = createLogger({ name: 'notification', level: process.env['TEST_LOG_LEVEL'] ?? 'silent' });

export async function startRunning() {
  const { kafkaBrokers, registryUrl, issuerUrl, smtpUrl, slackUrl, webhookUrl } = testStack();
  const db = await createDatabase('notification');
  const service = await createNotification(
    {
      HOST: '127.0.0.1',
      PORT: 0,
      LOG_LEVEL: 'silent',
      DATABASE_URL: db.databaseUrl,
      DATABASE_POOL_MAX: 10,
      KAFKA_BROKERS: kafkaBrokers.join(','),
      REGISTRY_URL: registryUrl,
      ISSUER_URL: issuerUrl,
      TOKEN_AUDIENCE: 'oms',
      JWKS_TRUSTED_HOURS: 12,
      SMTP_URL: smtpUrl,
      MAIL_FROM: 'OMS <no-reply@oms.example>',
      SLACK_WEBHOOK_URL: slackUrl,
      WEBHOOK_URL: webhookUrl,
      WEBHOOK_SECRET: secret,
    },
    logger,
  );
  await service.start();

  async function call(method: 'GET' | 'POST', url: string, role?: Role) {
    const headers = role ? { authorization: `Bearer ${await tokenFor(role)}` } : {};
    const reply = await service.http.inject({ method, url, headers });
    return { status: reply.statusCode, body: reply.json() };
  }

  return {
    pool: db.pool,
    get: (url: string, role?: Role) => call('GET', url, role),
    post: (url: string, role?: Role) => call('POST', url, role),
    async stop(): Promise<void> {
      await service.stop();
      await db.drop();
    },
  };
}

/** Publishes messages by outbox and relay. */
export async function createPublisher() {
  const { kafkaBrokers, registryUrl } = testStack();
  const db = await createDatabase('messaging');
  const codec = await createCodec({
    registryUrl,
    cache: createSchemaCache(db.pool),
    publishes: ['ORDER_PLACED', 'ORDER_STATUS_CHANGED', 'LOW_STOCK', 'OUT_OF_STOCK'],
  });
  const outbox = createOutbox({ codec, source: 'notification-test' });
  const relay = createRelay({
    service: 'notification-test',
    databaseUrl: db.databaseUrl,
    pool: db.pool,
    kafka: createKafka({ clientId: 'notification-test', brokers: kafkaBrokers, logger }),
    logger,
    metrics: createMetrics('notification-test'),
  });
  await relay.start();
  return {
    async publish(...messages: Message[]): Promise<void> {
      relay.enqueue(await inTransaction(db.pool, (client) => outbox.append(client, messages)));
    },
    async stop(): Promise<void> {
      await relay.stop();
      await db.drop();
    },
  };
}
