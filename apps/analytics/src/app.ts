// The map of analytics: messages of both topics are folded into read models, and the read models answer questions.
import { createCodec, type Codec } from '@oms/contracts';
import { createConsumer, createDeadLetterAdmin, createKafka, createSchemaCache, type Kafka } from '@oms/messaging';
import {
  createHttp,
  createIdentity,
  createMetrics,
  createPool,
  deadLetterRoutes,
  kafkaAccess,
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
import { createQueries } from './store/queries.ts';

/** One for the batch, the others for what waits and for the dead letters. */
const foldingPoolMax = 3;

/** What the service needs from outside, and what a test or a simulation puts in its place. */
export type Ports = {
  pool: Pool;
  kafka: Kafka;
  codec: Codec;
  metrics: MetricsRegistry;
  logger: Logger;
  /** Called when the consumer cannot go on; it ends the process unless given. */
  onFatal?: (error: Error) => void;
};

/** The parts that work: what folds messages into read models. They wait for PostgreSQL and Kafka in the background. */
export function compose({ pool, kafka, codec, metrics, logger, onFatal }: Ports) {
  const heard = {
    service: 'analytics',
    pool,
    kafka,
    codec,
    topics: ['analytics-events', 'order-events'],
    logger,
  } as const;
  const consumer = createConsumer({ ...heard, apply: project, metrics, ...(onFatal && { onFatal }) });
  const letters = createDeadLetterAdmin(heard);

  return {
    ...{ consumer, letters },
    start: () => consumer.start(),
    async stop() {
      await consumer.stop();
      await letters.close();
    },
  };
}

/** Puts analytics together. Started, it answers from what it has as soon as its database does, and catches up when Kafka is there. */
export async function createAnalytics(config: Config, logger: Logger) {
  const metrics = createMetrics('analytics');
  const database = { name: 'analytics', databaseUrl: config.DATABASE_URL };
  // Figures read whole tables when that is best; what folds messages goes by index, as its plans are made while tables are empty.
  const asking = createPool({ ...database, max: config.DATABASE_POOL_MAX });
  const folding = createPool({ ...database, max: foldingPoolMax, byIndex: true });
  watchPools(metrics, { asking, folding });
  const queries = createQueries(asking);

  const codec = await createCodec({
    registryUrl: config.REGISTRY_URL,
    cache: createSchemaCache(folding),
    publishes: [],
  });
  const kafka = createKafka({ clientId: 'oms-analytics', ...kafkaAccess(config), logger });
  const { consumer, letters, ...parts } = compose({ pool: folding, kafka, codec, metrics, logger });

  const http = await createHttp({
    name: 'analytics',
    description: 'What was sold, how orders went and what is in stock, from the messages of order and inventory.',
    version: '0.1.0',
    problems,
    identity: createIdentity({
      issuerUrl: config.ISSUER_URL,
      audience: config.TOKEN_AUDIENCE,
      keysTrustedHours: config.JWKS_TRUSTED_HOURS,
    }),
    logger,
    metrics,
    ready: { database: async () => (await asking.query('SELECT 1')).rowCount === 1 },
    others: () => Promise.resolve({ kafka: kafka.state() }),
  });
  const freshness = () => freshnessOf(consumer.state(), new Date());
  salesRoutes(http, queries, freshness);
  timelineRoutes(http, queries, freshness);
  stockLevelRoutes(http, queries, freshness);
  deadLetterRoutes(http, { path: '/v1/analytics/dead-letters', admin: letters });

  return {
    http,
    async start() {
      await parts.start();
      await http.listen({ host: config.HOST, port: config.PORT });
    },
    async stop() {
      await http.close();
      await parts.stop();
      await queries.close();
      await asking.end();
      await folding.end();
    },
  };
}
