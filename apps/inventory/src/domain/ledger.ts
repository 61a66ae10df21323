/**
 * The ledger: one movement for each change of an item's `quantity`, so that the sum of an item's movements is its quantity.
 *
 * A repair always writes a movement, even one of 0: the running quantity is checked from there on.
 */
import type { ItemId, OrderId } from '@oms/contracts';
import type { MoveReason } from './item.ts';
import type { AppliedEvent } from './stock.ts';

export type MovementReason = MoveReason | 'CREATED' | 'DELETED' | 'RECONCILED';
export type Movement = {
  itemId: ItemId;
  delta: number;
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
  switch (event.type) {
    case 'StockMoved': {
      const { delta, reason, orderId, note, by, at } = event;
      return { ...after, delta, reason, orderId, note, changedBy: by, at };
    }
    case 'StockReconciled': {
      const { ledgerDelta: delta, orderId, note, by, at } = event;
      return { ...after, delta, reason: 'RECONCILED', orderId, note, changedBy: by, at };
    }
    case 'ItemCreated':
    case 'ItemRemoved': {
      if (event.quantity === 0) return null;
      const isCreated = event.type === 'ItemCreated';
      const [delta, reason] = isCreated
        ? ([event.quantity, 'CREATED'] as const)
        : ([-event.quantity, 'DELETED'] as const);
      return { ...after, delta, reason, orderId: null, note: null, changedBy: event.by, at: event.at };
    }
    default:
      return null;
  }
}
