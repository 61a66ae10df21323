/** A whole order service on a database of its own, with a fake inventory, asked without a port in between. */

import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { createLogger, createServiceToken } from '@oms/service-kit';
import { createDatabase, testStack, tokenFor, until, type TestDatabase } from '@oms/test-kit';
import { createOrders } from '../src/app.ts';
import type { Config } from '../src/config.ts';
import { createFakeInventory, type FakeInventory } from './fake-inventory.ts';

export type OrderService = Awaited<ReturnType<typeof startOrderService>>;
export type Someone = { id: string; token: string };
type Ask = { headers?: Record<string, string>; body?: unknown };

export const address = { line1: '1 Main Street', city: 'Springfield', postalCode: '12345', country: 'US' };

export type OrderServiceOptions = {
  now?: () => Date;
  /** Returns the address of a proxy of the database, from the database's own address. */
  databaseUrl?: (own: string) => string;
  registryUrl?: string;
  queueMax?: number;
  kafkaBrokers?: string[];
  /** Another replica of the same service: it has the same database and inventory. */
  replicaOf?: { database: TestDatabase; inventory: FakeInventory };
  settings?: Partial<Config>;
};

export async function startOrderService(options: OrderServiceOptions = {}) {
  const { now, databaseUrl: proxyOf, registryUrl, queueMax = 10_000, replicaOf, settings } = options;
  const stack = testStack();
  const { kafkaBrokers = stack.kafkaBrokers } = options;
  const { database, inventory } = replicaOf ?? {
    database: await createDatabase('order'),
    inventory: await createFakeInventory(),
  };
  const { id: clientId = '', secret: clientSecret = '' } = stack.serviceClients['order'] ?? {};
  const config = {
    HOST: '127.0.0.1',
    PORT: 0,
    LOG_LEVEL: 'silent' as const,
    DATABASE_POOL_MAX: 10,
    QUEUE_MAX: queueMax,
    DELIVERY_PROMISE_MINUTES: 45,
    STUCK_STEP_MINUTES: 60,
    STUCK_MESSAGE_SECONDS: 60,
    STUCK_PROMISE_MINUTES: 15,
    STREAMS_MAX: 5_000,
    STREAMS_PER_CALLER_MAX: 32,
    STREAM_HEARTBEAT_SECONDS: 15,
    STREAM_BUFFER_BYTES_MAX: 131_072,
    STREAM_MISSED_MAX: 10_000,
    ACCEPT_MINUTES: 15,
    PREPARATION_MINUTES: 20,
    SCHEDULED_LEAD_MINUTES: 45,
    DATABASE_URL: proxyOf?.(database.databaseUrl) ?? database.databaseUrl,
    INVENTORY_URL: inventory.url,
    KAFKA_BROKERS: kafkaBrokers.join(','),
    REGISTRY_URL: registryUrl ?? stack.registryUrl,
    ISSUER_URL: stack.issuerUrl,
    TOKEN_AUDIENCE: 'oms',
    JWKS_TRUSTED_HOURS: 12,
    SERVICE_CLIENT_ID: clientId,
    SERVICE_CLIENT_SECRET: clientSecret,
    ...settings,
  };
  const orders = await createOrders(config, createLogger({ name: 'order', level: 'silent' }), now);
  await orders.start();
  const { http } = orders;
  const ready = registryUrl ? '/health/live' : '/health/ready';
  await until('the order service is ready', async () => (await http.management.inject(ready)).statusCode === 200);
  const serviceToken = await createServiceToken({
    issuerUrl: stack.issuerUrl,
    clientId,
    clientSecret,
    audience: 'oms',
  })();

  async function ask(who: { token: string } | null, method: 'GET' | 'POST' | 'PATCH', url: string, a: Ask = {}) {
    const headers = { ...(who && { authorization: `Bearer ${who.token}` }), ...a.headers };
    const reply = await http.inject({
      method,
      url,
      headers,
      ...(a.body !== undefined && { payload: a.body as object }),
    });
    return { status: reply.statusCode, headers: reply.headers, text: reply.body, body: bodyOf(reply) };
  }

  return {
    ask,
    http,
    url: `http://127.0.0.1:${(http.server.address() as AddressInfo).port}`,
    database,
    inventory,
    service: { id: clientId, token: serviceToken },
    pool: database.pool,
    databaseUrl: database.databaseUrl,
    placeFor(who: Someone, items: { itemId: string; quantity: number }[], key: string = randomUUID()) {
      const body = { items, deliveryAddress: address };
      return ask(who, 'POST', '/v1/orders', { headers: { 'idempotency-key': key }, body });
    },
    /** Of `/metrics`: what the metric of this name has come to, by all its labels together. */
    async figure(name: string): Promise<number> {
      const lines = (await http.management.inject('/metrics')).body
        .split('\n')
        .filter((line) => line.startsWith(`${name}{`));
      return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
    },
    async stop() {
      await orders.stop();
      if (!replicaOf) await Promise.all([database.drop(), inventory.close()]);
    },
  };
}

export async function someone(role: 'customer' | 'staff' | 'admin'): Promise<Someone> {
  const id = randomUUID();
  return { id, token: await tokenFor(role, id) };
}

// Bodies are looked at as they come; each test says what it expects of them.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function bodyOf({ body, headers }: { body: string; headers: Record<string, unknown> }): any {
  return body !== '' && /^application\/(problem\+)?json/.test(String(headers['content-type']))
    ? JSON.parse(body)
    : undefined;
}
