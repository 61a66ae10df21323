// Stock levels: the newest quantity, threshold and price of each item (INVENTORY_UPDATE).
import type { Cents, Message } from '@oms/contracts';
import { newer, rowPerKey } from './rows.ts';

export type StockLevel = {
  itemId: string;
  itemName: string;
  category: string;
  unit: string;
  quantity: number;
  threshold: number;
  priceCents: Cents;
  /** Below its threshold. */
  low: boolean;
  /** A deleted item keeps its row: a late update must not bring it back. */
  deleted: boolean;
  version: number;
  updatedAt: Date;
};

/** Folds messages into one level per item; other messages are ignored. */
export function foldStockLevels(messages: readonly Message[]): StockLevel[] {
  return mergeStockLevels([messages.flatMap((message) => levelOf(message) ?? [])]);
}

/** Merges the levels of several folds. */
export function mergeStockLevels(folds: readonly StockLevel[][]): StockLevel[] {
  return rowPerKey(folds.flat(), ({ itemId }) => itemId, newer);
}

function levelOf(message: Message): StockLevel | undefined {
  if (message.eventType !== 'INVENTORY_UPDATE') return undefined;
  const { itemName, category, unit, quantity, threshold } = message;
  return {
    itemId: message.aggregateId,
    itemName,
    category,
    unit,
    quantity,
    threshold,
    priceCents: message.price,
    low: quantity < threshold,
    deleted: message.reason === 'DELETED',
    version: message.aggregateVersion,
    updatedAt: message.occurredAt,
  };
}
