/** What orders hold of the stock: all or nothing, once, and never backwards. */
import type { ItemId, OrderId } from '@oms/contracts';
import { Refusal } from '@oms/service-kit/refusal';
import { beforeEach, describe, expect, test } from 'vitest';
import { handle, type Command, type ReplyTo, type Stock } from '../src/domain/stock.ts';

const at = new Date('2026-11-23T12:00:00Z');
const [pizza, cola] = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'] as [
  ItemId,
  ItemId,
];
const orderId = '00000000-0000-4000-8000-00000000000a' as OrderId;
const other = '00000000-0000-4000-8000-00000000000b' as OrderId;

let stock: Stock;
const act = <C extends Command>(command: C) => {
  const { reply, facts } = handle(stock, command);
  return { reply: reply as ReplyTo<C>, events: facts.map(({ event }) => event.type) };
};
const reserve = (lines: [ItemId, number][], order = orderId) =>
  act({
    type: 'Reserve',
    orderId: order,
    lines: lines.map(([itemId, quantity]) => ({ itemId, quantity })),
    by: 'order',
    at,
  }).reply;
const confirm = (attempt: number | null = null) => act({ type: 'Confirm', orderId, attempt, at }).reply.changed;
const sell = () => act({ type: 'Sell', orderId, at }).reply.changed;
const cancel = () =>
  act({ type: 'Release', orderId, attempt: null, orderPlaced: true, note: null, by: 'customer', at }).reply.changed;
const abandon = (attempt: number) =>
  act({ type: 'Release', orderId, attempt, orderPlaced: false, note: null, by: 'inventory', at }).reply.changed;
const shelf = (itemId = pizza) => {
  const { quantity, reserved } = stock.items.get(itemId)!;
  return [quantity, reserved];
};
const create = (itemId: ItemId, itemName: string, quantity: number) => {
  const particulars = { itemName, threshold: 0, unit: 'piece', priceCents: 950, category: 'Food' };
  const receipt = { callerId: 'staff', key: itemName, requestHash: itemName };
  act({ type: 'CreateItem', itemId, particulars, quantity, by: 'staff', at, receipt });
};

beforeEach(() => {
  stock = { items: new Map(), reservations: new Map(), granted: new Map(), names: new Map() };
  create(pizza, 'Margherita', 20);
  create(cola, 'Cola', 5);
});

describe('reserving', () => {
  test('takes all lines off the shelf and answers names and prices', () => {
    const line = { itemId: pizza, quantity: 3, itemName: 'Margherita', unitPriceCents: 950 };
    expect(reserve([[pizza, 3]])).toEqual({ orderId, outcome: 'RESERVED', attempt: 1, lines: [line] });
    expect(shelf()).toEqual([17, 3]);
  });

  test('takes nothing when one line is short, and says what is there', () => {
    const shortages = [{ itemId: cola, requested: 6, available: 5 }];
    expect(
      reserve([
        [pizza, 3],
        [cola, 6],
      ]),
    ).toEqual({ orderId, outcome: 'INSUFFICIENT_STOCK', shortages });
    expect([shelf(), shelf(cola)]).toEqual([
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
    expect(shelf()).toEqual([18, 2]);
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

describe('news of an order', () => {
  test('placed, then delivered: confirmed, then sold, each once', () => {
    reserve([[pizza, 3]]);
    expect([confirm(), confirm(), sell(), sell(), confirm()]).toEqual([true, false, true, false, false]);
    expect(stock.reservations.get(orderId)?.state).toBe('SOLD');
    expect(shelf()).toEqual([17, 0]);
  });

  test('cancelled: the stock is back, once', () => {
    reserve([[pizza, 3]]);
    confirm();
    expect([cancel(), cancel()]).toEqual([true, false]);
    expect(shelf()).toEqual([20, 0]);
  });

  test('cancelled before it is known to be placed: released, and not confirmed by the latecomer', () => {
    reserve([[pizza, 3]]);
    expect([cancel(), confirm()]).toEqual([true, false]);
    expect(stock.reservations.get(orderId)?.state).toBe('RELEASED');
  });

  test('delivered before it is known to be placed: sold', () => {
    reserve([[pizza, 3]]);
    expect([sell(), confirm(), cancel()]).toEqual([true, false, false]);
    expect(shelf()).toEqual([17, 0]);
  });

  test('that was never reserved changes nothing', () => {
    expect([confirm(), cancel(), sell()]).toEqual([false, false, false]);
  });
});

describe('an abandoned placement', () => {
  test('gives its stock back and can be tried again, as the next attempt', () => {
    reserve([[pizza, 3]]);
    expect([abandon(1), abandon(1)]).toEqual([true, false]);
    expect(reserve([[pizza, 4]])).toMatchObject({ outcome: 'RESERVED', attempt: 2, lines: [{ quantity: 4 }] });
    expect(shelf()).toEqual([16, 4]);
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

test('an order that was placed and cancelled is not reserved anew by a latecomer', () => {
  const first = reserve([[pizza, 3]]);
  confirm();
  cancel();
  expect(reserve([[pizza, 3]])).toEqual(first);
  expect(shelf()).toEqual([20, 0]);
});

describe('a numbered wish', () => {
  const receipt = { callerId: 'staff', key: 'monday', requestHash: 'restock pizza 5' };
  const restock = { type: 'Restock' as const, itemId: pizza, quantity: 5, by: 'staff', at, receipt };

  test('is granted once, and its answer stays the first one', () => {
    const { reply } = act(restock);
    reserve([[pizza, 1]]);
    expect(act(restock)).toEqual({ reply: { item: reply.item, replayed: true }, events: [] });
    expect(shelf()).toEqual([24, 1]);
  });

  test('is refused when its number was used for another wish, and told apart by who asks', () => {
    act(restock);
    const used = { ...restock, quantity: 6, receipt: { ...receipt, requestHash: 'restock pizza 6' } };
    expect(() => act(used)).toThrow(expect.objectContaining({ code: 'IDEMPOTENCY_KEY_REUSED' }) as Refusal);
    act({ ...restock, receipt: { ...receipt, callerId: 'another' } });
    expect(shelf()).toEqual([30, 0]);
  });
});

describe('a name', () => {
  const rename = (itemId: ItemId, itemName: string) =>
    act({ type: 'ChangeItem', itemId, changes: { itemName }, versions: null, by: 'staff', at });

  test('belongs to one item', () => {
    expect(() => rename(cola, 'Margherita')).toThrow(Refusal);
    expect(rename(cola, 'Cola').events).toEqual([]);
  });

  test('is free again after a change of name and after a removal', () => {
    rename(pizza, 'Napoli');
    rename(cola, 'Margherita');
    act({ type: 'RemoveItem', itemId: pizza, versions: null, by: 'staff', at });
    rename(cola, 'Napoli');
    expect(stock.names).toEqual(new Map([['Napoli', cola]]));
  });
});
