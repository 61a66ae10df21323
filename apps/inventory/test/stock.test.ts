/** Commands with an idempotency key, and names that are taken. */
import type { ItemId } from '@oms/contracts';
import { Refusal } from '@oms/service-kit/refusal';
import { beforeEach, describe, expect, test } from 'vitest';
import { act, at, cola, pizza, reserve, restart, stockOf, stock } from './stock-fixture.ts';

beforeEach(restart);

describe('a command with an Idempotency-Key', () => {
  const idempotency = { callerId: 'staff', key: 'monday', requestHash: 'restock pizza 5' };
  const restock = { type: 'Restock' as const, itemId: pizza, quantity: 5, by: 'staff', at, idempotency };

  test('is carried out once, and its reply stays the first one', () => {
    const { reply } = act(restock);
    reserve([[pizza, 1]]);
    expect(act(restock)).toEqual({ reply: { item: reply.item, replayed: true }, events: [] });
    expect(stockOf()).toEqual([24, 1]);
  });

  test('is refused when its key was used for another request; keys of different callers are different', () => {
    act(restock);
    const used = { ...restock, quantity: 6, idempotency: { ...idempotency, requestHash: 'restock pizza 6' } };
    expect(() => act(used)).toThrow(expect.objectContaining({ code: 'IDEMPOTENCY_KEY_REUSED' }) as Refusal);
    act({ ...restock, idempotency: { ...idempotency, callerId: 'another' } });
    expect(stockOf()).toEqual([30, 0]);
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
    expect(stock.itemIdsByName).toEqual(new Map([['napoli', [cola]]]));
  });
});
