// The figures over HTTP, on orders whose sums were computed by hand.
import type { Message } from '@oms/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { level, placement, step } from './histories.ts';
import { composeAnalytics, type Analytics } from './running.ts';

const id = (kind: number, index: number) =>
  `${String(kind).repeat(8)}-0000-4000-8000-${String(index).padStart(12, '0')}`;
const [pho, tea] = [id(1, 1), id(1, 2)];
const at = (time: string) => new Date(`2026-11-20T${time}Z`);
const later = (from: Date, seconds: number) => new Date(from.getTime() + seconds * 1_000);
const steps: Parameters<typeof step>[1]['toStatus'][] = ['PREPARING', 'OUT_FOR_DELIVERY', 'DELIVERED'];
const noon = 'from=2026-11-20T12:00:00Z&to=2026-11-20T13:00:00Z';

type Level = { itemName: string; low: boolean };

let analytics: Analytics;

beforeAll(async () => {
  analytics = await composeAnalytics();
  await analytics.apply([
    ...order(1, '12:00:00', [2, 1], ['PREPARING', 'OUT_FOR_DELIVERY', 'DELIVERED'], [60, 600, 900]), // 26.99
    ...order(2, '12:20:30.500', [1, 0], ['PREPARING'], [120]), // 12.50
    ...order(3, '12:59:59.999', [0, 9], ['CANCELLED'], [30]), // 17.91, cancelled
    ...order(4, '14:00:00', [0, 3], [], []), // 5.97
    // Its placement has not arrived yet.
    ...order(5, '12:30:00', [1, 1], ['PREPARING'], [60]).slice(2),
    level({ itemId: pho, itemName: 'Pho, the big one', quantity: 3, threshold: 5, price: 1_350, version: 4 }),
    level({ itemId: tea, itemName: 'Tea', quantity: 50, threshold: 5, price: 199, version: 2 }),
    level({ itemId: id(1, 3), itemName: 'Ayran', quantity: 5, threshold: 5, version: 1 }),
    level({ itemId: id(1, 4), itemName: 'Zander', quantity: 0, threshold: 5, version: 1 }),
    level({ itemId: id(1, 5), itemName: 'Gone', quantity: 0, threshold: 5, version: 3, reason: 'DELETED' }),
  ]);
});
afterAll(() => analytics.stop());

describe('the summary', () => {
  test('of all time counts every placed order; a cancelled one adds no revenue', async () => {
    const { status, body } = await analytics.get('/v1/analytics/summary', 'staff');
    expect([status, body]).toEqual([
      200,
      { orders: 4, revenue: '45.46', averageOrderValue: '15.15', cancelRate: 0.25, asOf: null, lagMs: null },
    ]);
  });

  test('of a window includes its start and excludes its end', async () => {
    const { body } = await analytics.get(`/v1/analytics/summary?${noon}`, 'staff');
    expect(body).toMatchObject({ orders: 3, revenue: '39.49', averageOrderValue: '19.75', cancelRate: 0.3333 });
    const window = 'from=2026-11-20T12:20:30.500Z&to=2026-11-20T12:59:59.999Z';
    expect((await analytics.get(`/v1/analytics/summary?${window}`, 'staff')).body).toMatchObject({ orders: 1 });
  });

  test('of a time without orders is zero', async () => {
    const { body } = await analytics.get('/v1/analytics/summary?from=2030-01-01T00:00:00Z', 'staff');
    expect(body).toMatchObject({ orders: 0, revenue: '0.00', averageOrderValue: '0.00', cancelRate: 0 });
  });
});

describe('sales over time', () => {
  test('have a bucket for every hour, empty ones too, and add up to the summary', async () => {
    const window = 'from=2026-11-20T11:30:00Z&to=2026-11-20T15:00:00Z';
    const { body } = await analytics.get(`/v1/analytics/sales?interval=hour&${window}`, 'staff');
    expect(body).toMatchObject({ interval: 'hour', from: '2026-11-20T11:30:00.000Z', to: '2026-11-20T15:00:00.000Z' });
    expect(body.data).toEqual([
      { start: '2026-11-20T11:00:00.000Z', orders: 0, revenue: '0.00' },
      { start: '2026-11-20T12:00:00.000Z', orders: 3, revenue: '39.49' },
      { start: '2026-11-20T13:00:00.000Z', orders: 0, revenue: '0.00' },
      { start: '2026-11-20T14:00:00.000Z', orders: 1, revenue: '5.97' },
    ]);
  });

  test.each(['minute', 'day'])('by the %s hold the same orders', async (interval) => {
    const { body } = await analytics.get(`/v1/analytics/sales?interval=${interval}&${noon}`, 'staff');
    const orders = (body.data as { orders: number }[]).reduce((sum, bucket) => sum + bucket.orders, 0);
    expect([body.data.length, orders]).toEqual([interval === 'day' ? 1 : 60, 3]);
  });

  test('of too many buckets are refused with advice', async () => {
    const { status, body } = await analytics.get(
      '/v1/analytics/sales?interval=minute&from=2020-01-01T00:00:00Z',
      'staff',
    );
    expect([status, body]).toMatchObject([422, { code: 'TOO_MANY_BUCKETS', bucketsMax: 2_000 }]);
    expect(body.detail).toMatch(/Ask for a shorter window or a longer interval/);
  });
});

