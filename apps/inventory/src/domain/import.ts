/**
 * One row of an import: what an item is called and costs, and what is on its shelf.
 *
 * - The name says which item it is, by its normal form. An unknown name creates the item; a known one changes its details and counts it.
 * - A count respects what is promised to orders, like every other count. Of an item that is as the row says nothing changes, not even its ledger:
 *   the same file again changes nothing.
 */
import type { ItemId } from '@oms/contracts';
import { Refusal } from '@oms/service-kit/refusal';
import { nameKeyOf } from './item-name.ts';
import {
  changeItem,
  count,
  createItem,
  evolveItem,
  onHandOf,
  type Item,
  type ItemDetails,
  type ItemEvent,
} from './item.ts';
import { applyEvents, type Decision, type Stock } from './stock.ts';

export type ImportItem = {
  type: 'ImportItem';
  /** That of the item with the name, or of the item to create. */
  itemId: ItemId;
  isKnown: boolean;
  details: ItemDetails;
  onHand: number;
  by: string;
  at: Date;
};
export type ImportReply = { created: boolean; changed: boolean };

/** The item with this name is another one by now: the rows must be looked up again. */
export class StaleNameError extends Error {}

/** @throws Refusal DUPLICATE_ITEM_NAME, or StaleNameError */
export function decideImport(stock: Stock, command: ImportItem): Decision<ImportReply> {
  const { itemId, isKnown, details } = command;
  const owners = stock.itemIdsByName.get(nameKeyOf(details.itemName)) ?? [];
  if (owners.length > 1) {
    throw new Refusal('DUPLICATE_ITEM_NAME', `is the name of ${owners.length} items; rename all but one of them first`);
  }
  const item = stock.items.get(itemId);
  if (isKnown ? !item || owners[0] !== itemId : owners.length > 0) {
    throw new StaleNameError(`The item named "${details.itemName}" is another one by now.`);
  }
  const applied = applyEvents(stock, importItem(item, command));
  return { reply: { created: !isKnown, changed: applied.length > 0 }, applied };
}

export function importItem(item: Item | undefined, { itemId, details, onHand, by, at }: ImportItem): ItemEvent[] {
  if (!item) return createItem(undefined, { type: 'CreateItem', itemId, details, quantity: onHand, by, at });
  const changes = changeItem(item, { type: 'ChangeItem', itemId, changes: details, versions: null, by, at });
  const changed = changes.reduce<Item>((state, event) => evolveItem(state, event), item);
  if (onHandOf(changed) === onHand) return changes;
  return [...changes, ...count(changed, { type: 'Count', itemId, onHand, note: 'imported', by, at })];
}
