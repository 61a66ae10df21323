// The map of notification: rules turn messages into notifications, a worker for each channel delivers them, and staff can read the results.
import {
  createAggregateEvidence,
  createOverdueMessages,
  createConsumer,
  createDeadLetterAdmin,
  createKafka,
  createLazyCodec,
  createSchemaCache,
  kafkaStates,
  type Kafka,
  type LazyCodec,
} from '@oms/messaging';
import {
  createHttp,
  createIdentity,
  createMetrics,
  createPool,
  deadLetterRoutes,
  explanationRoute,
  overdueOrdersRoute,
  isWritable,
  kafkaAccess,
  listen,
  Refusal,
  watchPools,
  type Logger,
  type MetricsRegistry,
} from '@oms/service-kit';
import type { Pool } from 'pg';
import type { Senders } from './channels/channel.ts';
import { createDispatch } from './channels/dispatch.ts';
import { createEmailSender } from './channels/email.ts';
import { createSlackSender } from './channels/slack.ts';
import { createWebhookSender } from './channels/webhook.ts';
import type { Config } from './config.ts';
import { createNotify } from './consumers/alerts-and-orders.ts';
import type { Channel } from './domain/rules.ts';
import { createRender } from './domain/templates.ts';
import { addNotificationRoutes } from './http/notifications.ts';
import { problems } from './http/problems.ts';
import { createDeliveries } from './store/deliveries.ts';
import { retryInTransaction } from './store/notifications.ts';
import { readOrderKnowledge } from './store/order-knowledge.ts';
import { createQueries } from './store/queries.ts';
import { createRules } from './store/rules.ts';

/** What the service needs from outside, and what a test or a simulation puts in its place. */
export type Ports = {
  pool: Pool;
  kafka: Kafka;
  codec: LazyCodec;
  senders: Senders;
  metrics: MetricsRegistry;
  logger: Logger;
  /** Called when the consumer cannot continue; it ends the process unless given. */
  onFatal?: (error: Error) => void;
};

/** The parts that work, in the order of the data flow. They wait for PostgreSQL and Kafka in the background. */
export function compose(ports: Ports, timing: { pollMs?: number; leaseMs?: number } = {}) {
  const { pool, kafka, codec, senders, metrics, logger, onFatal } = ports;
  const channels = new Set(Object.keys(senders) as Channel[]);
  logger.info({ channels: [...channels] }, 'channels with an address; rules for others make no notifications');
  const deliveries = createDeliveries({ pool, metrics });
  const dispatch = createDispatch({ senders, deliveries, logger, metrics, ...timing });
  const source = {
    service: 'notification',
    pool,
    kafka,
    codec,
    topics: ['inventory-alerts', 'order-events'],
    logger,
  } as const;
  const consumer = createConsumer({
    ...source,
    // People must not read that an order is on its way before they read that it was accepted.
    ordering: 'strict',
    apply: createNotify({ rules: createRules(), render: createRender(), channels, wake: dispatch.wake }),
    metrics,
    ...(onFatal && { onFatal }),
  });
  const deadLetters = createDeadLetterAdmin(source);
  const messagesOf = createAggregateEvidence({ ...source, state: () => consumer.state() });
  const overdueMessages = createOverdueMessages({ ...source, topics: ['order-events'] });

  return {
    deadLetters,
    messagesOf,
    overdueMessages,
    kafkaStates: () => kafkaStates(kafka, consumer.state()),
    async retry(id: string) {
      const known = await retryInTransaction(pool, id);
      dispatch.wake();
      return known;
    },
    start() {
      dispatch.start();
      codec.start(() => consumer.start());
      return Promise.resolve();
    },
    async stop() {
      await codec.stop();
      await consumer.stop();
      await deadLetters.close();
      await dispatch.stop();
      await deliveries.close();
    },
  };
}

/** Composes notification. After `start` it delivers due notifications as soon as its database is available, and catches up when Kafka is. */
export async function createNotification(config: Config, logger: Logger) {
  const metrics = createMetrics('notification');
  const pool = createPool({
    name: 'notification',
    databaseUrl: config.DATABASE_URL,
    max: config.DATABASE_POOL_MAX,
    byIndex: true,
  });
  watchPools(metrics, { main: pool });
  const queries = createQueries({ pool });

  const codec = createLazyCodec({
    registryUrl: config.REGISTRY_URL,
    cache: createSchemaCache(pool),
    publishes: [],
    notReadyError: () =>
      new Refusal(
        'DEAD_LETTERS_UNAVAILABLE',
        'The service is waiting for its database, which has the schemas of messages. Send the request again shortly.',
      ),
    logger,
  });
  const kafka = createKafka({ clientId: 'oms-notification', ...kafkaAccess(config), logger });
  const parts = compose({ pool, kafka, codec, senders: createSenders(config), metrics, logger });

  const http = await createHttp({
    name: 'notification',
    description: 'Notifications about orders and stock, sent by e-mail, Slack and webhooks.',
    version: '0.1.0',
    problems,
    identity: createIdentity({
      issuerUrl: config.ISSUER_URL,
      audience: config.TOKEN_AUDIENCE,
      keysTrustedHours: config.JWKS_TRUSTED_HOURS,
    }),
    logger,
    metrics,
    ready: { database: () => isWritable(pool) },
    others: () => Promise.resolve(parts.kafkaStates()),
  });
  addNotificationRoutes(http, {
    queries,
    retry: (id) => parts.retry(id),
  });

  deadLetterRoutes(http, { path: '/v1/notifications/dead-letters', admin: parts.deadLetters });
  explanationRoute(http, {
    messages: parts.messagesOf,
    known: (orderId) => readOrderKnowledge(pool, orderId),
    unavailable: 'DATABASE_UNAVAILABLE',
  });
  overdueOrdersRoute(http, { messages: parts.overdueMessages, unavailable: 'DATABASE_UNAVAILABLE' });

  return {
    http,
    async start() {
      await parts.start();
      await listen(http, config);
    },
    async stop() {
      await http.close();
      await parts.stop();
      await queries.close();
      await pool.end();
    },
  };
}

function createSenders({ SMTP_URL, MAIL_FROM, SLACK_WEBHOOK_URL, WEBHOOK_URL, WEBHOOK_SECRET }: Config): Senders {
  return {
    EMAIL: createEmailSender({ smtpUrl: SMTP_URL, from: MAIL_FROM }),
    ...(SLACK_WEBHOOK_URL && { SLACK: createSlackSender({ url: SLACK_WEBHOOK_URL }) }),
    ...(WEBHOOK_URL &&
      WEBHOOK_SECRET && { WEBHOOK: createWebhookSender({ url: WEBHOOK_URL, secret: WEBHOOK_SECRET }) }),
  };
}
