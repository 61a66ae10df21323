/** The database goes away, or its answer is lost: callers get the true outcome, or an error that tells them to retry. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '@oms/test-kit';
import { createCuttingProxy, type Cut } from './cutting-proxy.ts';
import { someone, startOrderService, type OrderService, type Someone } from './order-service.ts';

let proxy: Awaited<ReturnType<typeof createCuttingProxy>>;
let service: OrderService;
let ann: Someone;
let staff: Someone;

beforeAll(async () => {
  proxy = await createCuttingProxy();
  service = await startOrderService({ databaseUrl: (own) => proxy.through(own) });
  [ann, staff] = await Promise.all([someone('customer'), someone('staff')]);
});
afterAll(async () => {
  await service.stop();
  await proxy.close();
});

const countOf = async (id: string) => {
  const { rows } = await service.pool.query(
    `SELECT (SELECT count(*)::int FROM "orders" WHERE "id" = $1) AS "orders",
            (SELECT count(*)::int FROM "order_history" WHERE "orderId" = $1) AS "changes"`,
    [id],
  );
  return rows[0] as unknown;
};

const counted = () =>
  Promise.all(
    ['orders_placed_total', 'orders_placed_cents_total', 'order_status_changes_total'].map((name) =>
      service.figure(name),
    ),
  );

describe.each<Cut>(['before the commit', 'after the commit'])('when the connection is cut %s', (cut) => {
  test('the order is placed once, and its customer gets the reply', async () => {
    const itemId = service.inventory.item('1.00', 5);
    const key = randomUUID();
    const [orders = 0, cents = 0, steps] = await counted();
    const cuts = proxy.cuts();
    proxy.cutNext(cut);
    const reply = await service.placeFor(ann, [{ itemId, quantity: 1 }], key);
    expect(proxy.cuts()).toBe(cuts + 1);
    expect([reply.status, reply.headers['idempotency-replayed']]).toEqual([201, undefined]);
    expect(await countOf(reply.body.id)).toEqual({ orders: 1, changes: 1 });
    expect((await service.placeFor(ann, [{ itemId, quantity: 1 }], key)).text).toBe(reply.text);
    expect(await counted(), 'in the metrics').toEqual([orders + 1, cents + 100, steps]);
  });

  test('a change meant for one version is made once, and not refused as late', async () => {
    const { body } = await service.placeFor(ann, [{ itemId: service.inventory.item('1.00'), quantity: 1 }]);
    const [orders, cents, steps = 0] = await counted();
    const cuts = proxy.cuts();
    proxy.cutNext(cut);
    const ask = { body: { status: 'PREPARING' }, headers: { 'if-match': '"1"' } };
    const reply = await service.ask(staff, 'PATCH', `/v1/orders/${body.id}/status`, ask);
    expect(proxy.cuts()).toBe(cuts + 1);
    expect([reply.status, reply.body.version]).toEqual([200, 2]);
    expect(await countOf(body.id)).toEqual({ orders: 1, changes: 2 });
    expect(await counted(), 'in the metrics').toEqual([orders, cents, steps + 1]);
  });
});

describe('while the database is away', () => {
  test('callers get Retry-After, and the service is not ready but alive', async () => {
    const itemId = service.inventory.item('1.00', 5);
    const key = randomUUID();
    const known = (await service.placeFor(ann, [{ itemId, quantity: 1 }])).body.id as string;
    proxy.goAway(true);
    const replies = await Promise.all([
      service.placeFor(ann, [{ itemId, quantity: 1 }], key),
      service.ask(ann, 'GET', `/v1/orders/${known}`),
      service.ask(ann, 'GET', '/v1/orders'),
      service.ask(ann, 'GET', `/v1/orders/${known}/history`),
      service.ask(ann, 'POST', `/v1/orders/${known}/cancel`, { body: { reason: 'CUSTOMER' } }),
      service.ask(service.service, 'POST', '/internal/placements/resolve', {
        body: { placements: [{ orderId: known, attempt: 1 }] },
      }),
    ]);
    const health = [
      (await service.http.management.inject('/health/ready')).statusCode,
      (await service.http.management.inject('/health/live')).statusCode,
    ];
    proxy.goAway(false);
    expect(replies.map((reply): unknown[] => [reply.status, reply.body.code])).toEqual(
      Array(6).fill([503, 'ORDERS_UNAVAILABLE']),
    );
    expect(replies.every((reply) => reply.headers['retry-after'] === '2')).toBe(true);
    expect(health).toEqual([503, 200]);
    await until(
      'the database is back',
      async () => (await service.http.management.inject('/health/ready')).statusCode === 200,
    );
    expect((await service.placeFor(ann, [{ itemId, quantity: 1 }], key)).status).toBe(201);
  });
});

describe('what was committed', () => {
  test('reaches Kafka, so that the outbox is empty again', async () => {
    await until('the outbox is empty', async () => {
      const { rowCount } = await service.pool.query('SELECT 1 FROM messaging.outbox LIMIT 1');
      return rowCount === 0;
    });
  });
});
