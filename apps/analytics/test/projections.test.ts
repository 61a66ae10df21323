// The folds alone: the same rows from any order of delivery, and from replays.
import type { Message } from '@oms/contracts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { foldSales, mergeSales } from '../src/domain/sales.ts';
import { foldStockLevels, mergeStockLevels } from '../src/domain/stock-level.ts';
import { foldTimelines, mergeTimelines } from '../src/domain/timeline.ts';
import { delivery, history, level, placement, step } from './histories.ts';

const orderId = '22222222-2222-4222-8222-222222222222';
const itemId = '33333333-3333-4333-8333-333333333333';
const noon = new Date('2026-11-23T12:00:00Z');
const minutesLater = (minutes: number) => new Date(noon.getTime() + minutes * 60_000);
const order = placement({
  orderId,
  placedAt: noon,
  promisedDeliveryAt: minutesLater(45),
  items: [
    { itemId, itemName: 'Pho', quantity: 2, unitPrice: 1_250 },
    { itemId: '44444444-4444-4444-8444-444444444444', itemName: 'Tea', quantity: 1, unitPrice: 199 },
  ],
});
const accepted = step(order, { fromStatus: 'PENDING', toStatus: 'PREPARING', at: minutesLater(3), version: 2 });
const cancelled = step(order, {
  fromStatus: 'PREPARING',
  toStatus: 'CANCELLED',
  at: minutesLater(5),
  version: 3,
  reason: 'SOLD_OUT',
});

describe('any order of delivery, any replay', () => {
  test('the folds of shuffled, repeated batches merge into the rows of the history itself', () => {
    fc.assert(
      fc.property(delivery, ({ messages, batches }) => {
        expect(mergeSales(batches.map(foldSales))).toEqual(foldSales(messages));
        expect(mergeTimelines(batches.map(foldTimelines))).toEqual(foldTimelines(messages));
        expect(mergeStockLevels(batches.map(foldStockLevels))).toEqual(foldStockLevels(messages));
      }),
      { numRuns: 300 },
    );
  });

  test('merging rows with themselves changes nothing', () => {
    fc.assert(
      fc.property(history, (messages) => {
        const sales = foldSales(messages);
        expect(mergeSales([sales, sales])).toEqual(sales);
      }),
    );
  });

  test('the total of every order is the sum of its lines', () => {
    fc.assert(
      fc.property(history, (messages) => {
        const { orders, lines } = foldSales(messages);
        for (const { orderId, placed } of orders) {
          const own = lines.filter((line) => line.orderId === orderId);
          expect(own.reduce((sum, line) => sum + line.lineTotalCents, 0)).toBe(placed?.totalCents);
        }
      }),
    );
  });
});

describe('sales', () => {
  test('a placed order is pending, with a row for each line', () => {
    const { orders, lines } = foldSales(order);
    expect(orders).toEqual([
      {
        orderId,
        placed: { customerId: order[1].customerId, placedAt: noon, totalCents: 2_699 },
        status: 'PENDING',
        statusAt: noon,
        version: 1,
      },
    ]);
    expect(
      lines.map((line) => [line.position, line.itemName, line.quantity, line.unitPriceCents, line.lineTotalCents]),
    ).toEqual([
      [0, 'Pho', 2, 1_250, 2_500],
      [1, 'Tea', 1, 199, 199],
    ]);
  });

  test('a status change that arrives before its order is kept, and the order completes it', () => {
    const early = foldSales(accepted);
    expect(early.orders[0]).toMatchObject({ placed: null, status: 'PREPARING', version: 2 });
    expect(mergeSales([early, foldSales(order)]).orders[0]).toMatchObject({
      placed: { totalCents: 2_699 },
      status: 'PREPARING',
      statusAt: minutesLater(3),
      version: 2,
    });
  });

  test('an older status never overwrites a newer one', () => {
    expect(foldSales([...cancelled, ...accepted, ...order]).orders[0]).toMatchObject({
      status: 'CANCELLED',
      version: 3,
    });
  });
});

describe('timelines', () => {
  test('each step has its time, the promise has its time, and a cancellation has its reason', () => {
    expect(foldTimelines([...order, ...accepted, ...cancelled])).toEqual([
      {
        orderId,
        placedAt: noon,
        promisedDeliveryAt: minutesLater(45),
        preparingAt: minutesLater(3),
        outForDeliveryAt: null,
        deliveredAt: null,
        cancelledAt: minutesLater(5),
        cancelReason: 'SOLD_OUT',
        version: 3,
      },
    ]);
  });

  test('a step that arrives late still counts', () => {
    const late = mergeTimelines([foldTimelines(cancelled), foldTimelines(accepted)]);
    expect(late[0]).toMatchObject({
      placedAt: null,
      preparingAt: minutesLater(3),
      cancelReason: 'SOLD_OUT',
      version: 3,
    });
  });
});

describe('stock levels', () => {
  const levels = (...messages: Message[]) => foldStockLevels(messages);

  test('an item is low below its threshold, and not at it', () => {
    expect(levels(level({ itemId, quantity: 10, threshold: 10, version: 1 }))[0]).toMatchObject({ low: false });
    expect(levels(level({ itemId, quantity: 9, threshold: 10, version: 1 }))[0]).toMatchObject({ low: true });
  });

  test('a late update does not bring a deleted item back', () => {
    const [row] = levels(
      level({ itemId, quantity: 0, version: 5, reason: 'DELETED' }),
      level({ itemId, quantity: 7, version: 4 }),
    );
    expect(row).toMatchObject({ deleted: true, quantity: 0, version: 5 });
  });

  test('messages of orders make no stock levels', () => {
    expect(levels(...order, ...accepted)).toEqual([]);
  });
});
