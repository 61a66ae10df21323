/** Stock is reserved at the total that the customer saw, or not at all. */
import type { ItemId } from '@oms/contracts';
import { beforeEach, expect, test } from 'vitest';
import { abandon, act, at, cola, orderId, pizza, restart, stock, stockOf } from './stock-fixture.ts';

beforeEach(restart);

const expecting = (
  expectedTotalCents: number,
  lines: [ItemId, number][] = [
    [pizza, 2],
    [cola, 1],
  ],
) =>
  // prettier-ignore
  act({
    type: 'Reserve',
    orderId,
    lines: lines.map(([itemId, quantity]) => ({ itemId, quantity })),
    totalCentsMax: 1_000_000,
    expectedTotalCents,
    by: 'order',
    at,
  }).reply;
const raise = () =>
  act({ type: 'ChangeItem', itemId: pizza, changes: { priceCents: 1_000 }, versions: null, by: 'staff', at });

test('all lines are taken when they come to the expected total, and nothing when they do not', () => {
  raise();
  const lines = [
    { itemId: pizza, quantity: 2, itemName: 'Margherita', unitPriceCents: 1_000 },
    { itemId: cola, quantity: 1, itemName: 'Cola', unitPriceCents: 950 },
  ];
  expect(expecting(2_850)).toEqual({ orderId, outcome: 'PRICE_CHANGED', lines, totalCents: 2_950 });
  expect([stockOf(), stockOf(cola), stock.reservations.size]).toEqual([[20, 0], [5, 0], 0]); // prettier-ignore
  expect(expecting(2_949)).toMatchObject({ outcome: 'PRICE_CHANGED' });
  expect(expecting(2_951)).toMatchObject({ outcome: 'PRICE_CHANGED' });
  expect(expecting(2_950)).toEqual({ orderId, outcome: 'RESERVED', attempt: 1, lines });
  expect(stockOf()).toEqual([18, 2]);
});

test('the total is compared last: unknown items and shortages are refused first', () => {
  expect(expecting(1, [[orderId as string as ItemId, 1], [cola, 6]])).toMatchObject({ outcome: 'UNKNOWN_ITEM' }); // prettier-ignore
  expect(expecting(1, [[cola, 6]])).toMatchObject({ outcome: 'INSUFFICIENT_STOCK' });
  expect(expecting(1, [[cola, 5]])).toMatchObject({ outcome: 'PRICE_CHANGED' });
});

test('a retry is compared with the prices at which the stock is held, whatever they are now', () => {
  expect(expecting(2_850)).toMatchObject({ outcome: 'RESERVED' });
  raise();
  expect(expecting(2_850)).toMatchObject({ outcome: 'RESERVED', attempt: 1 });
  expect(expecting(2_950)).toMatchObject({ outcome: 'PRICE_CHANGED', totalCents: 2_850 });
  expect(stockOf()).toEqual([18, 2]);
});

test('a new attempt is compared with the prices of now, when the stock of the earlier one was released', () => {
  expecting(2_850);
  abandon(1);
  raise();
  expect(expecting(2_850)).toMatchObject({ outcome: 'PRICE_CHANGED', totalCents: 2_950 });
  expect(expecting(2_950)).toMatchObject({ outcome: 'RESERVED', attempt: 2 });
});
