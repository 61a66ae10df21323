// An order from end to end on the real stack, through the gateway, and what every other service has of it.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '@oms/test-kit';
import type { ApiCaller } from '../../dev/client/client.ts';
import { send } from '../../dev/client/client.ts';
import { describePanels } from '../../observability/test/panels.ts';
import { describeMetrics } from '../../observability/test/whole-system-metrics.ts';
import { describeRace } from '../race/race-on-system.ts';
import { describeDeadlines } from './deadlines.ts';
import { describeExplanations } from './explanations.ts';
import { describeLiveOrders } from './live-orders.ts';
import { describeOrderLife } from './order-life.ts';
import { describeReconciliation } from './reconciliation.ts';
import { describeFairShares } from './fair-shares.ts';
import { describeDeadLetters } from './dead-letters-by-command.ts';
import { describeStockCounts } from './stock-counts.ts';
import { describeRolesByRoutes } from './roles-by-routes.ts';
import { describeOneTrace } from './one-trace.ts';
import { startTraceCollector, type TraceCollector } from './trace-collector.ts';
import { startWholeSystem, type WholeSystem } from './whole-system.ts';

let whole: WholeSystem;
let collector: TraceCollector;
let customer: ApiCaller;
let staff: ApiCaller;
const deliveryAddress = { line1: '1 Harbour Street', city: 'Lisbon', postalCode: '1100-148', country: 'PT' };

beforeAll(async () => {
  collector = await startTraceCollector();
  const tracing = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: '200' };
  whole = await startWholeSystem('journey', { env: tracing });
  [customer, staff] = await Promise.all([whole.as('customer'), whole.as('staff')]);
});
afterAll(async () => {
  await whole?.stop();
  await collector?.stop();
});

