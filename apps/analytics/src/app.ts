// The map of analytics: the consumer folds messages of both topics into read models, and queries read them.
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
import type { Config } from './config.ts';
import { project } from './consumers/project.ts';
import { freshnessOf } from './http/freshness.ts';
import { problems } from './http/problems.ts';
import { salesRoutes } from './http/sales.ts';
import { stockLevelRoutes } from './http/stock-levels.ts';
import { timelineRoutes } from './http/timelines.ts';
import { readOrderKnowledge } from './store/order-knowledge.ts';
import { createQueries } from './store/queries.ts';

/** One connection for the batch, the others for the dead letters. */
const consumerPoolMax = 3;

/** What the service needs from outside; a simulation gives its own. */
export type Ports = {
  pool: Pool;
  kafka: Kafka;
  codec: LazyCodec;
  metrics: MetricsRegistry;
  logger: Logger;
  /** Called when the consumer cannot continue; the process ends if it is absent. */
  onFatal?: (error: Error) => void;
};

/** All parts but queries and HTTP: they fold messages into read models. Once started, they wait for PostgreSQL and Kafka in the background. */
export function compose({ pool, kafka, codec, metrics, logger, onFatal }: Ports) {
  const source = {
    service: 'analytics',
    pool,
    kafka,
    codec,
    topics: ['analytics-events', 'order-events'],
    logger,
  } as const;
  const consumer = createConsumer({
    ...source,
    // The folds give the same rows in any order of the messages.
    ordering: 'none',
    apply: project,
    metrics,
    ...(onFatal && { onFatal }),
  });
  const deadLetters = createDeadLetterAdmin(source);
  const messagesOf = createAggregateEvidence({ ...source, state: () => consumer.state() });
  const overdueMessages = createOverdueMessages({ ...source, topics: ['order-events', 'analytics-events'] });

  return {
    consumer,
    deadLetters,
    messagesOf,
    overdueMessages,
    start() {
      codec.start(() => consumer.start());
      return Promise.resolve();
    },
    async stop() {
      await codec.stop();
      await consumer.stop();
      await deadLetters.close();
    },
  };
}

/** Puts analytics together. Once started, it answers from its tables as soon as its database does, and catches up when Kafka is available. */
export async function createAnalytics(config: Config, logger: Logger) {
  const metrics = createMetrics('analytics');
  const database = { name: 'analytics', databaseUrl: config.DATABASE_URL };
  // Queries may read whole tables. The consumer's statements always use indexes, because they are planned while the tables are empty.
  const queryPool = createPool({ ...database, max: config.DATABASE_POOL_MAX });
  const consumerPool = createPool({ ...database, max: consumerPoolMax, byIndex: true });
  // The labels of released metrics.
  watchPools(metrics, { asking: queryPool, folding: consumerPool });
  const queries = createQueries(queryPool);

  const codec = createLazyCodec({
    registryUrl: config.REGISTRY_URL,
    cache: createSchemaCache(consumerPool),
    publishes: [],
    notReadyError: () =>
      new Refusal(
        'DEAD_LETTERS_UNAVAILABLE',
        'The service is waiting for its database, which has the schemas of messages. Send the request again shortly.',
      ),
    logger,
  });
  const kafka = createKafka({ clientId: 'oms-analytics', ...kafkaAccess(config), logger });
  const { consumer, deadLetters, messagesOf, overdueMessages, ...parts } = compose({
    pool: consumerPool,
    kafka,
    codec,
    metrics,
    logger,
  });

  const http = await createHttp({
    name: 'analytics',
    description: 'Sales, the course of orders, and stock levels, computed from the messages of order and inventory.',
    version: '0.1.0',
    problems,
    identity: createIdentity({
      issuerUrl: config.ISSUER_URL,
      audience: config.TOKEN_AUDIENCE,
      keysTrustedHours: config.JWKS_TRUSTED_HOURS,
    }),
    logger,
    metrics,
    ready: { database: () => isWritable(queryPool) },
    others: () => Promise.resolve(kafkaStates(kafka, consumer.state())),
  });
  const freshness = () => freshnessOf(consumer.state(), new Date());
  salesRoutes(http, queries, freshness);
  timelineRoutes(http, queries, freshness);
  stockLevelRoutes(http, queries, freshness);
  deadLetterRoutes(http, { path: '/v1/analytics/dead-letters', admin: deadLetters });
  explanationRoute(http, {
    messages: messagesOf,
    known: (orderId) => readOrderKnowledge(queryPool, orderId),
    unavailable: 'DATABASE_UNAVAILABLE',
  });
  overdueOrdersRoute(http, { messages: overdueMessages, unavailable: 'DATABASE_UNAVAILABLE' });

  return {
    http,
    async start() {
      await parts.start();
      await listen(http, config);
    },
    async stop() {
      await http.close();
      await parts.stop();
      await queries.stop();
      await queryPool.end();
      await consumerPool.end();
    },
  };
}
