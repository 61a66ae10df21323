/** Short functions for the commands and events of one item, for the tests of its rules. */
import type { ItemId, OrderId } from '@oms/contracts';
import { specify } from '@oms/test-kit';
import { evolveItem, type Item, type ItemEvent } from '../src/domain/item.ts';

export const itemId = '6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11' as ItemId;
export const orderId = '0b0f7cb6-55a5-4d7e-8d8e-6a1f6f3f0c01' as OrderId;
export const origin = { itemId, by: 'staff', at: new Date('2026-11-23T12:00:00Z') };
export const details = { itemName: 'Margherita', threshold: 10, unit: 'piece', priceCents: 950, category: 'Pizza' };

export const created = (quantity: number, threshold = 10): ItemEvent => {
  return { type: 'ItemCreated', details: { ...details, threshold }, quantity, ...origin };
};
export const moved = (delta: number, reason: 'RESTOCKED' | 'ADJUSTED' | 'RESERVED' | 'RELEASED'): ItemEvent => {
  const orders = reason === 'RESERVED' || reason === 'RELEASED';
  return {
    type: 'StockMoved',
    delta,
    shortDelta: 0,
    reservedDelta: orders ? 0 - delta : 0,
    writtenOff: 0,
    reason,
    orderId: orders ? orderId : null,
    note: reason === 'ADJUSTED' ? 'counted' : null,
    ...origin,
  };
};
export const ranLow: ItemEvent = { type: 'StockRanLow', itemId, at: origin.at };
export const ranOut: ItemEvent = { type: 'StockRanOut', itemId, at: origin.at };

export const rule = <C>(decide: (item: Item | undefined, command: C) => ItemEvent[]) =>
  specify<Item | undefined, C, ItemEvent>({ initial: undefined, evolve: evolveItem, decide });
export const adjusting = (delta: number) => ({ type: 'Adjust' as const, delta, note: 'counted', ...origin });
export const restocking = (quantity: number) => ({ type: 'Restock' as const, quantity, ...origin });
export const changing = (changes: Partial<typeof details>, versions: number[] | null = null) => {
  return { type: 'ChangeItem' as const, changes, versions, ...origin };
};
export const removing = (versions: number[] | null = null) => ({ type: 'RemoveItem' as const, versions, ...origin });
