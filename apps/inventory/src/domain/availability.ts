/**
 * Whether an item can be ordered, apart from its stock: staff may switch it off until a time, or until they switch it on again.
 * It is compared with the time at which an order is placed, also when the order is to be delivered later.
 */
import type { ItemId } from '@oms/contracts';
import type { Item } from './item.ts';

/** `until`: null if it is not known. */
export type UnavailableItem = { itemId: ItemId; itemName: string; until: Date | null };

/** Switched off until it is switched on: a time that does not come. */
export const withoutEnd = new Date('9999-12-31T00:00:00Z');

export function isAvailable({ unavailableUntil }: Pick<Item, 'unavailableUntil'>, at: Date): boolean {
  return unavailableUntil === null || unavailableUntil <= at;
}

/** When a switched-off item can be ordered again; null: it is not known. */
export function availableFrom({ unavailableUntil }: Pick<Item, 'unavailableUntil'>): Date | null {
  return unavailableUntil === null || unavailableUntil >= withoutEnd ? null : unavailableUntil;
}

/** The items of an order that cannot be ordered at this time. */
export function unavailableOf(lines: readonly { item: Item }[], at: Date): UnavailableItem[] {
  return lines
    .filter(({ item }) => !isAvailable(item, at))
    .map(({ item }) => ({ itemId: item.id, itemName: item.itemName, until: availableFrom(item) }));
}
