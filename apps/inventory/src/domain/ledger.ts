/** The ledger tells each change of an item's `quantity`, once; the sum of an item's movements is its quantity. A repair is told even when it moves nothing. */
import type { ItemId, OrderId } from '@oms/contracts';
import type { MoveReason } from './item.ts';
import type { Fact } from './stock.ts';

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

/** An item opens with what it is created with and closes with what is left; nothing is written where nothing moved. */
export function movementOf({ event, item }: Fact): Movement | null {
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
      const opens = event.type === 'ItemCreated';
      const [delta, reason] = opens ? ([event.quantity, 'CREATED'] as const) : ([-event.quantity, 'DELETED'] as const);
      return { ...after, delta, reason, orderId: null, note: null, changedBy: event.by, at: event.at };
    }
    default:
      return null;
  }
}
