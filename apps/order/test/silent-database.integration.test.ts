// PostgreSQL falls silent, becomes read-only, or has no resources: callers are asked to come back in time, and nothing is lost or doubled.

import { randomUUID } from 'node:crypto';
import { createFaultProxy, testStack, until, type FaultProxy, type NetworkFault } from '@oms/test-kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { someone, startOrderService, type OrderService, type Someone } from './order-service.ts';

/** 12 s is the deadline of a command; a busy machine needs a little more to answer. */
const answeredWithinMs = 13_500;
const readyWithinMs = 5_000;

let proxy: FaultProxy;
let service: OrderService;
let ann: Someone;
let staff: Someone;

beforeAll(async () => {
  const { hostname, port } = new URL(testStack().adminDatabaseUrl);
  proxy = await createFaultProxy({ host: hostname, port: Number(port) });
  service = await startOrderService({ databaseUrl: (own) => proxy.through(own) });
  [ann, staff] = await Promise.all([someone('customer'), someone('staff')]);
});
afterAll(async () => {
  proxy.set('open');
  await service.stop();
  await proxy.close();
});

const isReady = async () => (await service.http.management.inject('/health/ready')).statusCode === 200;
const timed = async <T extends { status: number; body: { code?: string } }>(asked: Promise<T>) => {
  const startMs = performance.now();
  const { status, body } = await asked;
  return { status, code: body.code, tookMs: performance.now() - startMs };
};
const ordersOf = async ({ id }: Someone) => {
  const { rows } = await service.pool.query<{ n: number }>(
    'SELECT count(*)::int AS n FROM "orders" WHERE "customerId" = $1',
    [id],
  );
  return rows[0]!.n;
};

describe.each<NetworkFault>(['black hole', 'answers lost'])('behind a network that is a fault: %s', (fault) => {
  test('every caller is answered 503 within the deadline, and the service is ready within 5 s of the return', async () => {
    const itemId = service.inventory.item('1.00', 1_000);
    const keys = Array.from({ length: 20 }, () => randomUUID());
    const customer = await someone('customer');
    const known = (await service.placeFor(ann, [{ itemId, quantity: 1 }])).body.id as string;
    proxy.set(fault);
    const place = (key: string) => timed(service.placeFor(customer, [{ itemId, quantity: 1 }], key));
    const first = keys.slice(0, 10).map(place);
    const others = [
      timed(service.ask(ann, 'GET', `/v1/orders/${known}`)),
      timed(service.ask(ann, 'GET', '/v1/orders')),
      timed(service.ask(staff, 'PATCH', `/v1/orders/${known}/status`, { body: { status: 'PREPARING' } })),
    ];
    await until('the service is not ready', async () => !(await isReady()));
    const later = keys.slice(10).map(place);
    for (const { status, code, tookMs } of await Promise.all([...first, ...others, ...later])) {
      expect([503, code]).toEqual([status, expect.stringMatching(/^(ORDERS_UNAVAILABLE|TOO_BUSY)$/)]);
      expect(tookMs).toBeLessThan(answeredWithinMs);
    }
    proxy.set('open');
    const backMs = performance.now();
    await until('the service is ready again', isReady);
    expect(performance.now() - backMs).toBeLessThan(readyWithinMs);
    const replies = await Promise.all(keys.map((key) => service.placeFor(customer, [{ itemId, quantity: 1 }], key)));
    expect(replies.map(({ status }) => status)).toEqual(keys.map(() => 201));
    expect(await ordersOf(customer)).toBe(keys.length);
  }, 60_000);
});

test('a database that is read-only, as after a failover: 503 and not ready meanwhile, well again at the first attempt afterwards', async () => {
  const itemId = service.inventory.item('1.00', 1_000);
  const name = new URL(service.databaseUrl).pathname.slice(1);
  const place = (key: string = randomUUID()) => service.placeFor(ann, [{ itemId, quantity: 1 }], key);
  // A session that was opened before, and is not read-only.
  const admin = await service.pool.connect();
  try {
    await admin.query(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
    await admin.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    );
    const key = randomUUID();
    for (const reply of [await place(key), await place()])
      expect([reply.status, reply.body.code]).toEqual([503, 'ORDERS_UNAVAILABLE']);
    expect(await isReady()).toBe(false);
    await admin.query(`ALTER DATABASE ${name} RESET default_transaction_read_only`);
    expect((await place(key)).status).toBe(201);
    expect(await isReady()).toBe(true);
    const replies = await Promise.all(Array.from({ length: 20 }, () => place()));
    expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 201));
  } finally {
    admin.release();
  }
}, 30_000);

describe.each(['25006', '53100', '53200', '53300', '55P03', '57014', '57P01', '58030'])(
  'when PostgreSQL answers %s to a write',
  (code) => {
    test('placing is 503, the batch is not retried one command at a time, and it works again afterwards', async () => {
      const itemId = service.inventory.item('1.00', 1_000);
      await service.pool.query(`
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN RAISE EXCEPTION 'refused by a test' USING ERRCODE = '${code}'; END $$;
        CREATE TRIGGER refuse BEFORE INSERT ON "orders" FOR EACH STATEMENT EXECUTE FUNCTION refuse()`);
      const splits = await service.figure('group_commit_splits_total');
      const keys = [1, 2, 3].map(() => randomUUID());
      const place = (key: string) => service.placeFor(ann, [{ itemId, quantity: 1 }], key);
      const refused = await Promise.all(keys.map(place));
      await service.pool.query('DROP TRIGGER refuse ON "orders"; DROP FUNCTION refuse()');
      for (const { status, body, headers } of refused)
        expect([status, body.code, headers['retry-after']]).toEqual([503, 'ORDERS_UNAVAILABLE', '2']);
      expect(await service.figure('group_commit_splits_total')).toBe(splits);
      expect((await Promise.all(keys.map(place))).map(({ status }) => status)).toEqual([201, 201, 201]);
    });
  },
);

test('a read that PostgreSQL refuses for lack of time is 503 as well', async () => {
  const locker = await service.pool.connect();
  try {
    await locker.query('BEGIN; LOCK TABLE "orders" IN ACCESS EXCLUSIVE MODE');
    const { status, body } = await service.ask(ann, 'GET', '/v1/orders');
    expect([status, body.code]).toEqual([503, 'ORDERS_UNAVAILABLE']);
  } finally {
    await locker.query('ROLLBACK');
    locker.release();
  }
}, 30_000);
