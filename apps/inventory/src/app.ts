/** The composition of inventory: requests and events of orders change stock on one write path; the changes are published through the outbox. */
import {
  createAggregateEvidence,
  createOverdueMessages,
  createConsumer,
  createDeadLetterAdmin,
  createKafka,
  createLazyCodec,
  createOutbox,
  createRelay,
  createSchemaCache,
  kafkaStates,
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
  explanationRoute,
  overdueOrdersRoute,
  isWritable,
  kafkaAccess,
  listen,
  Refusal,
  watchPools,
  type HttpClient,
  type Logger,
  type MetricsRegistry,
} from '@oms/service-kit';
import type { Pool } from 'pg';
import { createOrderClient } from './clients/order.ts';
import type { Config } from './config.ts';
import { createOrderEventHandler } from './consumers/order-events.ts';
import { publishes } from './domain/messages.ts';
import { availabilityRoutes } from './http/availability.ts';
import { countRoutes } from './http/counts.ts';
import { duplicateNameRoutes } from './http/duplicate-names.ts';
import { exportRoutes } from './http/exports.ts';
import { importRoute } from './http/import.ts';
import { itemRoutes } from './http/items.ts';
import { problems } from './http/problems.ts';
import { reconciliationRoutes } from './http/reconciliations.ts';
import { reservationRoutes } from './http/reservations.ts';
import { stockRoutes } from './http/stock.ts';
import { createAbandonedReservations } from './jobs/abandoned-reservations.ts';
import { createExpiredIdempotencyRecords } from './jobs/expired-idempotency-records.ts';
import { createRepairs } from './reconciliation/apply-repairs.ts';
import { createAudit } from './reconciliation/audit.ts';
import { createEventProgress } from './reconciliation/event-progress.ts';
import { createOrderReconciler } from './reconciliation/order-reconciler.ts';
import { createReconcile } from './reconciliation/reconcile.ts';
import { findDuplicateNames } from './store/duplicate-names.ts';
import { findHeldReservations } from './store/held-reservations.ts';
import { deleteExpiredRecords } from './store/idempotency-records.ts';
import { createImportItems } from './store/import-items.ts';
import { readOrderKnowledge } from './store/order-knowledge.ts';
import { refuseOutage } from './store/outage.ts';
import { createQueries } from './store/queries.ts';
import { createStockWriter, createTransact } from './store/transact.ts';

const group = 'oms-inventory';
/** How many reservations without an order are reported at a time. */
const overdueMax = 500;

/** What the service needs from outside. A test or a simulation gives its own. */
export type Ports = {
  pool: Pool;
  /** For the connection that holds the relay's lock: must give a session. */
  databaseUrl: string;
  kafka: Kafka;
  codec: LazyCodec;
  order: HttpClient;
  metrics: MetricsRegistry;
  logger: Logger;
  now: () => Date;
  /** Called when the consumer cannot continue; without it, the process ends then. */
  onFatal?: (error: Error) => void;
};

export type Settings = { queueMax: number; holdMs: number; sweepIntervalMs: number };

