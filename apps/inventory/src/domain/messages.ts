/** The messages that inventory publishes: INVENTORY_UPDATE for each change of an item, and the alerts that the same change raised. */
import type { EventId, EventType, InventoryUpdate, Message } from '@oms/contracts';
import type { ItemEvent } from './item.ts';
import type { AppliedEvent } from './stock.ts';

/** Everything that this service publishes. Documents and the ACLs on Kafka are made from this list. */
export const publishes = ['INVENTORY_UPDATE', 'LOW_STOCK', 'OUT_OF_STOCK'] as const satisfies readonly EventType[];

export function messagesOf({ event, item }: AppliedEvent, newEventId: () => EventId): Message[] {
  if (event.type === 'StockSold') return [];
  const { itemName, quantity, threshold, unit, category } = item;
  const envelope = {
    eventId: newEventId(),
    occurredAt: event.at,
    aggregateId: item.id,
    aggregateVersion: item.version,
  };
  const content = { ...envelope, itemName, quantity, threshold, unit, category };
  if (event.type === 'StockRanLow') return [{ ...content, eventType: 'LOW_STOCK' }];
  if (event.type === 'StockRanOut') return [{ ...content, eventType: 'OUT_OF_STOCK' }];
  return [{ ...content, eventType: 'INVENTORY_UPDATE', price: item.priceCents, ...changeOf(event) }];
}

type ChangeEvent = Exclude<ItemEvent, { type: 'StockSold' | 'StockRanLow' | 'StockRanOut' }>;

function changeOf(event: ChangeEvent): Pick<InventoryUpdate, 'delta' | 'reason' | 'orderId'> {
  switch (event.type) {
    case 'ItemCreated':
      return { delta: event.quantity, reason: 'CREATED', orderId: null };
    case 'ItemChanged':
      return { delta: 0, reason: 'CHANGED', orderId: null };
    case 'StockMoved':
      return { delta: event.delta, reason: event.reason, orderId: event.orderId };
    case 'StockReconciled':
      // The contract has no reason of its own for a repair: ADJUSTED is its word for a corrected quantity.
      return { delta: event.quantityDelta, reason: 'ADJUSTED', orderId: event.orderId };
    case 'ItemRemoved':
      // 0 - quantity, because -quantity would be -0 for an empty item
      return { delta: 0 - event.quantity, reason: 'DELETED', orderId: null };
  }
}
