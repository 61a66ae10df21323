/** The map of the order service: the domain decides requests, the store writes them in batches, the relay publishes the messages. */

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
  isWritable,
  kafkaAccess,
  listen,
  overdueEventIdsMax,
  Refusal,
  watchPools,
  type HttpClient,
  type Logger,
  type MetricsRegistry,
} from '@oms/service-kit';
import type { OrderId } from '@oms/contracts';
import type { Pool } from 'pg';
import { settingsOf, type Config, type Settings } from './config.ts';
import { createAskServices, type ServiceClients } from './clients/explanations.ts';
import { createAskOverdue } from './clients/overdue-orders.ts';
import { createInventoryClient } from './clients/inventory.ts';
import { createStockReleases } from './clients/stock-releases.ts';
import { createOrderChanges } from './commands/change-order.ts';
import { createExplainOrder } from './commands/explain-order.ts';
import { createPlacements } from './commands/place-order.ts';
import { deadlineOf } from './domain/deadlines.ts';
import { publishes } from './domain/messages.ts';
import { addExplanationRoutes } from './http/explanations.ts';
import { addOrderChangeRoutes } from './http/order-changes.ts';
import { addOrderStateRoutes } from './http/order-states.ts';
import { addOrderEventRoutes } from './http/order-events.ts';
import { renderChange, renderReply } from './http/order-view.ts';
import { addOrderExportRoute } from './http/exports.ts';
import { addOrderRoutes } from './http/orders.ts';
import { addPlacementRoutes } from './http/placements.ts';
import { problems } from './http/problems.ts';
import { createVersionWaiters } from './http/version-waiters.ts';
import { createDeadlines } from './jobs/deadlines.ts';
import { createExpiredIdempotencyKeys } from './jobs/expired-idempotency-keys.ts';
import { createStuckOrderSearch } from './jobs/stuck-orders.ts';
import { createDeadlineSweeps } from './store/deadline-sweeps.ts';
import { forgetReplies } from './store/expired-replies.ts';
import { createStreamReads } from './store/changes-since.ts';
import { loadCancelled, loadPlacements } from './store/load-orders.ts';
import { createOrderMetrics } from './store/metrics.ts';
import { readOrderEvidence } from './store/order-evidence.ts';
import { createOrderStates } from './store/order-states.ts';
import { createQueries } from './store/queries.ts';
import { createStuckOrders } from './store/stuck-orders.ts';
import { createTransact } from './store/transact.ts';
import { createEventStreams } from './streams/event-streams.ts';

/** What the service needs from outside; a simulation gives its own. */
export type Ports = {
  pool: Pool;
  /** For the connection that holds the relay's lock: must give a session. */
  databaseUrl: string;
  kafka: Kafka;
  codec: LazyCodec;
  inventoryHttp: HttpClient;
  metrics: MetricsRegistry;
  logger: Logger;
  now: () => Date;
  /** Called for each committed change of an order. */
  changed?: (orderId: OrderId) => void;
};

/** All parts but the HTTP server, in the order of the data flow. Once started, they wait for PostgreSQL and Kafka in the background. */
export function compose(ports: Ports, { queueMax, terms, deadlines: deadlineSettings }: Settings) {
  const { pool, databaseUrl, kafka, codec, inventoryHttp, metrics, logger, now, changed = () => {} } = ports;
  const relay = createRelay({ service: 'order', databaseUrl, pool, kafka, logger, metrics });
  const versionWaiters = createVersionWaiters();
  const orderMetrics = createOrderMetrics(metrics);
  // One customer may have half of a queue, so a queue of twice the size takes all admitted placements, whoever's they are.
  const transact = createTransact({
    pool,
    outbox: createOutbox({ codec, source: 'order' }),
    enqueue: (stored) => relay.enqueue(stored),
    committed(order, event) {
      versionWaiters.notify(order.id);
      changed(order.id);
      orderMetrics.count(event);
    },
    deadlineAt: (order) => deadlineOf(order, deadlineSettings)?.at ?? null,
    queueMax: 2 * queueMax,
    metrics,
  });

  const inventory = createInventoryClient({ http: inventoryHttp, queueMax: 2 * queueMax, metrics });
  const releases = createStockReleases({ http: inventoryHttp, queueMax, metrics });
  const changes = createOrderChanges({
    transact,
    release: (order) => releases.release(order),
    loadCancelled: (orderId) => loadCancelled(pool, orderId),
    logger,
  });
  const placements = createPlacements({
    transact,
    inventory,
    loadPlacements: (ids) => loadPlacements(pool, ids),
    renderReply,
    assertReady: () => codec.assertReady(),
    now,
    terms,
    queueMax,
    metrics,
  });
  const deadlines = createDeadlines({
    sweeps: createDeadlineSweeps(pool),
    transact,
    release: (order) => releases.release(order),
    settings: deadlineSettings,
    now,
    logger,
    metrics,
  });
  const expiredKeys = createExpiredIdempotencyKeys({
    forget: (before, countMax) => forgetReplies(pool, before, countMax),
    now,
    logger,
  });

  return {
    placements,
    changes,
    versionWaiters,
    relayHasSession: () => relay.hasSession(),
    async start() {
      codec.start();
      await relay.start();
      expiredKeys.start();
      deadlines.start();
    },
    async stop() {
      await Promise.all([deadlines.stop(), expiredKeys.stop()]);
      await inventory.stop();
      await releases.stop();
      await transact.stop();
      await relay.stop();
    },
  };
}

