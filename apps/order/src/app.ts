/** The map of the order service: requests are decided by the domain, written in batches, and told to the world by the relay. */

import {
  createKafka,
  createLazyCodec,
  createOutbox,
  createRelay,
  createSchemaCache,
  type Kafka,
  type LazyCodec,
} from '@oms/messaging';
import {
  createHttp,
  createHttpClient,
  createIdentity,
  createMetrics,
  createPool,
  createServiceToken,
  kafkaAccess,
  Refusal,
  watchPools,
  type HttpClient,
  type Logger,
  type MetricsRegistry,
} from '@oms/service-kit';
import type { Pool } from 'pg';
import type { Config } from './config.ts';
import { createExpiredIdempotencyKeys } from './jobs/expired-idempotency-keys.ts';
import { addOrderChangeRoutes } from './http/order-changes.ts';
import { addOrderStateRoutes } from './http/order-states.ts';
import { addOrderRoutes } from './http/orders.ts';
import { addPlacementRoutes } from './http/placements.ts';
import { problems } from './http/problems.ts';
import { forgetReplies } from './store/expired-replies.ts';
import { loadPlacements } from './store/load-orders.ts';
import { createOrderMetrics } from './store/metrics.ts';
import { createOrderStates } from './store/order-states.ts';
import { createPlacements } from './commands/place-order.ts';
import { createQueries } from './store/queries.ts';
import { createInventoryClient } from './clients/inventory.ts';
import { createTransact } from './store/transact.ts';
import { createVersionWaiters } from './http/version-waiters.ts';

/** What the service needs from outside, and what a test or a simulation puts in its place. */
export type Ports = {
  pool: Pool;
  /** For the connection that holds the relay's lock. */
  databaseUrl: string;
  kafka: Kafka;
  codec: LazyCodec;
  inventory: HttpClient;
  metrics: MetricsRegistry;
  logger: Logger;
  now: () => Date;
};

export type Settings = { queueMax: number; promiseMinutes: number };

/** The parts that work, in the order of the data flow. They wait for PostgreSQL and Kafka in the background. */
export function compose(ports: Ports, { queueMax, promiseMinutes }: Settings) {
  const { pool, databaseUrl, kafka, codec, inventory, metrics, logger, now } = ports;
  const relay = createRelay({ service: 'order', databaseUrl, pool, kafka, logger, metrics });
  const watch = createVersionWaiters();
  const orderMetrics = createOrderMetrics(metrics);
  // One customer may have half of a queue, so twice as much has room for all placements that are let in, whoever's they are.
  const transact = createTransact({
    pool,
    outbox: createOutbox({ codec, source: 'order' }),
    enqueue: (stored) => relay.enqueue(stored),
    committed(order, event) {
      watch.committed(order);
      orderMetrics.happened(event);
    },
    queueMax: 2 * queueMax,
    metrics,
  });

  const stock = createInventoryClient({ inventory, queueMax: 2 * queueMax, metrics });
  const placements = createPlacements({
    ...{ transact, stock, now, queueMax, metrics },
    loadPlacements: (ids) => loadPlacements(pool, ids),
    promiseMinutes,
    assertReady: () => codec.assertReady(),
  });
  const expiredKeys = createExpiredIdempotencyKeys({ forget: forgetReplies.bind(null, pool), now, logger });

  return {
    ...{ placements, transact, watch },
    async start() {
      codec.start();
      await relay.start();
      expiredKeys.start();
    },
    async stop() {
      await expiredKeys.stop();
      await stock.close();
      await transact.close();
      await relay.stop();
    },
  };
}

/** Puts the order service together. Started, it answers as soon as its database does; messages leave when Kafka is there. */
export async function createOrders(config: Config, logger: Logger, now = () => new Date()) {
  const { DATABASE_URL: databaseUrl, ISSUER_URL: issuerUrl, TOKEN_AUDIENCE: audience, QUEUE_MAX: queueMax } = config;
  const metrics = createMetrics('order');
  const pool = createPool({ name: 'order', databaseUrl, max: config.DATABASE_POOL_MAX, byIndex: true });
  watchPools(metrics, { main: pool });
  const kafka = createKafka({ clientId: 'oms-order', ...kafkaAccess(config), logger });

  const codec = createLazyCodec({
    registryUrl: config.REGISTRY_URL,
    cache: createSchemaCache(pool),
    publishes: ['ORDER_PLACED', 'ORDER_STATUS_CHANGED', 'NEW_ORDER', 'ORDER_STATUS_CHANGE'],
    notReadyError: () =>
      new Refusal(
        'STARTING',
        'The ids of our messages are not known yet, so nothing can be written. Try again shortly.',
      ),
    logger,
  });
  const inventory = createHttpClient({
    name: 'inventory',
    baseUrl: config.INVENTORY_URL,
    token: createServiceToken({
      ...{ issuerUrl, audience },
      clientId: config.SERVICE_CLIENT_ID,
      clientSecret: config.SERVICE_CLIENT_SECRET,
    }),
  });
  const { placements, transact, watch, ...parts } = compose(
    { pool, databaseUrl, kafka, codec, inventory, metrics, logger, now },
    { queueMax, promiseMinutes: config.DELIVERY_PROMISE_MINUTES },
  );
  const queries = createQueries(pool);

  const http = await createHttp({
    name: 'order',
    description: 'Orders: placing them, taking them from step to step, cancelling them, and what happened to each.',
    version: '0.1.0',
    problems,
    identity: createIdentity({ issuerUrl, audience, keysTrustedHours: config.JWKS_TRUSTED_HOURS }),
    logger,
    metrics,
    ready: {
      database: async () => (await pool.query('SELECT 1')).rowCount === 1,
      contracts: () => Promise.resolve(codec.isReady()),
    },
    others: () => Promise.resolve({ kafka: kafka.state() }),
  });
  addOrderRoutes(http, { placements, queries, watch });
  addOrderChangeRoutes(http, { transact, queries, now });
  addPlacementRoutes(http, placements);
  addOrderStateRoutes(http, createOrderStates(pool));

  return {
    http,
    async start() {
      await parts.start();
      await http.listen({ host: config.HOST, port: config.PORT });
    },
    async stop() {
      await codec.stop();
      watch.close();
      await http.close();
      await parts.stop();
      await inventory.close();
      await queries.close();
      await pool.end();
    },
  };
}
