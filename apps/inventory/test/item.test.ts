/** What may happen to one item, and when people are told. */
import type { ItemId, OrderId } from '@oms/contracts';
import { specify } from '@oms/test-kit';
import { describe, expect, test } from 'vitest';
import {
  adjust,
  changeItem,
  createItem,
  evolveItem,
  moveStock,
  QUANTITY_MAX,
  removeItem,
  restock,
  type Item,
  type ItemEvent,
} from '../src/domain/item.ts';

const itemId = '6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11' as ItemId;
const orderId = '0b0f7cb6-55a5-4d7e-8d8e-6a1f6f3f0c01' as OrderId;
const told = { itemId, by: 'staff', at: new Date('2026-11-23T12:00:00Z') };
const particulars = { itemName: 'Margherita', threshold: 10, unit: 'piece', priceCents: 950, category: 'Pizza' };

const created = (quantity: number, threshold = 10): ItemEvent => {
  return { type: 'ItemCreated', particulars: { ...particulars, threshold }, quantity, ...told };
};
const moved = (delta: number, reason: 'RESTOCKED' | 'ADJUSTED' | 'RESERVED' | 'RELEASED'): ItemEvent => {
  const orders = reason === 'RESERVED' || reason === 'RELEASED';
  return {
    type: 'StockMoved',
    delta,
    reason,
    orderId: orders ? orderId : null,
    note: reason === 'ADJUSTED' ? 'counted' : null,
    ...told,
  };
};
const ranLow: ItemEvent = { type: 'StockRanLow', itemId, at: told.at };
const ranOut: ItemEvent = { type: 'StockRanOut', itemId, at: told.at };

const rule = <C>(decide: (item: Item | undefined, command: C) => ItemEvent[]) =>
  specify<Item | undefined, C, ItemEvent>({ initial: undefined, evolve: evolveItem, decide });
const adjusting = (delta: number) => ({ type: 'Adjust' as const, delta, note: 'counted', ...told });
const restocking = (quantity: number) => ({ type: 'Restock' as const, quantity, ...told });
const changing = (changes: Partial<typeof particulars>, versions: number[] | null = null) => {
  return { type: 'ChangeItem' as const, changes, versions, ...told };
};
const removing = (versions: number[] | null = null) => ({ type: 'RemoveItem' as const, versions, ...told });

describe('an item', () => {
  test('is created once, however often the same creation is asked for', () => {
    const command = { type: 'CreateItem' as const, particulars, quantity: 20, ...told };
    rule(createItem).given().when(command).thenOnce(created(20));
  });

  test('changes by what is different only, and once', () => {
    const command = changing({ itemName: 'Margherita', priceCents: 1050 });
    rule(changeItem)
      .given(created(20))
      .when(command)
      .thenOnce({ type: 'ItemChanged', changes: { priceCents: 1050 }, ...told });
  });

  test('is not changed from a version that is not the newest', () => {
    rule(changeItem)
      .given(created(20), moved(5, 'RESTOCKED'))
      .when(changing({ priceCents: 1 }, [1]))
      .refuses('PRECONDITION_FAILED');
    rule(changeItem)
      .given(created(20))
      .when(changing({ priceCents: 1 }, []))
      .refuses('PRECONDITION_FAILED');
  });

  test('that already is as wished needs no change, whatever version the wish was meant for', () => {
    rule(changeItem)
      .given(created(20))
      .when(changing({ priceCents: 950 }, [7]))
      .then();
  });

  test('that is not there, or no longer, cannot be changed, restocked, adjusted or removed', () => {
    const gone: ItemEvent[] = [created(0), { type: 'ItemRemoved', quantity: 0, ...told }];
    for (const history of [[], gone]) {
      rule(changeItem)
        .given(...history)
        .when(changing({ priceCents: 1 }))
        .refuses('NOT_FOUND');
      rule(restock)
        .given(...history)
        .when(restocking(1))
        .refuses('NOT_FOUND');
      rule(adjust)
        .given(...history)
        .when(adjusting(1))
        .refuses('NOT_FOUND');
      rule(removeItem)
        .given(...history)
        .when(removing())
        .refuses('NOT_FOUND');
    }
  });

  test('is removed once, with what is left of it', () => {
    rule(removeItem)
      .given(created(7))
      .when(removing([1]))
      .thenOnce({ type: 'ItemRemoved', quantity: 7, ...told });
    rule(removeItem)
      .given(created(7))
      .when(removing([2]))
      .refuses('PRECONDITION_FAILED');
  });

  test('that open reservations hold cannot be removed until they are sold or given back', () => {
    const held = [created(20), moved(-5, 'RESERVED')];
    rule(removeItem)
      .given(...held)
      .when(removing())
      .refuses('ITEM_HAS_OPEN_RESERVATIONS');
    rule(removeItem)
      .given(...held, moved(5, 'RELEASED'))
      .when(removing())
      .then({ type: 'ItemRemoved', quantity: 20, ...told });
    const sold: ItemEvent = { type: 'StockSold', itemId, quantity: 5 };
    rule(removeItem)
      .given(...held, sold)
      .when(removing())
      .then({ type: 'ItemRemoved', quantity: 15, ...told });
  });

  test('has a version for each change, and none for a sale', () => {
    const history: ItemEvent[] = [
      created(20),
      moved(-5, 'RESERVED'),
      ranLow,
      { type: 'StockSold', itemId, quantity: 5 },
      moved(1, 'RESTOCKED'),
    ];
    const item = history.reduce<Item | undefined>(evolveItem, undefined);
    expect(item).toMatchObject({ quantity: 16, reserved: 0, version: 3 });
  });
});

