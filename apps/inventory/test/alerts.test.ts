/** When LOW_STOCK and OUT_OF_STOCK are published. */
import { describe, expect, test } from 'vitest';
import { adjust, changeItem, createItem, evolveItem, moveStock, noMove, type ItemEvent } from '../src/domain/item.ts';
import {
  orderId,
  origin,
  details,
  created,
  moved,
  ranLow,
  ranOut,
  rule,
  adjusting,
  changing,
} from './item-commands.ts';

describe('LOW_STOCK', () => {
  test('is published when the quantity falls below the threshold, not at it', () => {
    rule(adjust).given(created(11)).when(adjusting(-1)).then(moved(-1, 'ADJUSTED'));
    rule(adjust).given(created(10)).when(adjusting(-1)).then(moved(-1, 'ADJUSTED'), ranLow);
  });

  test('is published once until the item has been back', () => {
    rule(adjust).given(created(9)).when(adjusting(-1)).then(moved(-1, 'ADJUSTED'));
    rule(adjust).given(created(9), moved(1, 'RESTOCKED')).when(adjusting(-1)).then(moved(-1, 'ADJUSTED'), ranLow);
  });

  test('is published when the threshold is raised over the quantity, and armed again when it is lowered', () => {
    rule(changeItem)
      .given(created(20))
      .when(changing({ threshold: 21 }))
      .thenOnce({ type: 'ItemChanged', changes: { threshold: 21 }, ...origin }, ranLow);
    rule(changeItem)
      .given(created(5))
      .when(changing({ threshold: 8 }))
      .then({ type: 'ItemChanged', changes: { threshold: 8 }, ...origin });
    const lowered: ItemEvent = { type: 'ItemChanged', changes: { threshold: 5 }, ...origin };
    rule(adjust).given(created(5), lowered).when(adjusting(-1)).then(moved(-1, 'ADJUSTED'), ranLow);
  });

  test('is published for no item that starts low', () => {
    rule(createItem)
      .given()
      .when({ type: 'CreateItem', details, quantity: 0, ...origin })
      .then(created(0));
  });
});

describe('OUT_OF_STOCK', () => {
  test('is published when the quantity reaches zero, beside LOW_STOCK when the same step crosses both', () => {
    rule(adjust).given(created(4)).when(adjusting(-4)).then(moved(-4, 'ADJUSTED'), ranOut);
    rule(adjust).given(created(12)).when(adjusting(-12)).then(moved(-12, 'ADJUSTED'), ranLow, ranOut);
  });

  test('is published for reservations too', () => {
    const item = evolveItem(undefined, created(12));
    const move = { ...noMove, delta: -12, reservedDelta: 12, reason: 'RESERVED', orderId } as const;
    expect(moveStock(item, move, origin)).toEqual([moved(-12, 'RESERVED'), ranLow, ranOut]);
  });
});