describe('an order', () => {
  test('is placed, prepared and delivered, and every service saw it', async () => {
    const dish = await newItem({ quantity: 20, price: '12.50' });
    const before = await summary();

    const placed = await place([{ itemId: dish, quantity: 2 }]);
    expect(placed).toMatchObject({ status: 201, body: { status: 'PENDING', totalAmount: '25.00', version: 1 } });
    expect(placed.headers.get('location')).toBe(`/v1/orders/${placed.body.id}`);
    for (const status of ['PREPARING', 'OUT_FOR_DELIVERY', 'DELIVERED']) {
      expect(await staff.patch(`/v1/orders/${placed.body.id}/status`, { status })).toMatchObject({
        status: 200,
        body: { status },
      });
    }

    expect(await stockOf(dish)).toBe(18);
    const history = await customer.get(`/v1/orders/${placed.body.id}/history`);
    expect(history.body.data.map(({ to }: { to: string }) => to).toSorted()).toEqual(
      ['PENDING', 'PREPARING', 'OUT_FOR_DELIVERY', 'DELIVERED'].toSorted(),
    );
    await until('analytics counts the order and its revenue', async () => {
      const { orders, revenue } = await summary();
      return orders === before.orders + 1 && Number(revenue) === Number(before.revenue) + 25;
    });
    await notificationSent({ orderId: placed.body.id }, 'ORDER_PLACED', 'EMAIL');
    const { itemName } = (await staff.get(`/v1/inventory/${dish}`)).body as { itemName: string };
    expect(await mailsAbout(itemName)).toEqual([expect.stringContaining('Kitchen ticket')]);
    // DELIVERED reached inventory: the reservation is closed, so the item may be deleted
    await until('inventory deletes the item', async () => (await staff.delete(`/v1/inventory/${dish}`)).status === 204);
  });

  test('is refused for want of stock, and leaves nothing behind', async () => {
    const [plenty, scarce] = [await newItem({ quantity: 10 }), await newItem({ quantity: 1 })];
    const key = { 'idempotency-key': randomUUID() };
    const lines = [
      { itemId: plenty, quantity: 1 },
      { itemId: scarce, quantity: 2 },
    ];

    const refused = await place(lines, key);

    expect(refused).toMatchObject({
      status: 409,
      body: { code: 'INSUFFICIENT_STOCK', shortages: [{ itemId: scarce, requested: 2, available: 1 }] },
    });
    expect([await stockOf(plenty), await stockOf(scarce)]).toEqual([10, 1]);
    expect(
      (await customer.get('/v1/orders')).body.data.map(
        ({ items }: { items: { itemId: string }[] }) => items[0]?.itemId,
      ),
    ).not.toContain(plenty);
    expect((await staff.post(`/v1/inventory/${scarce}/restock`, { quantity: 1 })).status).toBe(200);
    expect((await place(lines, key)).status).toBe(201);
  });

  test('comes to more than an order can hold, and no stock is taken for it', async () => {
    const dish = await newItem({ quantity: 5, price: '99999999.99' });

    expect(await place([{ itemId: dish, quantity: 2 }])).toMatchObject({
      status: 422,
      body: { code: 'TOTAL_TOO_LARGE' },
    });

    expect(await stockOf(dish)).toBe(5);
    expect((await place([{ itemId: dish, quantity: 1 }])).status).toBe(201);
  });

  test('is cancelled, and its stock comes back once however often it is cancelled', async () => {
    const dish = await newItem({ quantity: 5 });
    const { body } = await place([{ itemId: dish, quantity: 3 }]);
    expect(await stockOf(dish)).toBe(2);

    for (const _ of [1, 2]) {
      expect(await customer.post(`/v1/orders/${body.id}/cancel`, { reason: 'CUSTOMER' })).toMatchObject({
        status: 200,
        body: { status: 'CANCELLED' },
      });
    }

    await until('the stock is back', async () => (await stockOf(dish)) === 5);
    const { body: movements } = await staff.get(`/v1/inventory/${dish}/movements`);
    expect(movements.data.map(({ delta }: { delta: number }) => delta).toSorted()).toEqual([-3, 3, 5]);
  });

  test('drains an item, and the alert is mailed and posted once', async () => {
    const dish = await newItem({ quantity: 12, threshold: 10, itemName: `Saffron ${randomUUID()}` });

    await place([{ itemId: dish, quantity: 3 }]);
    await place([{ itemId: dish, quantity: 1 }]);

    await notificationSent({ itemId: dish }, 'LOW_STOCK', 'EMAIL');
    await notificationSent({ itemId: dish }, 'LOW_STOCK', 'SLACK');
    const { itemName } = (await staff.get(`/v1/inventory/${dish}`)).body as { itemName: string };
    const alerts = (await mailsAbout(itemName)).filter((subject) => subject.startsWith('Low stock'));
    expect(alerts).toEqual([`Low stock: ${itemName} (9 portion left)`]);
  });
});

test('two orders race for the last unit: one gets it, the other is answered what is short', async () => {
  const dish = await newItem({ quantity: 1 });

  const replies = await Promise.all([place([{ itemId: dish, quantity: 1 }]), place([{ itemId: dish, quantity: 1 }])]);

  const [won, lost] = replies.toSorted((a, b) => a.status - b.status);
  expect(won?.status).toBe(201);
  expect(lost).toMatchObject({ status: 409, body: { shortages: [{ itemId: dish, requested: 1, available: 0 }] } });
  expect(await stockOf(dish)).toBe(0);
});

