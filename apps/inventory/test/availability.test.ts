// Items that staff have switched off, as decisions.
import { beforeEach, expect, test } from 'vitest';
import { availableFrom, isAvailable, withoutEnd } from '../src/domain/availability.ts';
import { act, at, cola, orderId, pizza, restart, stock } from './stock-fixture.ts';

const soon = new Date(at.getTime() + 60_000);
const switchTo = (unavailableUntil: Date | null, itemId = pizza) =>
  act({ type: 'ChangeItem', itemId, changes: { unavailableUntil }, versions: null, by: 'staff', at });
const reserve = (
  over: { quantity?: number; at?: Date; items?: (typeof pizza)[]; expectedTotalCents?: number } = {},
) => {
  const { quantity = 1, items = [pizza], at: now = at, ...others } = over;
  const lines = items.map((itemId) => ({ itemId, quantity }));
  return act({ type: 'Reserve', orderId, lines, by: 'order', at: now, ...others }).reply;
};
beforeEach(restart);

test('an item is available unless it is switched off, and again from its time on', () => {
  expect(isAvailable({ unavailableUntil: null }, at)).toBe(true);
  expect(isAvailable({ unavailableUntil: soon }, at)).toBe(false);
  expect(isAvailable({ unavailableUntil: soon }, soon)).toBe(true);
  expect(isAvailable({ unavailableUntil: withoutEnd }, soon)).toBe(false);
  expect([availableFrom({ unavailableUntil: soon }), availableFrom({ unavailableUntil: withoutEnd })]).toEqual([
    soon,
    null,
  ]);
});

test('an order for it reserves nothing, of the other items neither', () => {
  switchTo(soon);
  expect(reserve({ items: [cola, pizza] })).toEqual({
    orderId,
    outcome: 'ITEM_UNAVAILABLE',
    items: [{ itemId: pizza, itemName: 'Margherita', until: soon }],
  });
  expect([stock.items.get(pizza)?.quantity, stock.items.get(cola)?.quantity, stock.reservations.size]).toEqual([
    20, 5, 0,
  ]);
  expect(reserve({ at: soon })).toMatchObject({ outcome: 'RESERVED' });
});

test('an item that does not exist comes before it; a shortage and another price come after it', () => {
  switchTo(withoutEnd);
  const unknown = '00000000-0000-4000-8000-00000000000f' as typeof pizza;
  expect(reserve({ items: [unknown, pizza] })).toMatchObject({ outcome: 'UNKNOWN_ITEM' });
  expect(reserve({ quantity: 21, expectedTotalCents: 1 })).toMatchObject({ outcome: 'ITEM_UNAVAILABLE' });
  switchTo(null);
  expect(reserve({ quantity: 21, expectedTotalCents: 1 })).toMatchObject({ outcome: 'INSUFFICIENT_STOCK' });
});

test('what was reserved before stays reserved, and the same order gets the same answer', () => {
  const first = reserve({ quantity: 2 });
  switchTo(withoutEnd);
  expect(reserve({ quantity: 2 })).toEqual(first);
});

test('switching is a change of the details, which is made once and published', () => {
  const { detailsVersion } = stock.items.get(pizza)!;
  expect(switchTo(soon)).toMatchObject({ events: ['ItemChanged'], reply: { item: { unavailableUntil: soon } } });
  expect(switchTo(new Date(soon)).events).toEqual([]);
  expect(switchTo(null).events).toEqual(['ItemChanged']);
  expect(stock.items.get(pizza)).toMatchObject({ unavailableUntil: null, detailsVersion: detailsVersion + 2 });
});
