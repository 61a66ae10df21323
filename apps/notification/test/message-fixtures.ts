// Messages as order and inventory send them, for tests to bend.
import { randomUUID } from 'node:crypto';
import type {
  EventId,
  ItemId,
  LowStock,
  OrderDue,
  OrderId,
  OrderLate,
  OrderPlaced,
  OrderStatusChanged,
  OutOfStock,
  PromiseId,
} from '@oms/contracts';
import type { CustomerId } from '@oms/contracts';

const occurredAt = new Date('2026-11-23T12:34:56.000Z');

export function orderPlaced(changes: Partial<OrderPlaced> = {}): OrderPlaced {
  return {
    eventId: randomUUID() as EventId,
    eventType: 'ORDER_PLACED',
    occurredAt,
    aggregateId: randomUUID() as OrderId,
    aggregateVersion: 1,
    customerId: randomUUID() as CustomerId,
    totalAmount: 3150,
    items: [
      {
        itemId: randomUUID() as ItemId,
        itemName: 'Margherita',
        quantity: 2,
        note: 'no <onions>',
        unitPrice: 950,
        lineTotal: 1900,
      },
      {
        itemId: randomUUID() as ItemId,
        itemName: 'Tiramisu',
        quantity: 1,
        note: null,
        unitPrice: 1250,
        lineTotal: 1250,
      },
    ],
    deliveryAddress: {
      line1: 'Main Street 1',
      line2: null,
      city: 'Springfield',
      postalCode: '12345',
      country: 'US',
      instructions: 'Ring twice',
    },
    promisedDeliveryAt: null,
    placedBy: null,
    placedByRole: null,
    deliverAt: null,
    dueAt: null,
    acceptBy: null,
    ...changes,
  };
}

/** Of a scheduled order. */
export function orderDue(changes: Partial<OrderDue> = {}): OrderDue {
  const { customerId, totalAmount, items, deliveryAddress } = orderPlaced();
  return {
    eventId: randomUUID() as EventId,
    eventType: 'ORDER_DUE',
    occurredAt,
    aggregateId: randomUUID() as OrderId,
    aggregateVersion: 2,
    customerId,
    totalAmount,
    items,
    deliveryAddress,
    deliverAt: new Date('2026-11-23T13:19:56.000Z'),
    promisedDeliveryAt: new Date('2026-11-23T13:19:56.000Z'),
    acceptBy: null,
    ...changes,
  };
}

export function orderLate(changes: Partial<OrderLate> = {}): OrderLate {
  return {
    eventId: randomUUID() as EventId,
    eventType: 'ORDER_LATE',
    occurredAt,
    aggregateId: randomUUID() as PromiseId,
    aggregateVersion: 1,
    orderId: randomUUID() as OrderId,
    customerId: randomUUID() as CustomerId,
    stage: 'PREPARING',
    promisedAt: occurredAt,
    ...changes,
  };
}

export function orderStatusChanged(changes: Partial<OrderStatusChanged> = {}): OrderStatusChanged {
  return {
    eventId: randomUUID() as EventId,
    eventType: 'ORDER_STATUS_CHANGED',
    occurredAt,
    aggregateId: randomUUID() as OrderId,
    aggregateVersion: 2,
    customerId: randomUUID() as CustomerId,
    fromStatus: 'PENDING',
    toStatus: 'CANCELLED',
    changedBy: randomUUID(),
    changedByRole: 'staff',
    reason: 'SOLD_OUT',
    note: null,
    restock: null,
    soldOutItemIds: null,
    ...changes,
  };
}

export function lowStock(changes: Partial<LowStock> = {}): LowStock {
  return { ...stockAlert(), eventType: 'LOW_STOCK', quantity: 4, ...changes };
}

export function outOfStock(changes: Partial<OutOfStock> = {}): OutOfStock {
  return { ...stockAlert(), eventType: 'OUT_OF_STOCK', quantity: 0, ...changes };
}

function stockAlert() {
  return {
    eventId: randomUUID() as EventId,
    occurredAt,
    aggregateId: randomUUID() as ItemId,
    aggregateVersion: 3,
    itemName: 'Mozzarella',
    threshold: 10,
    unit: 'kg',
    category: 'cheese',
  };
}
