// End to end: messages of order and inventory on Kafka are in the figures, once, and the reply says that nothing is missing.
import { randomUUID } from 'node:crypto';
import type { Message } from '@oms/contracts';
import { until } from '@oms/test-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { level, placement, step } from './histories.ts';
import { composeAnalytics, createPublisher, type Analytics } from './running.ts';

let analytics: Analytics;
let publisher: Awaited<ReturnType<typeof createPublisher>>;

beforeAll(async () => {
  [analytics, publisher] = await Promise.all([composeAnalytics(), createPublisher()]);
  await analytics.start();
});
afterAll(async () => {
  await publisher?.stop();
  await analytics?.stop();
});

type Summary = { orders: number; cancelRate: number; asOf: string; lagMs: number };

const summaryOf = async (window = '') =>
  (await analytics.get(`/v1/analytics/summary${window}`, 'staff')).body as Summary;
const fresh = <M extends Message>(message: M): M => ({ ...message, eventId: randomUUID() });

test('orders of both topics and stock reach their read models, even if messages arrive twice', async () => {
  // A window of its own: Kafka may still have messages of other tests.
  const placedAt = new Date(Date.UTC(2031, 0, 1) + Math.floor(Math.random() * 1e11));
  const window = `from=${placedAt.toISOString()}&to=${new Date(placedAt.getTime() + 1).toISOString()}`;
  const itemId = randomUUID();
  const orders = Array.from({ length: 20 }, () =>
    placement({
      orderId: randomUUID(),
      placedAt,
      items: [{ itemId, itemName: 'Ramen', quantity: 2, unitPrice: 1_095 }],
    }),
  );
  const later = new Date(placedAt.getTime() + 60_000);
  const cancelled = orders
    .slice(0, 5)
    .flatMap((order) => step(order, { fromStatus: 'PENDING', toStatus: 'CANCELLED', at: later, version: 2 }));
  const stock = level({ itemId, itemName: 'Ramen', quantity: 2, version: 2, at: later });
  const older = level({ itemId, itemName: 'Ramen', quantity: 42, version: 1, at: placedAt });
  const messages = [...orders.flat(), ...cancelled, stock, older].map(fresh);

  await publisher.publish(messages);
  await publisher.publish(messages);

  const summary = await until('the summary has all twenty orders', async () => {
    const found = await summaryOf(`?${window}`);
    return found.orders === 20 && found.cancelRate === 0.25 && found;
  });
  expect(summary).toMatchObject({ revenue: '328.50', averageOrderValue: '21.90' });
  await until('the timelines have them too', async () => {
    const { body } = await analytics.get(`/v1/analytics/funnel?${window}`, 'staff');
    return body.steps[0].orders === 20 && body.cancelled.orders === 5;
  });
  await until('the newest level is known', async () => {
    const { rows } = await analytics.pool.query('SELECT quantity, low FROM stock_levels WHERE "itemId" = $1', [itemId]);
    return rows[0]?.quantity === 2 && rows[0].low === true;
  });
});

test('when all messages are read, the reply says so', async () => {
  const before = Date.now();
  const { asOf, lagMs } = await until('there is no lag', async () => {
    const found = await summaryOf();
    return found.lagMs === 0 && found;
  });
  expect(lagMs).toBe(0);
  expect(Date.parse(asOf)).toBeGreaterThanOrEqual(before);
});