test('the top items are the best-selling ones, by their current names, without cancelled orders', async () => {
  const { body } = await analytics.get('/v1/analytics/top-items', 'staff');
  expect(body.data).toEqual([
    { itemId: tea, itemName: 'Tea', quantity: 4, revenue: '7.96' },
    { itemId: pho, itemName: 'Pho, the big one', quantity: 3, revenue: '37.50' },
  ]);
  const first = await analytics.get(`/v1/analytics/top-items?limit=1&${noon}`, 'staff');
  expect(first.body.data).toEqual([{ itemId: pho, itemName: 'Pho, the big one', quantity: 3, revenue: '37.50' }]);
});

test('the funnel shows how many orders took each step, and why they were cancelled', async () => {
  const { body } = await analytics.get(`/v1/analytics/funnel?${noon}`, 'staff');
  expect(body.steps).toEqual([
    { step: 'PLACED', orders: 3, share: 1 },
    { step: 'PREPARING', orders: 2, share: 0.6667 },
    { step: 'OUT_FOR_DELIVERY', orders: 1, share: 0.3333 },
    { step: 'DELIVERED', orders: 1, share: 0.3333 },
  ]);
  expect(body.cancelled).toEqual({ orders: 1, share: 0.3333, reasons: [{ reason: 'SOLD_OUT', orders: 1 }] });
});

test('lead times are seconds between steps, and null if no order took the step', async () => {
  const { body } = await analytics.get(`/v1/analytics/lead-times?${noon}`, 'staff');
  expect(body).toMatchObject({
    accept: { orders: 2, p50: 90, p95: 117 },
    prepare: { orders: 1, p50: 600, p95: 600 },
    deliver: { orders: 1, p50: 900, p95: 900 },
  });
  const none = await analytics.get('/v1/analytics/lead-times?from=2030-01-01T00:00:00Z', 'staff');
  expect(none.body.accept).toEqual({ orders: 0, p50: null, p95: null });
});

test('promises: a delivery at the promised time is in time, and one without a promised time is neither in time nor late', async () => {
  const promised = [0, 1_800, 1_800, 1_800, null];
  await analytics.apply(
    [1_000, 1_799, 1_800, 1_890, 5_000].flatMap((tookSeconds, index) =>
      order(20 + index, `18:0${index}:00`, [1, 0], steps, [0, 0, tookSeconds], promised[index]),
    ),
  );
  const { body } = await analytics.get('/v1/analytics/lead-times?from=2026-11-20T18:00:00Z', 'staff');
  expect(body.promise).toEqual({ inTime: 2, late: { orders: 2, p50: 545, p95: 954.5 } });
  const before = await analytics.get(`/v1/analytics/lead-times?${noon}`, 'staff');
  expect(before.body.promise).toEqual({ inTime: 0, late: { orders: 0, p50: null, p95: null } });
});

describe('stock levels', () => {
  test('begin with low items, by name; deleted items are absent', async () => {
    const { body } = await analytics.get('/v1/analytics/inventory', 'staff');
    expect((body.data as Level[]).map(({ itemName, low }) => [itemName, low])).toEqual([
      ['Pho, the big one', true],
      ['Zander', true],
      ['Ayran', false],
      ['Tea', false],
    ]);
    expect([body.data[0], body.nextCursor]).toMatchObject([
      { itemId: pho, quantity: 3, threshold: 5, price: '13.50' },
      null,
    ]);
  });

  test('are read page by page, none twice and none left out', async () => {
    const names: string[] = [];
    for (let cursor = ''; ;) {
      const { body } = await analytics.get(`/v1/analytics/inventory?limit=1${cursor && `&cursor=${cursor}`}`, 'staff');
      names.push(...(body.data as Level[]).map(({ itemName }) => itemName));
      if (body.nextCursor === null) break;
      cursor = body.nextCursor;
    }
    expect(names).toEqual(['Pho, the big one', 'Zander', 'Ayran', 'Tea']);
  });
});

/** Pho at 12.50, tea at 1.99. `seconds` is the time between steps; the promised time is that many seconds after the placement. */
function order(
  index: number,
  time: string,
  [phos = 0, teas = 0]: number[],
  path: Parameters<typeof step>[1]['toStatus'][],
  seconds: number[],
  promisedSeconds: number | null = null,
): Message[] {
  const items = [
    { itemId: pho, itemName: 'Pho', quantity: phos, unitPrice: 1_250 },
    { itemId: tea, itemName: 'Tea', quantity: teas, unitPrice: 199 },
  ].filter(({ quantity }) => quantity > 0);
  const promisedDeliveryAt = promisedSeconds === null ? null : later(at(time), promisedSeconds);
  const placed = placement({ orderId: id(2, index), placedAt: at(time), promisedDeliveryAt, items });
  const history: Message[] = [...placed];
  let [fromStatus, when] = ['PENDING' as (typeof path)[number], at(time)];
  for (const [index, toStatus] of path.entries()) {
    when = later(when, seconds[index] ?? 0);
    history.push(...step(placed, { fromStatus, toStatus, at: when, version: index + 2, reason: 'SOLD_OUT' }));
    fromStatus = toStatus;
  }
  return history;
}
