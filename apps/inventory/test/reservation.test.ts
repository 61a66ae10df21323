/** What orders hold of the stock: all or nothing, once, and never backwards. */
import type { ItemId } from '@oms/contracts';
import { beforeEach, describe, expect, test } from 'vitest';
import { releaseOfCancelled } from '../src/domain/reservation.ts';
import {
  abandon,
  act,
  at,
  cancel,
  cola,
  confirm,
  orderId,
  other,
  pizza,
  reserve,
  restart,
  sell,
  stockOf,
  stock,
  writeOff,
} from './stock-fixture.ts';

beforeEach(restart);
const cancelled = { orderId, changedBy: 'staff', reason: null };

describe('reserving', () => {
  test('takes all lines off the shelf and answers names and prices', () => {
    const line = { itemId: pizza, quantity: 3, itemName: 'Margherita', unitPriceCents: 950 };
    expect(reserve([[pizza, 3]])).toEqual({ orderId, outcome: 'RESERVED', attempt: 1, lines: [line] });
    expect(stockOf()).toEqual([17, 3]);
  });

  test('takes nothing when one line is short, and reports the stock', () => {
    const shortages = [{ itemId: cola, requested: 6, available: 5 }];
    expect(
      reserve([
        [pizza, 3],
        [cola, 6],
      ]),
    ).toEqual({ orderId, outcome: 'INSUFFICIENT_STOCK', shortages });
    expect([stockOf(), stockOf(cola)]).toEqual([
      [20, 0],
      [5, 0],
    ]);
  });

  test('adds up an item that is there twice, before the check', () => {
    expect(
      reserve([
        [cola, 3],
        [cola, 3],
      ]),
    ).toMatchObject({ outcome: 'INSUFFICIENT_STOCK', shortages: [{ requested: 6 }] });
    expect(
      reserve([
        [cola, 3],
        [cola, 2],
      ]),
    ).toMatchObject({ outcome: 'RESERVED', lines: [{ quantity: 5 }] });
  });

  test('takes nothing when the lines come to more than they may, and all when they come to just that', () => {
    const asking = (totalCentsMax: number) => {
      const lines = [{ itemId: pizza, quantity: 2 }, { itemId: cola, quantity: 1 }]; // prettier-ignore
      return act({ type: 'Reserve', orderId, lines, totalCentsMax, by: 'order', at }).reply;
    };
    expect(asking(2_849)).toEqual({ orderId, outcome: 'TOTAL_TOO_LARGE' });
    expect([stockOf(), stockOf(cola), stock.reservations.size]).toEqual([[20, 0], [5, 0], 0]); // prettier-ignore
    expect(asking(2_850)).toMatchObject({ outcome: 'RESERVED', attempt: 1 });
  });

  test('names the items that do not exist', () => {
    const unknown = '00000000-0000-4000-8000-0000000000ff' as ItemId;
    expect(
      reserve([
        [pizza, 1],
        [unknown, 1],
      ]),
    ).toEqual({ orderId, outcome: 'UNKNOWN_ITEM', itemIds: [unknown] });
  });

  test('the same order again gives the first answer, at the first price, and takes nothing more', () => {
    const first = reserve([
      [pizza, 2],
      [cola, 1],
    ]);
    act({ type: 'ChangeItem', itemId: pizza, changes: { priceCents: 1 }, versions: null, by: 'staff', at });
    expect(
      reserve([
        [pizza, 2],
        [cola, 1],
      ]),
    ).toEqual(first);
    expect(
      reserve([
        [cola, 1],
        [pizza, 1],
        [pizza, 1],
      ]),
    ).toMatchObject({ outcome: 'RESERVED', attempt: 1 });
    expect(stockOf()).toEqual([18, 2]);
  });

  test('the same order with other lines is a conflict', () => {
    reserve([[pizza, 2]]);
    for (const lines of [
      [[pizza, 3]],
      [
        [pizza, 2],
        [cola, 1],
      ],
      [[cola, 2]],
    ] as [ItemId, number][][]) {
      expect(reserve(lines)).toEqual({ orderId, outcome: 'CONFLICT' });
    }
  });

  test('does not sell what other orders hold', () => {
    reserve([[cola, 4]]);
    expect(reserve([[cola, 2]], other)).toMatchObject({ outcome: 'INSUFFICIENT_STOCK', shortages: [{ available: 1 }] });
  });
});

