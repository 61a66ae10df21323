/** What may happen to one item. */
import { describe, expect, test } from 'vitest';
import {
  adjust,
  changeItem,
  createItem,
  evolveItem,
  QUANTITY_MAX,
  removeItem,
  restock,
  type Item,
  type ItemEvent,
} from '../src/domain/item.ts';
import {
  itemId,
  origin,
  details,
  created,
  moved,
  ranLow,
  ranOut,
  rule,
  adjusting,
  restocking,
  changing,
  removing,
} from './item-commands.ts';

describe('an item', () => {
  test('is created once, however often the same creation is asked for', () => {
    const command = { type: 'CreateItem' as const, details, quantity: 20, ...origin };
    rule(createItem).given().when(command).thenOnce(created(20));
  });

  test('changes by what is different only, and once', () => {
    const command = changing({ itemName: 'Margherita', priceCents: 1050 });
    rule(changeItem)
      .given(created(20))
      .when(command)
      .thenOnce({ type: 'ItemChanged', changes: { priceCents: 1050 }, ...origin });
  });

  test('is not changed from a version of its details that is not the newest; stock moves leave that version', () => {
    const renamed: ItemEvent = { type: 'ItemChanged', changes: { itemName: 'Napoli' }, ...origin };
    const cheaper: ItemEvent = { type: 'ItemChanged', changes: { priceCents: 1 }, ...origin };
    rule(changeItem)
      .given(created(20), renamed)
      .when(changing({ priceCents: 1 }, [1]))
      .refuses('PRECONDITION_FAILED');
    rule(changeItem)
      .given(created(20), renamed, moved(5, 'RESTOCKED'))
      .when(changing({ priceCents: 1 }, [2]))
      .thenOnce(cheaper);
    rule(changeItem)
      .given(created(20))
      .when(changing({ priceCents: 1 }, []))
      .refuses('PRECONDITION_FAILED');
  });

  test('that already has the requested values needs no change, whatever version the request expects', () => {
    rule(changeItem)
      .given(created(20))
      .when(changing({ priceCents: 950 }, [7]))
      .then();
  });

  test('that is not there, or no longer, cannot be changed, restocked, adjusted or removed', () => {
    const gone: ItemEvent[] = [created(0), { type: 'ItemRemoved', quantity: 0, ...origin }];
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
      .thenOnce({ type: 'ItemRemoved', quantity: 7, ...origin });
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
      .then({ type: 'ItemRemoved', quantity: 20, ...origin });
    const sold: ItemEvent = { type: 'StockTaken', itemId, quantity: 5 };
    rule(removeItem)
      .given(...held, sold)
      .when(removing())
      .then({ type: 'ItemRemoved', quantity: 15, ...origin });
  });

  test('has a version for each change, and none for a sale', () => {
    const history: ItemEvent[] = [
      created(20),
      moved(-5, 'RESERVED'),
      ranLow,
      { type: 'StockTaken', itemId, quantity: 5 },
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