describe('the quantity', () => {
  test('is never below zero', () => {
    rule(adjust).given(created(3, 0)).when(adjusting(-3)).then(moved(-3, 'ADJUSTED'), ranOut);
    rule(adjust).given(created(3)).when(adjusting(-4)).refuses('INSUFFICIENT_STOCK');
  });

  test('and what is reserved together never exceed an INTEGER, so that a release always fits', () => {
    const nearlyFull = [created(QUANTITY_MAX), moved(-10, 'RESERVED')];
    rule(restock)
      .given(...nearlyFull)
      .when(restocking(1))
      .refuses('QUANTITY_TOO_LARGE');
    rule(adjust)
      .given(...nearlyFull)
      .when(adjusting(1))
      .refuses('QUANTITY_TOO_LARGE');
    rule(restock)
      .given(created(QUANTITY_MAX - 1))
      .when(restocking(1))
      .then(moved(1, 'RESTOCKED'));
  });
});

describe('LOW_STOCK', () => {
  test('is told when the quantity falls below the threshold, not at it', () => {
    rule(adjust).given(created(11)).when(adjusting(-1)).then(moved(-1, 'ADJUSTED'));
    rule(adjust).given(created(10)).when(adjusting(-1)).then(moved(-1, 'ADJUSTED'), ranLow);
  });

  test('is told once until the item has been back', () => {
    rule(adjust).given(created(9)).when(adjusting(-1)).then(moved(-1, 'ADJUSTED'));
    rule(adjust).given(created(9), moved(1, 'RESTOCKED')).when(adjusting(-1)).then(moved(-1, 'ADJUSTED'), ranLow);
  });

  test('is told when the threshold is raised over the quantity, and armed anew when it is lowered', () => {
    rule(changeItem)
      .given(created(20))
      .when(changing({ threshold: 21 }))
      .thenOnce({ type: 'ItemChanged', changes: { threshold: 21 }, ...told }, ranLow);
    rule(changeItem)
      .given(created(5))
      .when(changing({ threshold: 8 }))
      .then({ type: 'ItemChanged', changes: { threshold: 8 }, ...told });
    const lowered: ItemEvent = { type: 'ItemChanged', changes: { threshold: 5 }, ...told };
    rule(adjust).given(created(5), lowered).when(adjusting(-1)).then(moved(-1, 'ADJUSTED'), ranLow);
  });

  test('is told of no item that starts low', () => {
    rule(createItem)
      .given()
      .when({ type: 'CreateItem', particulars, quantity: 0, ...told })
      .then(created(0));
  });
});

describe('OUT_OF_STOCK', () => {
  test('is told when the quantity reaches zero, beside LOW_STOCK when the same step crosses both', () => {
    rule(adjust).given(created(4)).when(adjusting(-4)).then(moved(-4, 'ADJUSTED'), ranOut);
    rule(adjust).given(created(12)).when(adjusting(-12)).then(moved(-12, 'ADJUSTED'), ranLow, ranOut);
  });

  test('is told of reservations too', () => {
    const item = evolveItem(undefined, created(12));
    const move = { delta: -12, reason: 'RESERVED', orderId, note: null } as const;
    expect(moveStock(item, move, told)).toEqual([moved(-12, 'RESERVED'), ranLow, ranOut]);
  });
});
