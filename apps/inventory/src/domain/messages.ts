/** What others hear of an item: INVENTORY_UPDATE for each change, and beside it, with the same version, the alerts that it set off. */
import type { EventId, InventoryUpdate, Message } from '@oms/contracts';
import type { ItemEvent } from './item.ts';
import type { Fact } from './stock.ts';

export function messagesOf({ event, item }: Fact, newEventId: () => EventId): Message[] {
  if (event.type === 'StockSold') return [];
  const { itemName, quantity, threshold, unit, category } = item;
  const common = { eventId: newEventId(), occurredAt: event.at, aggregateId: item.id, aggregateVersion: item.version };
  const told = { ...common, itemName, quantity, threshold, unit, category };
  if (event.type === 'StockRanLow') return [{ ...told, eventType: 'LOW_STOCK' }];
  if (event.type === 'StockRanOut') return [{ ...told, eventType: 'OUT_OF_STOCK' }];
  return [{ ...told, eventType: 'INVENTORY_UPDATE', price: item.priceCents, ...changeOf(event) }];
}

type Changing = Exclude<ItemEvent, { type: 'StockSold' | 'StockRanLow' | 'StockRanOut' }>;

function changeOf(event: Changing): Pick<InventoryUpdate, 'delta' | 'reason' | 'orderId'> {
  switch (event.type) {
    case 'ItemCreated':
      return { delta: event.quantity, reason: 'CREATED', orderId: null };
    case 'ItemChanged':
      return { delta: 0, reason: 'CHANGED', orderId: null };
    case 'StockMoved':
      return { delta: event.delta, reason: event.reason, orderId: event.orderId };
    case 'StockReconciled':
      // The contract's word for stock set right by hand; consumers go by the quantity.
      return { delta: event.quantityDelta, reason: 'ADJUSTED', orderId: event.orderId };
    case 'ItemRemoved':
      // 0 - quantity, as the negative of nothing would be -0
      return { delta: 0 - event.quantity, reason: 'DELETED', orderId: null };
  }
}
