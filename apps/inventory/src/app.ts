/** The map of inventory: requests and news of orders change stock on one path; what changed is told through the outbox. */
import {
  createConsumer,
  createDeadLetterAdmin,
  createKafka,
  createLazyCodec,
  createOutbox,
  createRelay,
  createSchemaCache,
  type Kafka,
  type LazyCodec,
  type StoredMessage,
} from '@oms/messaging';
import {
  createHttp,
  createHttpClient,
  createIdentity,
  createMetrics,
  createPool,
  createServiceToken,
  deadLetterRoutes,
  kafkaAccess,
  Refusal,
  watchPools,
  type HttpClient,
  type Logger,
  type MetricsRegistry,
} from '@oms/service-kit';
import type { Pool } from 'pg';
import type { Config } from './config.ts';
import { createAbandonedReservations } from './jobs/abandoned-reservations.ts';
import { createExpiredReceipts } from './jobs/expired-idempotency-records.ts';
import { createOrderNews } from './consumers/order-events.ts';
import { itemRoutes } from './http/items.ts';
import { problems } from './http/problems.ts';
import { reconciliationRoutes } from './http/reconciliations.ts';
import { reservationRoutes } from './http/reservations.ts';
import { stockRoutes } from './http/stock.ts';
import { createOrderCases } from './reconciliation/order-reconciler.ts';
import { createOrdersOnFile } from './reconciliation/order-client.ts';
import { createPlacements } from './clients/placements.ts';
import { findHeldReservations } from './store/held-reservations.ts';
import { createQueries } from './store/queries.ts';
import { forgetReceipts } from './store/idempotency-records.ts';
import { createReconcile } from './reconciliation/reconcile.ts';
import { createRepairs } from './reconciliation/apply-repairs.ts';
import { createSurvey } from './reconciliation/audit.ts';
import { createStockWriter, createTransact } from './store/transact.ts';

const group = 'oms-inventory';

/** What the service needs from outside, and what a test or a simulation puts in its place. */
export type Ports = {
  pool: Pool;
  /** For the connection that holds the relay's lock. */
  databaseUrl: string;
  kafka: Kafka;
  codec: LazyCodec;
  order: HttpClient;
  metrics: MetricsRegistry;
  logger: Logger;
  now: () => Date;
  /** Called when the consumer cannot go on; it ends the process unless given. */
  onFatal?: (error: Error) => void;
};

export type Settings = { queueMax: number; holdMs: number; sweepEveryMs: number };

/** The parts that work, in the order of the data flow. They wait for PostgreSQL, Kafka and order in the background. */
export function compose(ports: Ports, { queueMax, holdMs, sweepEveryMs }: Settings) {
  const { pool, databaseUrl, kafka, codec, order, metrics, logger, now, onFatal } = ports;
  const relay = createRelay({ service: 'inventory', databaseUrl, pool, kafka, logger, metrics });
  const enqueue = (stored: StoredMessage[]) => relay.enqueue(stored);
  const transact = createTransact({ outbox: createOutbox({ codec, source: 'inventory' }), metrics });
  const stock = createStockWriter({
    pool,
    transact,
    enqueue,
    assertReady: () => codec.assertReady(),
    queueMax,
    metrics,
  });

  const heard = { service: 'inventory', group, pool, kafka, codec, topics: ['order-events'] } as const;
  const letters = createDeadLetterAdmin({ ...heard, logger });
  const consumer = createConsumer({
    ...heard,
    apply: createOrderNews({ transact, now }),
    enqueue,
    logger,
    metrics,
    ...(onFatal && { onFatal }),
  });

  const placements = createPlacements(order);
  const abandoned = createAbandonedReservations({
    findHeld: (before, limit) => findHeldReservations(pool, before, limit),
    ...{ placements, stock, now, logger, metrics, holdMs },
    everyMs: sweepEveryMs,
  });
  const survey = createSurvey(pool);
  const repairs = createRepairs({ pool, transact, enqueue, logger });
  const orders = createOrdersOnFile({
    ...{ order, pool, admin: kafka.admin },
    ...{ topic: 'order-events', group },
  });
  const cases = createOrderCases({
    ...{ survey, orders, placements, repairs, now },
    mayComeMs: holdMs + 2 * sweepEveryMs,
  });
  const reconcile = createReconcile({ survey, orders, cases, repairs, now });
  const expired = createExpiredReceipts({
    forget: (before, countMax) => forgetReceipts(pool, before, countMax),
    now,
    logger,
  });

  return {
    ...{ stock, letters, reconcile },
    async start() {
      await relay.start();
      codec.start(() => consumer.start());
      abandoned.start();
      expired.start();
    },
    async stop() {
      await abandoned.stop();
      await expired.stop();
      await codec.stop();
      await consumer.stop();
      await letters.close();
      await stock.close();
      await relay.stop();
    },
  };
}

/** Puts inventory together. It starts while Kafka, the registry or order are away; what needs them waits for them. */
export async function createInventory(config: Config, logger: Logger) {
  const now = () => new Date();
  const metrics = createMetrics('inventory');
  const { DATABASE_URL: databaseUrl, ISSUER_URL: issuerUrl, TOKEN_AUDIENCE: audience } = config;
  const pool = createPool({ name: 'inventory', databaseUrl, max: config.DATABASE_POOL_MAX, byIndex: true });
  watchPools(metrics, { main: pool });
  const kafka = createKafka({ clientId: 'oms-inventory', ...kafkaAccess(config), logger });
  const codec = createLazyCodec({
    registryUrl: config.REGISTRY_URL,
    cache: createSchemaCache(pool),
    publishes: ['INVENTORY_UPDATE', 'LOW_STOCK', 'OUT_OF_STOCK'],
    notReadyError: () =>
      new Refusal(
        'STARTING',
        'The ids of our messages are not known yet, so no stock can be changed. Try again shortly.',
      ),
    logger,
  });
  const token = createServiceToken({
    issuerUrl,
    clientId: config.SERVICE_CLIENT_ID,
    clientSecret: config.SERVICE_CLIENT_SECRET,
    audience,
  });
  const order = createHttpClient({ name: 'order', baseUrl: config.ORDER_URL, token });
  const { stock, letters, reconcile, ...parts } = compose(
    { pool, databaseUrl, kafka, codec, order, metrics, logger, now },
    {
      queueMax: config.QUEUE_MAX,
      holdMs: config.RESERVATION_HOLD_SECONDS * 1_000,
      sweepEveryMs: config.SWEEP_INTERVAL_MS,
    },
  );
  const queries = createQueries(pool);

  const http = await createHttp({
    name: 'inventory',
    description: 'Items, their stock and its ledger, reservations for orders, and alerts when stock runs low.',
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
  itemRoutes(http, { queries, stock, now });
  stockRoutes(http, { queries, stock, now });
  deadLetterRoutes(http, { path: '/v1/inventory/dead-letters', admin: letters });
  reservationRoutes(http, { stock, now });
  reconciliationRoutes(http, { reconcile, assertReady: () => codec.assertReady(), now });

  return {
    http,
    async start() {
      await parts.start();
      await http.listen({ host: config.HOST, port: config.PORT });
    },
    /** First the doors, then what they use; the relay and the pool last. */
    async stop() {
      await http.close();
      await parts.stop();
      await order.close();
      await kafka.admin.close();
      await queries.close();
      await pool.end();
    },
  };
}
