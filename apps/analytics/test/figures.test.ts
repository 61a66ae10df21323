// Averages, shares, windows and buckets, exact to the cent and to the bucket.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bucketsMax, bucketsOf, fillBuckets, intervalMs, type Interval } from '../src/domain/buckets.ts';
import { formatSum, funnelOf, summarise } from '../src/domain/figures.ts';
import { parseWindow } from '@oms/service-kit/window';

const now = new Date('2026-11-23T12:34:56.789Z');
const open = { from: null, to: null };

describe('the summary', () => {
  test('without orders all figures are zero', () => {
    expect(summarise({ orders: 0, cancelled: 0, revenueCents: 0n })).toEqual({
      orders: 0,
      revenueCents: 0n,
      averageOrderCents: 0n,
      cancelRate: 0,
    });
  });

  test('the average is of the orders that were not cancelled, rounded to the cent', () => {
    expect(summarise({ orders: 4, cancelled: 1, revenueCents: 1_000n })).toEqual({
      orders: 4,
      revenueCents: 1_000n,
      averageOrderCents: 333n,
      cancelRate: 0.25,
    });
    expect(summarise({ orders: 2, cancelled: 0, revenueCents: 25n }).averageOrderCents).toBe(13n);
  });

  test('when all orders are cancelled, the rate is one and the average zero', () => {
    expect(summarise({ orders: 3, cancelled: 3, revenueCents: 0n })).toMatchObject({
      averageOrderCents: 0n,
      cancelRate: 1,
    });
  });
});

test('a sum of money has no largest amount, and always two decimals', () => {
  expect([0n, 5n, 1_250n, 123_456_789_012_345_678_901n].map(formatSum)).toEqual([
    '0.00',
    '0.05',
    '12.50',
    '1234567890123456789.01',
  ]);
});

describe('the funnel', () => {
  test('adds up the outcomes and lists the reasons, the most frequent first', () => {
    const steps = { preparing: 0, outForDelivery: 0, delivered: 0 };
    const funnel = funnelOf([
      { cancelled: false, reason: null, placed: 5, preparing: 4, outForDelivery: 3, delivered: 2 },
      { ...steps, cancelled: true, reason: 'NO_SHOW', placed: 1 },
      { ...steps, cancelled: true, reason: 'CUSTOMER', placed: 2, preparing: 1 },
    ]);
    expect(funnel.steps.map(({ step, orders, share }) => [step, orders, share])).toEqual([
      ['PLACED', 8, 1],
      ['PREPARING', 5, 0.625],
      ['OUT_FOR_DELIVERY', 3, 0.375],
      ['DELIVERED', 2, 0.25],
    ]);
    expect(funnel.cancelled).toEqual({
      orders: 3,
      share: 0.375,
      reasons: [
        { reason: 'CUSTOMER', orders: 2 },
        { reason: 'NO_SHOW', orders: 1 },
      ],
    });
  });

  test('of no orders all shares are zero', () => {
    expect(funnelOf([]).steps.map(({ share }) => share)).toEqual([0, 0, 0, 0]);
  });
});

describe('a window', () => {
  test('is open where no end is given', () => {
    expect(parseWindow({})).toEqual(open);
  });

  test('must end after it begins', () => {
    const at = '2026-11-23T12:00:00Z';
    expect(() => parseWindow({ from: at, to: at })).toThrow(expect.objectContaining({ code: 'VALIDATION_FAILED' }));
  });

  test('takes only times that exist', () => {
    expect(() => parseWindow({ from: '2026-12-31T23:59:60Z' })).toThrow(/from must be a time that exists/);
  });
});

describe('buckets', () => {
  test('of a day by the hour begin on the whole hour, the current one included', () => {
    const { from, to, starts } = bucketsOf('hour', open, now);
    expect(starts).toHaveLength(24);
    expect([from, starts[0]]).toEqual([new Date('2026-11-22T13:00:00Z'), new Date('2026-11-22T13:00:00Z')]);
    expect([to, starts[23]]).toEqual([now, new Date('2026-11-23T12:00:00Z')]);
  });

  test('above the limit are refused, with their number and the limit', () => {
    const from = new Date('2026-01-01T00:00:00Z');
    expect(() => bucketsOf('minute', { from, to: now }, now)).toThrow(
      expect.objectContaining({ code: 'TOO_MANY_BUCKETS', extras: { buckets: 470_195, bucketsMax } }),
    );
    expect(bucketsOf('minute', { from, to: new Date(from.getTime() + bucketsMax * 60_000) }, now).starts).toHaveLength(
      bucketsMax,
    );
  });

  test('a start in the future without an end is refused, not answered with an empty list', () => {
    expect(() => bucketsOf('hour', { from: new Date('2030-01-01T00:00:00Z'), to: null }, now)).toThrow(
      expect.objectContaining({ code: 'VALIDATION_FAILED' }),
    );
  });

  test('cover the window without a gap, and nothing beyond it', () => {
    const instant = fc.date({ noInvalidDate: true, min: new Date('1960-01-01'), max: new Date('2100-01-01') });
    const length = fc.integer({ min: 1, max: 1_999 * 60_000 });
    fc.assert(
      fc.property(fc.constantFrom<Interval[]>('minute', 'hour', 'day'), instant, length, (interval, from, lengthMs) => {
        const to = new Date(from.getTime() + lengthMs);
        const { starts } = bucketsOf(interval, { from, to }, now);
        const size = intervalMs[interval];
        const times = starts.map((start) => start.getTime());
        expect(times[0]).toBeLessThanOrEqual(from.getTime());
        expect((times[0] ?? 0) + size).toBeGreaterThan(from.getTime());
        expect((times.at(-1) ?? 0) + size).toBeGreaterThanOrEqual(to.getTime());
        expect(times.at(-1)).toBeLessThan(to.getTime());
        for (const [index, time] of times.entries()) expect(time).toBe((times[0] ?? 0) + index * size);
      }),
    );
  });

  test('without orders are zero, not absent', () => {
    const buckets = bucketsOf(
      'hour',
      { from: new Date('2026-11-23T09:10:00Z'), to: new Date('2026-11-23T12:00:00Z') },
      now,
    );
    const ten = { start: new Date('2026-11-23T10:00:00Z'), orders: 2 };
    expect(fillBuckets(buckets, [ten], { orders: 0 }).map(({ orders }) => orders)).toEqual([0, 2, 0]);
  });
});