describe('an event of an order', () => {
  test('placed, then delivered: confirmed, then sold, each once', () => {
    reserve([[pizza, 3]]);
    expect([confirm(), confirm(), sell(), sell(), confirm()]).toEqual([true, false, true, false, false]);
    expect(stock.reservations.get(orderId)?.state).toBe('SOLD');
    expect(stockOf()).toEqual([17, 0]);
  });

  test('cancelled: the stock is back, once', () => {
    reserve([[pizza, 3]]);
    confirm();
    expect([cancel(), cancel()]).toEqual([true, false]);
    expect(stockOf()).toEqual([20, 0]);
  });

  test('cancelled before it is known to be placed: released, and not confirmed by the latecomer', () => {
    reserve([[pizza, 3]]);
    expect([cancel(), confirm()]).toEqual([true, false]);
    expect(stock.reservations.get(orderId)?.state).toBe('RELEASED');
  });

  test('cooked before it is known to be placed: taken, once', () => {
    reserve([[pizza, 3]]);
    expect([sell(), confirm(), sell()]).toEqual([true, false, false]);
    expect(stockOf()).toEqual([17, 0]);
  });

  test('that was never reserved changes nothing', () => {
    expect([confirm(), cancel(), sell()]).toEqual([false, false, false]);
  });
});

describe('a cancelled order', () => {
  test('whose stock does not come back: written off, once, and never put back', () => {
    reserve([[pizza, 3]]);
    confirm();
    expect(act(releaseOfCancelled({ ...cancelled, restock: false }, at)).events).toEqual(['StockMoved']);
    expect([writeOff(), cancel(), sell(), confirm()]).toEqual([false, false, false, false]);
    expect(stock.reservations.get(orderId)?.state).toBe('WRITTEN_OFF');
    expect(stockOf()).toEqual([17, 0]);
  });

  test('whose pieces were taken: they come back once, or are written off once', () => {
    reserve([[pizza, 3]]);
    sell();
    expect([cancel(), cancel(), writeOff()]).toEqual([true, false, false]);
    expect(stockOf()).toEqual([20, 0]);
    restart();
    reserve([[pizza, 3]]);
    sell();
    expect([writeOff(), cancel()]).toEqual([true, false]);
    expect(stockOf()).toEqual([17, 0]);
  });

  test('of a message of the release before, which does not say whether its stock comes back: it comes back', () => {
    reserve([[pizza, 3]]);
    sell();
    act(releaseOfCancelled({ ...cancelled, restock: null, soldOutItemIds: null }, at));
    expect(stockOf()).toEqual([20, 0]);
  });

  test('because items are sold out: nothing of them can be ordered, and the others come back', () => {
    reserve([
      [pizza, 3],
      [cola, 2],
    ]);
    expect(cancel(true, [cola])).toBe(true);
    expect([stockOf(), stockOf(cola)]).toEqual([
      [20, 0],
      [0, 0],
    ]);
    act({ type: 'Restock', itemId: cola, quantity: 4, by: 'staff', at, idempotency: { callerId: '', key: '', requestHash: '' } }); // prettier-ignore
    expect(cancel(true, [cola])).toBe(false);
    expect(stockOf(cola)).toEqual([4, 0]);
  });

  test('with an item that was deleted since it was taken: all of it is written off', () => {
    reserve([
      [pizza, 3],
      [cola, 2],
    ]);
    sell();
    act({ type: 'RemoveItem', itemId: cola, versions: null, by: 'staff', at });
    expect(cancel()).toBe(true);
    expect(stock.reservations.get(orderId)?.state).toBe('WRITTEN_OFF');
    expect(stockOf()).toEqual([17, 0]);
  });
});

describe('an abandoned placement', () => {
  test('gives its stock back and can be tried again, as the next attempt', () => {
    reserve([[pizza, 3]]);
    expect([abandon(1), abandon(1)]).toEqual([true, false]);
    expect(reserve([[pizza, 4]])).toMatchObject({ outcome: 'RESERVED', attempt: 2, lines: [{ quantity: 4 }] });
    expect(stockOf()).toEqual([16, 4]);
  });

  test('is settled for its own attempt only', () => {
    reserve([[pizza, 3]]);
    abandon(1);
    reserve([[pizza, 3]]);
    expect([abandon(1), confirm(1)]).toEqual([false, false]);
    expect([confirm(2), confirm(2)]).toEqual([true, false]);
  });

  test('is not given back once the order is known to be placed', () => {
    reserve([[pizza, 3]]);
    confirm();
    expect(abandon(1)).toBe(false);
  });

  test('stays released when an item of its second attempt is gone', () => {
    reserve([[cola, 3]]);
    abandon(1);
    act({ type: 'RemoveItem', itemId: cola, versions: null, by: 'staff', at });
    expect(reserve([[cola, 3]])).toEqual({ orderId, outcome: 'UNKNOWN_ITEM', itemIds: [cola] });
  });
});

test('an order that was placed and cancelled is not reserved again by a latecomer', () => {
  const first = reserve([[pizza, 3]]);
  confirm();
  cancel();
  expect(reserve([[pizza, 3]])).toEqual(first);
  expect(stockOf()).toEqual([20, 0]);
});
