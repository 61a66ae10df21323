// The life of an order in messages: version 1 places it, each further version changes its status.

import { randomUUID } from 'node:crypto';
import type {
  CustomerId,
  EventId,
  ItemId,
  LowStock,
  OutgoingMessage,
  NewOrder,
  OrderId,
  OrderStatusChange,
  OrderStatusChanged,
  OutOfStock,
} from '@oms/contracts';

export const customerId = randomUUID() as string as CustomerId;

export function newOrderId(): OrderId {
  return randomUUID() as string as OrderId;
}

export function placed(orderId: OrderId): Extract<OutgoingMessage, { eventType: 'ORDER_PLACED' }> {
  return {
    ...head('ORDER_PLACED', orderId, 1),
    customerId,
    totalAmount: 2_500,
    items: [line()],
    deliveryAddress: {
      line1: '1 Main Street',
      line2: null,
      city: 'Springfield',
      postalCode: '12345',
      country: 'US',
      instructions: null,
    },
    promisedDeliveryAt: null,
  };
}

export function newOrder(orderId: OrderId): NewOrder {
  return { ...head('NEW_ORDER', orderId, 1), customerId, totalAmount: 2_500, items: [line()], deliverAt: null };
}

export function changed(orderId: OrderId, version: number): OrderStatusChanged {
  return {
    ...head('ORDER_STATUS_CHANGED', orderId, version),
    customerId,
    fromStatus: 'PENDING',
    toStatus: 'PREPARING',
    changedBy: customerId,
    changedByRole: 'staff',
    reason: null,
    note: null,
    restock: null,
    soldOutItemIds: null,
  };
}

/** The same for analytics. */
export function change(orderId: OrderId, version: number): OrderStatusChange {
  const fields = { fromStatus: 'PENDING', toStatus: 'PREPARING', totalAmount: 2_500, reason: null } as const;
  return { ...head('ORDER_STATUS_CHANGE', orderId, version), ...fields };
}

export function alert<T extends 'LOW_STOCK' | 'OUT_OF_STOCK'>(
  eventType: T,
  itemId: ItemId,
  version: number,
): LowStock | OutOfStock {
  const fields = { itemName: 'Pizza', quantity: 0, threshold: 5, unit: 'piece', category: 'mains' };
  return { ...head(eventType, itemId, version), ...fields } as LowStock | OutOfStock;
}

/** Versions 1 to `count` of a new order. */
export function life(count: number, orderId = newOrderId()): OutgoingMessage[] {
  return Array.from({ length: count }, (_, i) => (i === 0 ? placed(orderId) : changed(orderId, i + 1)));
}

function head<T extends string, Id extends string>(eventType: T, aggregateId: Id, aggregateVersion: number) {
  const eventId = randomUUID() as string as EventId;
  return { eventId, eventType, occurredAt: new Date(), aggregateId, aggregateVersion };
}

function line() {
  return {
    itemId: randomUUID() as string as ItemId,
    itemName: 'Pizza',
    quantity: 2,
    unitPrice: 1_250,
    lineTotal: 2_500,
  };
}
