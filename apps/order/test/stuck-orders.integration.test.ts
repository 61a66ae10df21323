/** Orders that wait for too long are found with their cause, listed by the filter, and no longer once they go on. */

import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLogger, createMetrics } from '@oms/service-kit';
import { until } from '@oms/test-kit';
import type { ExpectedMessage } from '../src/clients/overdue-orders.ts';
import type { StuckOrder } from '../src/domain/stuck.ts';
import { createStuckOrderSearch } from '../src/jobs/stuck-orders.ts';
import { createStuckOrders } from '../src/store/stuck-orders.ts';
import { someone, startOrderService, type OrderService, type Someone } from './order-service.ts';

let service: OrderService;
let ann: Someone;
let staff: Someone;
let itemId: string;

beforeAll(async () => {
  service = await startOrderService();
  [ann, staff] = await Promise.all([someone('customer'), someone('staff')]);
  itemId = service.inventory.item('1.00');
});
afterAll(() => service.stop());

async function placed(): Promise<string> {
  const id = (await service.placeFor(ann, [{ itemId, quantity: 1 }])).body.id as string;
  await published(service, id);
  return id;
}

async function published({ pool }: OrderService, id: string): Promise<void> {
  const waiting = 'SELECT 1 FROM messaging.outbox WHERE "aggregateId" = $1';
  await until('Kafka has its messages', async () => (await pool.query(waiting, [id])).rowCount === 0);
}
const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000);

/** One search at this time; `others` is what the other services answer. */
async function search(at: Date, others: { found?: StuckOrder[]; answered?: ('inventory' | 'analytics')[] } = {}) {
  const metrics = createMetrics('order');
  const asked: ExpectedMessage[] = [];
  const { found = [], answered = ['inventory'] } = others;
  // The service itself searches too, by the real time: for it there was just a search.
  await service.pool.query(
    `INSERT INTO "stuck_order_searches" ("begunAt") VALUES ($1) ON CONFLICT ("id") DO UPDATE SET "begunAt" = EXCLUDED."begunAt"`,
    [new Date(at.getTime() - 30_000)],
  );
  await createStuckOrderSearch({
    stuckOrders: createStuckOrders(service.pool),
    askOverdue(expected) {
      asked.push(...expected);
      return Promise.resolve({ found, answered });
    },
    settings: { stepMinutes: 60, messageSeconds: 60, promiseMinutes: 15 },
    messagesMax: 2_000,
    now: () => at,
    logger: createLogger({ name: 'order', level: 'silent' }),
    metrics,
  }).run();
  return { asked, metrics: await metrics.metrics() };
}

async function listed(stuck: boolean): Promise<string[]> {
  const { body } = await service.ask(staff, 'GET', `/v1/orders?stuck=${stuck}&customerId=${ann.id}`);
  return (body.data as { id: string }[]).map(({ id }) => id);
}

async function causesOf(id: string): Promise<string[]> {
  const { body } = await service.ask(staff, 'GET', `/v1/orders/${id}/explanation`);
  return (body.stuck as { cause: string }[]).map(({ cause }) => cause).toSorted();
}

test('an order is stuck when a deadline passed and nothing followed, then also when its promise is overdue, and no longer when it is delivered', async () => {
  const id = await placed();
  await search(inMinutes(10));
  expect(await listed(true)).not.toContain(id);
  expect(await listed(false)).toContain(id);

  await search(inMinutes(50));
  expect(await causesOf(id)).toEqual(['STEP']);
  const { metrics } = await search(inMinutes(61));
  expect(await causesOf(id)).toEqual(['PROMISE', 'STEP']);
  expect(await listed(true)).toContain(id);
  expect(await listed(false)).not.toContain(id);
  expect(metrics).toMatch(/orders_stuck\{.*cause="STEP".*\} [1-9]/);
  expect(metrics).toMatch(/orders_stuck\{.*cause="MESSAGE".*\} 0/);

  for (const status of ['PREPARING', 'OUT_FOR_DELIVERY', 'DELIVERED'])
    await service.ask(staff, 'PATCH', `/v1/orders/${id}/status`, { body: { status } });
  await published(service, id);
  await search(inMinutes(62));
  expect(await listed(true)).not.toContain(id);
});

