/**
 * The ledger: one movement for each change of an item's `quantity` or `short`, so that the sums of an item's movements are its quantity and
 * what it is short of. What is written off is a movement as well, with the units in a column of their own.
 *
 * A repair and a count always write a movement, even one of 0: from a repair on, the running quantity is checked again.
 */
import type { ItemId, OrderId } from '@oms/contracts';
import type { MoveReason } from './item.ts';
import type { AppliedEvent } from './stock.ts';

export type MovementReason = MoveReason | 'CREATED' | 'DELETED' | 'RECONCILED';
export type Movement = {
  itemId: ItemId;
  delta: number;
  shortDelta: number;
  /** Units of the order that do not come back. */
  writtenOff: number;
  quantityAfter: number;
  reason: MovementReason;
  orderId: OrderId | null;
  note: string | null;
  changedBy: string;
  itemVersion: number;
  at: Date;
};

/** The first movement of an item is its initial quantity, the last one what it had when it was deleted. Null: no quantity changed. */
export function movementOf({ event, item }: AppliedEvent): Movement | null {
  const after = { itemId: item.id, quantityAfter: item.quantity, itemVersion: item.version };
  const noUnits = { shortDelta: 0, writtenOff: 0 };
  switch (event.type) {
    case 'StockMoved': {
      const { delta, shortDelta, writtenOff, reason, orderId, note, by, at } = event;
      return { ...after, delta, shortDelta, writtenOff, reason, orderId, note, changedBy: by, at };
    }
    case 'StockReconciled': {
      const { ledgerDelta: delta, ledgerShortDelta: shortDelta, writtenOff, orderId, note, by, at } = event;
      return { ...after, delta, shortDelta, writtenOff, reason: 'RECONCILED', orderId, note, changedBy: by, at };
    }
    case 'ItemCreated':
    case 'ItemRemoved': {
      if (event.quantity === 0) return null;
      const isCreated = event.type === 'ItemCreated';
      const [delta, reason] = isCreated
        ? ([event.quantity, 'CREATED'] as const)
        : ([-event.quantity, 'DELETED'] as const);
      return { ...after, ...noUnits, delta, reason, orderId: null, note: null, changedBy: event.by, at: event.at };
    }
    default:
      return null;
  }
}