/** The working parts, in the order of the data flow. They wait for PostgreSQL, Kafka and the order service in the background. */
export function compose(ports: Ports, { queueMax, holdMs, sweepIntervalMs }: Settings) {
  const { pool, databaseUrl, kafka, codec, order: orderHttp, metrics, logger, now, onFatal } = ports;
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
  const importItems = createImportItems({ pool, transact, enqueue, assertReady: () => codec.assertReady() });

  const source = { service: 'inventory', group, pool, kafka, codec, topics: ['order-events'] } as const;
  const deadLetters = createDeadLetterAdmin({ ...source, logger });
  const consumer = createConsumer({
    ...source,
    // A reservation is released once and sold once, in whatever order the events arrive.
    ordering: 'none',
    apply: createOrderEventHandler({ transact, now }),
    enqueue,
    logger,
    metrics,
    ...(onFatal && { onFatal }),
  });

  const messagesOf = createAggregateEvidence({ ...source, state: () => consumer.state() });
  const overdueMessages = createOverdueMessages({ ...source, topics: ['order-events'] });

  const order = createOrderClient(orderHttp);
  const abandonedReservations = createAbandonedReservations({
    findHeld: (before, limit) => findHeldReservations(pool, before, limit),
    order,
    stock,
    holdMs,
    intervalMs: sweepIntervalMs,
    now,
    logger,
    metrics,
  });
  const expiredRecords = createExpiredIdempotencyRecords({
    deleteExpired: (before, countMax) => deleteExpiredRecords(pool, before, countMax),
    now,
    logger,
  });

  const audit = createAudit(pool);
  const repairs = createRepairs({ pool, transact, enqueue, logger });
  const progress = createEventProgress({ pool, admin: kafka.admin, topic: 'order-events', group });
  const mayComeMs = holdMs + 2 * sweepIntervalMs;
  const orderReconciler = createOrderReconciler({ audit, order, progress, repairs, mayComeMs, now });
  const reconcile = createReconcile({ audit, order, orderReconciler, repairs, now });

  return {
    stock,
    importItems,
    deadLetters,
    messagesOf,
    overdueMessages,
    reconcile,
    relayHasSession: () => relay.hasSession(),
    kafkaStates: () => kafkaStates(kafka, consumer.state()),
    async start() {
      await relay.start();
      codec.start(() => consumer.start());
      abandonedReservations.start();
      expiredRecords.start();
    },
    async stop() {
      await abandonedReservations.stop();
      await expiredRecords.stop();
      await codec.stop();
      await consumer.stop();
      await deadLetters.close();
      await stock.close();
      await relay.stop();
    },
  };
}

/** Creates the service. It also starts while Kafka, the registry or the order service are away; the parts that need them wait. */
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
    publishes,
    notReadyError: () =>
      new Refusal(
        'STARTING',
        'The schema ids of our messages are not known yet, so stock cannot be changed. Try again shortly.',
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
  const { stock, importItems, deadLetters, messagesOf, overdueMessages, reconcile, ...parts } = compose(
    { pool, databaseUrl: config.DATABASE_SESSION_URL ?? databaseUrl, kafka, codec, order, metrics, logger, now },
    {
      queueMax: config.QUEUE_MAX,
      holdMs: config.RESERVATION_HOLD_SECONDS * 1_000,
      sweepIntervalMs: config.SWEEP_INTERVAL_MS,
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
      database: async () => (await isWritable(pool)) && parts.relayHasSession(),
      contracts: () => Promise.resolve(codec.isReady()),
    },
    others: () => Promise.resolve(parts.kafkaStates()),
  });
  itemRoutes(http, { queries, stock, now });
  duplicateNameRoutes(http, () => findDuplicateNames(pool));
  stockRoutes(http, { queries, stock, now });
  exportRoutes(http, queries);
  importRoute(http, { importItems, now });
  countRoutes(http, { queries, stock, now });
  availabilityRoutes(http, { stock, now });
  deadLetterRoutes(http, { path: '/v1/inventory/dead-letters', admin: deadLetters });
  reservationRoutes(http, { stock, now });
  explanationRoute(http, {
    messages: (orderId, eventIds) => messagesOf(orderId, eventIds).catch(refuseOutage),
    known: (orderId) => readOrderKnowledge(pool, orderId),
    unavailable: 'STOCK_UNAVAILABLE',
  });
  overdueOrdersRoute(http, {
    messages: (request) => overdueMessages(request).catch(refuseOutage),
    reservations: async (before) => {
      const held = await findHeldReservations(pool, before, overdueMax).catch(refuseOutage);
      return held.map(({ orderId, createdAt }) => ({ orderId, since: createdAt }));
    },
    unavailable: 'STOCK_UNAVAILABLE',
  });
  reconciliationRoutes(http, { reconcile, assertReady: () => codec.assertReady(), now });

  return {
    http,
    async start() {
      await parts.start();
      await listen(http, config);
    },
    /** Entry points first, then what they use; the relay and the pool last. */
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