test('an order for later is not stuck before its time', async () => {
  const id = await placed();
  await service.pool.query(
    `UPDATE "orders" SET "deliverAt" = $2, "promisedDeliveryAt" = $2, "deadlineAt" = $2 WHERE "id" = $1`,
    [id, inMinutes(600)],
  );
  await search(inMinutes(300));
  expect(await causesOf(id)).toEqual([]);
});

describe('what other services report', () => {
  test('is kept with the time since when, until they say otherwise; a silent one keeps what it said', async () => {
    const id = await placed();
    const since = new Date('2026-01-31T12:00:00Z');
    const found: StuckOrder[] = [{ orderId: id, cause: 'RESERVATION', source: 'inventory', since }];
    const unknown: StuckOrder = { orderId: randomUUID(), cause: 'MESSAGE', source: 'inventory', since };
    await search(inMinutes(2), { found: [...found, unknown] });
    expect(await causesOf(id)).toEqual(['RESERVATION']);
    expect((await createStuckOrders(service.pool).of(unknown.orderId)).length).toBe(0);

    await search(inMinutes(4), { answered: [] });
    expect(await causesOf(id)).toEqual(['RESERVATION']);
    await search(inMinutes(6), { answered: ['inventory'] });
    expect(await causesOf(id)).toEqual([]);
  });

  test('they are asked for both messages of the last change of each order that had time enough', async () => {
    const id = await placed();
    const { asked } = await search(inMinutes(2));
    expect(asked.filter(({ orderId }) => orderId === id).map(({ topic }) => topic)).toEqual([
      'order-events',
      'analytics-events',
    ]);
    const other = await placed();
    expect((await search(new Date())).asked.map(({ orderId }) => orderId)).not.toContain(other);
  });
});

test('only one replica searches at a time', async () => {
  const stuckOrders = createStuckOrders(service.pool);
  const at = inMinutes(1);
  const claims = await Promise.all([1, 2, 3].map(() => stuckOrders.claimSearch(at, 30_000)));
  expect(claims.filter(Boolean)).toHaveLength(1);
  expect(await stuckOrders.claimSearch(new Date(at.getTime() + 29_000), 30_000)).toBe(false);
  expect(await stuckOrders.claimSearch(new Date(at.getTime() + 30_000), 30_000)).toBe(true);
  // A clock that was far ahead.
  expect(await stuckOrders.claimSearch(inMinutes(3 * 24 * 60), 30_000)).toBe(true);
  expect(await stuckOrders.claimSearch(at, 30_000)).toBe(true);
});

test('the filter is for staff', async () => {
  expect((await service.ask(ann, 'GET', '/v1/orders?stuck=true')).status).toBe(403);
});

describe('an explanation', () => {
  test('names each service that does not answer, and how it did not, within about a second', async () => {
    const never = createServer(() => {}).listen(0, '127.0.0.1');
    await once(never, 'listening');
    const url = `http://127.0.0.1:${(never.address() as AddressInfo).port}`;
    const other = await startOrderService({ settings: { ANALYTICS_URL: url } });
    const dish = other.inventory.item('1.00');
    const { body: order } = await other.placeFor(ann, [{ itemId: dish, quantity: 1 }]);
    await published(other, order.id as string);
    const beganMs = performance.now();
    const { status, body } = await other.ask(staff, 'GET', `/v1/orders/${order.id}/explanation`);
    expect(performance.now() - beganMs).toBeLessThan(2_500);
    expect(status).toBe(200);
    const missing = Object.fromEntries(
      (body.missing as { what: string; reason: string }[]).map(({ what, reason }) => [what, reason]),
    );
    expect(missing).toMatchObject({
      'what analytics knows': "analytics can't be reached: no answer within 1000 ms",
      'what notification knows': 'NOTIFICATION_URL of the order service is not set',
    });
    expect(body.waitsFor).toMatchObject({ cause: 'SERVICE_SILENT' });
    expect(body.alsoWaitsFor.at(-1)).toMatchObject({ cause: 'KITCHEN_TO_ACCEPT' });
    expect(body.timeline[0]).toMatchObject({ service: 'order', kind: 'PLACED' });
    never.closeAllConnections();
    never.close();
    await other.stop();
  });
});
