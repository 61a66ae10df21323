/** The messages that inventory publishes: INVENTORY_UPDATE for each change of an item, and the alerts that the same change raised. */
import type { EventId, EventType, InventoryUpdate, Message } from '@oms/contracts';
import type { ItemEvent, MoveReason } from './item.ts';
import type { AppliedEvent } from './stock.ts';

/** Everything that this service publishes. Documents and the ACLs on Kafka are made from this list. */
export const publishes = ['INVENTORY_UPDATE', 'LOW_STOCK', 'OUT_OF_STOCK'] as const satisfies readonly EventType[];

export function messagesOf({ event, item }: AppliedEvent, newEventId: () => EventId): Message[] {
  if (event.type === 'StockTaken') return [];
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
  const { short, priceCents: price, unavailableUntil } = item;
  return [{ ...content, eventType: 'INVENTORY_UPDATE', price, short, unavailableUntil, ...changeOf(event) }];
}

type ChangeEvent = Exclude<ItemEvent, { type: 'StockTaken' | 'StockRanLow' | 'StockRanOut' }>;
type Change = Pick<InventoryUpdate, 'delta' | 'shortDelta' | 'writtenOff' | 'reason' | 'orderId'>;

function changeOf(event: ChangeEvent): Change {
  const noUnits = { shortDelta: 0, writtenOff: 0, orderId: null };
  switch (event.type) {
    case 'ItemCreated':
      return { ...noUnits, delta: event.quantity, reason: 'CREATED' };
    case 'ItemChanged':
      return { ...noUnits, delta: 0, reason: 'CHANGED' };
    case 'StockMoved': {
      const { delta, shortDelta, writtenOff, orderId } = event;
      return { delta, shortDelta, writtenOff, reason: publishedReasonOf(event.reason), orderId };
    }
    case 'StockReconciled': {
      const { quantityDelta, ledgerShortDelta: shortDelta, writtenOff, orderId } = event;
      return { delta: quantityDelta, shortDelta, writtenOff, reason: 'ADJUSTED', orderId };
    }
    case 'ItemRemoved':
      // 0 - quantity, because -quantity would be -0 for an empty item
      return { ...noUnits, delta: 0 - event.quantity, reason: 'DELETED' };
  }
}

/** The contract has no reasons of their own for repairs, counts and what is written off: ADJUSTED is its word for a correction. */
function publishedReasonOf(reason: MoveReason): InventoryUpdate['reason'] {
  return reason === 'COUNTED' || reason === 'WRITTEN_OFF' ? 'ADJUSTED' : reason;
}