/** Puts the order service together. Once started, it answers as soon as its database does; messages are published when Kafka is available. */
export async function createOrders(config: Config, logger: Logger, now = () => new Date()) {
  const { DATABASE_URL: databaseUrl, ISSUER_URL: issuerUrl, TOKEN_AUDIENCE: audience } = config;
  const metrics = createMetrics('order');
  const pool = createPool({ name: 'order', databaseUrl, max: config.DATABASE_POOL_MAX, byIndex: true });
  watchPools(metrics, { main: pool });
  const kafka = createKafka({ clientId: 'oms-order', ...kafkaAccess(config), logger });

  const codec = createLazyCodec({
    registryUrl: config.REGISTRY_URL,
    cache: createSchemaCache(pool),
    publishes,
    notReadyError: () =>
      new Refusal(
        'STARTING',
        'The service is waiting for the ids of its message schemas and cannot write yet. Send the request again shortly.',
      ),
    logger,
  });
  const token = createServiceToken({
    issuerUrl,
    audience,
    clientId: config.SERVICE_CLIENT_ID,
    clientSecret: config.SERVICE_CLIENT_SECRET,
  });
  const streams = createEventStreams({
    kafka,
    reads: createStreamReads(pool),
    render: { change: renderChange, order: renderReply },
    settings: {
      streamsMax: config.STREAMS_MAX,
      callerStreamsMax: config.STREAMS_PER_CALLER_MAX,
      bufferBytesMax: config.STREAM_BUFFER_BYTES_MAX,
      heartbeatMs: config.STREAM_HEARTBEAT_SECONDS * 1_000,
      missedMax: config.STREAM_MISSED_MAX,
    },
    metrics,
    logger,
  });
  const inventoryHttp = createHttpClient({ name: 'inventory', baseUrl: config.INVENTORY_URL, token });
  const explainers = createExplainers(config, token);
  const { placements, changes, versionWaiters, ...parts } = compose(
    {
      pool,
      databaseUrl: config.DATABASE_SESSION_URL ?? databaseUrl,
      kafka,
      codec,
      inventoryHttp,
      metrics,
      logger,
      now,
      changed: (orderId) => streams.changed(orderId),
    },
    settingsOf(config),
  );
  const queries = createQueries(pool);

  const http = await createHttp({
    name: 'order',
    description: 'Orders: place them, change their status, cancel them, read their history.',
    version: '0.1.0',
    problems,
    identity: createIdentity({ issuerUrl, audience, keysTrustedHours: config.JWKS_TRUSTED_HOURS }),
    logger,
    metrics,
    ready: {
      database: async () => (await isWritable(pool)) && parts.relayHasSession(),
      contracts: () => Promise.resolve(codec.isReady()),
    },
    others: () => Promise.resolve({ kafka: kafka.state() }),
  });
  addOrderRoutes(http, { placements, queries, versionWaiters });
  addOrderExportRoute(http, queries);
  addOrderChangeRoutes(http, { changes, queries, now });
  addOrderEventRoutes(http, { streams, queries });
  addPlacementRoutes(http, placements);
  addOrderStateRoutes(http, createOrderStates(pool));
  const stuckOrders = createStuckOrders(pool);
  const stuckOrderSearch = createStuckOrderSearch({
    stuckOrders,
    askOverdue: createAskOverdue(explainers),
    settings: {
      stepMinutes: config.STUCK_STEP_MINUTES,
      messageSeconds: config.STUCK_MESSAGE_SECONDS,
      promiseMinutes: config.STUCK_PROMISE_MINUTES,
    },
    messagesMax: overdueEventIdsMax,
    now,
    logger,
    metrics,
  });
  const explain = createExplainOrder({
    readEvidence: (orderId) => readOrderEvidence(pool, orderId),
    stuckOf: (orderId) => stuckOrders.of(orderId),
    askServices: createAskServices(explainers),
    preparationMinutes: config.PREPARATION_MINUTES,
    now,
  });
  addExplanationRoutes(http, { explain, queries });

  return {
    http,
    async start() {
      await parts.start();
      stuckOrderSearch.start();
      streams.start();
      await listen(http, config);
    },
    async stop() {
      await codec.stop();
      versionWaiters.stop();
      await streams.stop();
      await http.close();
      await stuckOrderSearch.stop();
      await parts.stop();
      await inventoryHttp.close();
      for (const client of Object.values(explainers)) await client?.close();
      await queries.stop();
      await kafka.admin.close();
      await pool.end();
    },
  };
}

/** How long each service may take to say what it knows of an order. */
const explanationMsMax = 1_000;

function createExplainers(config: Config, token: () => Promise<string>): ServiceClients {
  const { INVENTORY_URL, ANALYTICS_URL, NOTIFICATION_URL } = config;
  const clientOf = (name: string, baseUrl: string | undefined) =>
    baseUrl === undefined ? null : createHttpClient({ name, baseUrl, token, timeoutMs: explanationMsMax });
  return {
    inventory: clientOf('inventory', INVENTORY_URL),
    notification: clientOf('notification', NOTIFICATION_URL),
    analytics: clientOf('analytics', ANALYTICS_URL),
  };
}
