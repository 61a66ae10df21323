/** The whole service on a database of its own, and requests to it in any role. */
import { createLogger, createServiceToken } from '@oms/service-kit';
import { createDatabase, testStack, tokenFor, until } from '@oms/test-kit';
import { createInventory } from '../src/app.ts';
import type { Config } from '../src/config.ts';
import { openDatabaseProxy } from './database-proxy.ts';

export type RunningService = Awaited<ReturnType<typeof startService>>;
export type Who = 'customer' | 'staff' | 'admin' | 'service' | 'nobody';
type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';
type Extra = { body?: unknown; headers?: Record<string, string>; as?: Who };

type ServiceOptions = {
  /** Replace those of the test stack. */
  settings?: Partial<Config>;
  /** False: do not wait until the service is ready. */
  waitUntilReady?: boolean;
};

export async function startService({ settings = {}, waitUntilReady = true }: ServiceOptions = {}) {
  const { issuerUrl, kafkaBrokers, registryUrl, serviceClients } = testStack();
  const database = await createDatabase('inventory');
  const proxy = await openDatabaseProxy(database.databaseUrl);
  const clientOf = (service: string) => ({
    clientId: serviceClients[service]!.id,
    clientSecret: serviceClients[service]!.secret,
  });
  const inventory = await createInventory(
    {
      HOST: '127.0.0.1',
      PORT: 0,
      LOG_LEVEL: 'silent',
      DATABASE_URL: proxy.databaseUrl,
      DATABASE_POOL_MAX: 5,
      QUEUE_MAX: 10_000,
      KAFKA_BROKERS: kafkaBrokers.join(','),
      REGISTRY_URL: registryUrl,
      ISSUER_URL: issuerUrl,
      TOKEN_AUDIENCE: 'oms',
      JWKS_TRUSTED_HOURS: 12,
      SERVICE_CLIENT_ID: clientOf('inventory').clientId,
      SERVICE_CLIENT_SECRET: clientOf('inventory').clientSecret,
      ORDER_URL: 'http://127.0.0.1:9',
      RESERVATION_HOLD_SECONDS: 30,
      SWEEP_INTERVAL_MS: 60_000,
      ...settings,
    },
    createLogger({ name: 'inventory', level: 'silent' }),
  );
  const tokens: Record<Who, string> = {
    nobody: '',
    customer: await tokenFor('customer'),
    staff: await tokenFor('staff'),
    admin: await tokenFor('admin'),
    service: await createServiceToken({ issuerUrl, ...clientOf('order'), audience: 'oms' })(),
  };
  await inventory.start();
  if (waitUntilReady)
    await until(
      'inventory is ready',
      async () => (await inventory.http.management.inject('/health/ready')).statusCode === 200,
    );

  return {
    ask,
    async health(url: '/health/live' | '/health/ready') {
      const reply = await inventory.http.management.inject(url);
      return { status: reply.statusCode, checks: reply.json<{ checks?: Record<string, string> }>().checks };
    },
    async create(itemName: string, over: Record<string, unknown> = {}): Promise<{ id: string }> {
      const { status, body } = await ask('POST', '/v1/inventory', { body: newItem(itemName, over) });
      if (status !== 201) throw new Error(`${itemName} was not created: ${status} ${JSON.stringify(body)}`);
      return body as { id: string };
    },
    async codeOf(...asking: Parameters<typeof ask>): Promise<[status: number, code: string | undefined]> {
      const { status, body } = await ask(...asking);
      return [status, body?.code as string | undefined];
    },
    tokens,
    http: inventory.http,
    /** Connects without the proxy that the service uses. */
    pool: database.pool,
    proxy,
    async close() {
      await inventory.stop();
      proxy.cut();
      await database.drop();
    },
  };

  async function ask(method: Method, url: string, { body, headers = {}, as = 'staff' }: Extra = {}) {
    const authorization = as === 'nobody' ? {} : { authorization: `Bearer ${tokens[as]}` };
    const reply = await inventory.http.inject({
      method,
      url,
      headers: { ...authorization, ...headers },
      ...(body !== undefined && { payload: body as object }),
    });
    return { status: reply.statusCode, headers: reply.headers, body: reply.body === '' ? undefined : reply.json() };
  }
}

export function newItem(itemName: string, over: Record<string, unknown> = {}) {
  return { itemName, unit: 'piece', price: '9.50', category: 'Pizza', ...over };
}
