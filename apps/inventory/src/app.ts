/** The map of inventory: requests and news of orders change stock on one path; what changed is told through the outbox. */
import {
  createConsumer,
  createDeadLetterAdmin,
  createKafka,
  createLazyCodec,
  createOutbox,
  createRelay,
  createSchemaCache,
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
  type Logger,
} from '@oms/service-kit';
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
import { createQueries } from './store/queries.ts';
import { forgetReceipts } from './store/idempotency-records.ts';
import { createReconcile } from './reconciliation/reconcile.ts';
import { createRepairs } from './reconciliation/apply-repairs.ts';
import { createSurvey } from './reconciliation/audit.ts';
import { createStockWriter, createTransact } from './store/transact.ts';

/** Puts inventory together. It starts while Kafka, the registry or order are away; what needs them waits for them. */
export async function createInventory(config: Config, logger: Logger) {
  const now = () => new Date();
  const group = 'oms-inventory';
  const metrics = createMetrics('inventory');
  const { DATABASE_URL: databaseUrl, ISSUER_URL: issuerUrl, TOKEN_AUDIENCE: audience } = config;
  const pool = createPool({ name: 'inventory', databaseUrl, max: config.DATABASE_POOL_MAX, byIndex: true });
  watchPools(metrics, { main: pool });
  const kafka = createKafka({ clientId: 'oms-inventory', ...kafkaAccess(config), logger });
  const relay = createRelay({ service: 'inventory', databaseUrl, pool, kafka, logger, metrics });
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

  const enqueue = (stored: StoredMessage[]) => relay.enqueue(stored);
  const queries = createQueries(pool);
  const transact = createTransact({ outbox: createOutbox({ codec, source: 'inventory' }), metrics });
  const stock = createStockWriter({
    pool,
    transact,
    enqueue,
    assertReady: () => codec.assertReady(),
    queueMax: config.QUEUE_MAX,
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
  });

  const token = createServiceToken({
    issuerUrl,
    clientId: config.SERVICE_CLIENT_ID,
    clientSecret: config.SERVICE_CLIENT_SECRET,
    audience,
  });
  const order = createHttpClient({ name: 'order', baseUrl: config.ORDER_URL, token });
  const placements = createPlacements(order);
  const abandoned = createAbandonedReservations({
    ...{ queries, placements, stock, now, logger, metrics },
    holdMs: config.RESERVATION_HOLD_SECONDS * 1_000,
    everyMs: config.SWEEP_INTERVAL_MS,
  });
  const survey = createSurvey(pool);
  const repairs = createRepairs({ pool, transact, enqueue, logger });
  const orders = createOrdersOnFile({
    ...{ order, pool, admin: kafka.admin },
    ...{ topic: 'order-events', group },
  });
  const cases = createOrderCases({
    ...{ survey, orders, placements, repairs, now },
    mayComeMs: config.RESERVATION_HOLD_SECONDS * 1_000 + 2 * config.SWEEP_INTERVAL_MS,
  });
  const reconcile = createReconcile({ survey, orders, cases, repairs, now });
  const expired = createExpiredReceipts({
    forget: (before, countMax) => forgetReceipts(pool, before, countMax),
    now,
    logger,
  });

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
  deadLetterRoutes(http, { path: '/v1/inventory/dead-letters', letters });
  reservationRoutes(http, { stock, now });
  reconciliationRoutes(http, { reconcile, assertReady: () => codec.assertReady(), now });

  return {
    http,
    async start() {
      await relay.start();
      codec.start(() => consumer.start());
      abandoned.start();
      expired.start();
      await http.listen({ host: config.HOST, port: config.PORT });
    },
    /** First the doors, then what they use; the relay and the pool last. */
    async stop() {
      await http.close();
      await abandoned.stop();
      await expired.stop();
      await codec.stop();
      await consumer.stop();
      await letters.close();
      await stock.close();
      await relay.stop();
      await order.close();
      await kafka.admin.close();
      await queries.close();
      await pool.end();
    },
  };
}