describe('what is wrong is refused with a code, and changes nothing', () => {
  test.each([
    ['a body that is no order', { items: 'soup' }, 400, 'VALIDATION_FAILED'],
    [
      'an unknown field',
      { items: [{ itemId: randomUUID(), quantity: 1, price: '0.01' }], deliveryAddress },
      400,
      'VALIDATION_FAILED',
    ],
    ['half a dish', { items: [{ itemId: randomUUID(), quantity: 0.5 }], deliveryAddress }, 400, 'VALIDATION_FAILED'],
    ['an unknown item', { items: [{ itemId: randomUUID(), quantity: 1 }], deliveryAddress }, 422, 'UNKNOWN_ITEM'],
  ])('%s', async (_, body, status, code) => {
    const reply = await customer.post('/v1/orders', body);

    expect(reply).toMatchObject({ status, body: { status, code } });
    expect(reply.headers.get('content-type')).toMatch('application/problem+json');
    expect(reply.headers.get('x-request-id')).toBeTruthy();
  });

  test('a missing token', async () => {
    const reply = await send('POST', `${whole.system.urls.gateway}/v1/orders`, {}, {});
    expect(reply).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } });
  });
});

describeRolesByRoutes(() => whole);
describeRace(() => whole);
describeOrderLife(() => whole);
describeLiveOrders(() => whole);
describeStockCounts(() => whole);
describeReconciliation(() => whole);
describeDeadLetters(() => whole);
describeDeadlines(
  () => whole,
  () => newItem({ quantity: 5 }),
);
describeExplanations(
  () => whole,
  () => newItem({ quantity: 5, price: '12.50' }),
);
describeOneTrace(
  () => whole,
  () => collector,
);
describeFairShares(() => whole);
describeMetrics(() => whole);
describePanels(() => whole);

test('while Kafka is away orders are accepted; when it is back the others catch up by themselves', async () => {
  const dish = await newItem({ quantity: 50, price: '1.00' });
  await until('analytics has read everything', async () => (await summary()).lagMs === 0);
  const before = await summary();
  const kafka = whole.stack.part('kafka');

  await kafka.stop();
  const replies = await Promise.all(Array.from({ length: 10 }, () => place([{ itemId: dish, quantity: 1 }])));
  expect(replies.map(({ status }) => status)).toEqual(Array(10).fill(201));
  await kafka.start();

  await until('analytics counts the ten orders', async () => (await summary()).orders === before.orders + 10, 60_000);
});

async function newItem(details: {
  quantity: number;
  threshold?: number;
  price?: string;
  itemName?: string;
}): Promise<string> {
  const item = {
    itemName: `Dish ${randomUUID()}`,
    threshold: 0,
    unit: 'portion',
    price: '9.90',
    category: 'mains',
    ...details,
  };
  const { status, body } = await staff.post('/v1/inventory', item);
  if (status !== 201) throw new Error(`no item: ${status} ${JSON.stringify(body)}`);
  return body.id as string;
}

function place(items: { itemId: string; quantity: number }[], headers?: Record<string, string>) {
  return customer.post('/v1/orders', { items, deliveryAddress }, headers);
}

async function stockOf(itemId: string): Promise<number> {
  return (await staff.get(`/v1/inventory/${itemId}`)).body.quantity as number;
}

async function summary(): Promise<{ orders: number; revenue: string; lagMs: number }> {
  return (await staff.get('/v1/analytics/summary')).body;
}

async function notificationSent(about: Record<string, string>, event: string, channel: string): Promise<void> {
  await until(`${event} is sent by ${channel}`, async () => {
    const { body } = await staff.get(`/v1/notifications?${new URLSearchParams({ ...about, channel }).toString()}`);
    const mine = (body.data as { event: string; status: string }[]).filter(
      (notification) => notification.event === event,
    );
    return mine.length === 1 && mine[0]?.status === 'SENT';
  });
}

/** The subjects of the caught mails that name `text`, as soon as there is one. */
async function mailsAbout(text: string): Promise<string[]> {
  return until(
    `a mail names ${text}`,
    async () => {
      const { body } = await send('GET', `${whole.stack.mailPageUrl}/api/email`);
      const mine = (body as { subject: string }[]).filter((mail) => JSON.stringify(mail).includes(text));
      return mine.length > 0 && mine.map(({ subject }) => subject);
    },
    100_000,
  ); // with its first mail the catcher loads a whole browser's DOM, which on a busy machine took more than 45 s
}
