/** What other services hear of an order: each event in the words of the contracts, the one place that maps them. */

import type { EventId, Message } from '@oms/contracts';
import type { Order, OrderEvent } from './order.ts';

/** The messages of `event`; `order` is the order after it. The first is the one on order-events. */
export function messagesOf(order: Order, event: OrderEvent, newId: () => EventId): [Message, ...Message[]] {
  const common = { occurredAt: event.at, aggregateId: order.id, aggregateVersion: order.version };
  const { customerId, totalCents: totalAmount } = order;
  if (event.type === 'OrderPlaced') {
    const items = event.lines.map(({ unitPriceCents: unitPrice, lineTotalCents: lineTotal, ...line }) => ({
      ...{ itemId: line.itemId, itemName: line.itemName, quantity: line.quantity },
      ...{ unitPrice, lineTotal },
    }));
    const placed = { ...common, customerId, totalAmount, items };
    const { deliveryAddress, promisedDeliveryAt } = event;
    const delivery = { deliveryAddress: { ...deliveryAddress }, promisedDeliveryAt };
    return [
      { ...placed, ...delivery, eventId: newId(), eventType: 'ORDER_PLACED' },
      { ...placed, eventId: newId(), eventType: 'NEW_ORDER' },
    ];
  }
  const { from: fromStatus, to: toStatus, by, reason, note } = event;
  const changed = { ...common, fromStatus, toStatus };
  const who = { changedBy: by.id, changedByRole: by.role, reason, note };
  return [
    { ...changed, ...who, customerId, eventId: newId(), eventType: 'ORDER_STATUS_CHANGED' },
    { ...changed, totalAmount, eventId: newId(), eventType: 'ORDER_STATUS_CHANGE' },
  ];
}
