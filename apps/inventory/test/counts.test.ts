/** Counts: what is promised stays promised, and what is missing of it is filled before anything is sold. */
import { beforeEach, expect, test } from 'vitest';
import {
  act,
  at,
  cancel,
  cola,
  count,
  orderId,
  pizza,
  reserve,
  restart,
  sell,
  stock,
  stockOf,
  writeOff,
} from './stock-fixture.ts';

beforeEach(restart);

const shortOf = (itemId = pizza) => stock.items.get(itemId)!.short;
const idempotency = { callerId: 'staff', key: 'a key', requestHash: '' };
const restock = (quantity: number) => act({ type: 'Restock', itemId: pizza, quantity, by: 'staff', at, idempotency });

test('a count sets what can be sold to what is on the shelf minus what is promised', () => {
  reserve([[pizza, 5]]);
  expect(count(12).events).toEqual(['StockMoved']);
  expect([stockOf(), shortOf()]).toEqual([[7, 5], 0]);
});

test('a count of fewer than are promised leaves nothing to sell, and the item short', () => {
  reserve([[pizza, 5]]);
  expect(count(2).events).toEqual(['StockMoved', 'StockRanOut']);
  expect([stockOf(), shortOf()]).toEqual([[0, 5], 3]);
  expect(count(20).events).toEqual(['StockMoved']);
  expect([stockOf(), shortOf()]).toEqual([[15, 5], 0]);
});

test('what comes in fills what is short, then it is sold', () => {
  reserve([[pizza, 5]]);
  count(2);
  restock(4);
  expect([stockOf(), shortOf()]).toEqual([[1, 5], 0]);
});

test('a cancelled order leaves its pieces to those that are short of them', () => {
  reserve([[pizza, 5]]);
  count(2);
  cancel();
  expect([stockOf(), shortOf()]).toEqual([[2, 0], 0]);
});

test('pieces that an order took, or that were written off, were not missing: they count as found', () => {
  for (const end of [sell, writeOff]) {
    restart();
    reserve([[pizza, 5]]);
    count(2);
    expect(end()).toBe(true);
    expect([stockOf(), shortOf()]).toEqual([[0, 0], 0]);
  }
});

test('what is sold out while others are promised pieces: nothing can be ordered', () => {
  reserve([[cola, 2]]);
  expect(cancel(true, [cola, pizza])).toBe(true);
  expect([stockOf(), stockOf(cola)]).toEqual([[0, 0], [0, 0]]); // prettier-ignore
  expect(stock.reservations.get(orderId)?.state).toBe('RELEASED');
});
