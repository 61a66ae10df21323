/** Cancelling: which reason is for whom and when, and what becomes of the stock. */

import { describe, expect, test } from 'vitest';
import { specify } from '@oms/test-kit';
import type { CustomerId, ItemId, OrderId } from '@oms/contracts';
import { cancel, cancelledBy, type Cancel } from '../src/domain/cancellation.ts';
import {
  cancelReasons,
  changeStatus,
  evolve,
  type Order,
  type OrderEvent,
  type OrderStatus,
} from '../src/domain/order.ts';
import { orderLine } from './order-lines.ts';

const order = specify<Order | null, Cancel, OrderEvent>({ initial: null, evolve, decide: cancel });

const customer = { id: 'c0ffee00-0000-4000-8000-000000000001', role: 'customer' };
const otherCustomer = { id: 'c0ffee00-0000-4000-8000-000000000002', role: 'customer' };
const staff = { id: '57aff000-0000-4000-8000-000000000001', role: 'staff' };
const at = new Date('2026-01-31T12:00:00Z');
const orderId = '0de00000-0000-5000-8000-000000000001' as OrderId;
const [pizza, cola] = ['17e00000-0000-4000-8000-000000000001', '17e00000-0000-4000-8000-000000000002'] as ItemId[] as [
  ItemId,
  ItemId,
];
const placed: OrderEvent = {
  type: 'OrderPlaced',
  orderId,
  customerId: customer.id as CustomerId,
  lines: [orderLine({ itemId: pizza }), orderLine({ itemId: cola })],
  totalCents: 2_500,
  deliveryAddress: { line1: '1', line2: null, city: 'X', postalCode: '1', country: 'US', instructions: null },
  deliverAt: null,
  promisedDeliveryAt: null,
  dueAt: null,
  acceptBy: null,
  at,
  by: customer,
};
const failedDelivery = ['NO_SHOW', 'ADDRESS_NOT_FOUND', 'REFUSED'] as const;
const beforeDelivery = cancelReasons.filter((reason) => !failedDelivery.some((failed) => failed === reason));

/** The order as it becomes when staff take it to this status. */
function historyTo(status: OrderStatus): OrderEvent[] {
  const events: OrderEvent[] = [placed];
  for (const to of ['PREPARING', 'OUT_FOR_DELIVERY', 'DELIVERED', 'CANCELLED'] as const) {
    if (events.reduce<Order | null>(evolve, null)?.status === status) break;
    if (status === 'CANCELLED' && to !== 'CANCELLED') continue;
    events.push(...changeStatus(events.reduce<Order | null>(evolve, null), { to, at, by: staff }));
  }
  return events;
}
const when = (status: OrderStatus, command: Partial<Cancel> = {}) =>
  order.given(...historyTo(status)).when({ reason: 'CUSTOMER', note: null, at, by: staff, ...command });
const cancelled = (from: OrderStatus, fields: Partial<OrderEvent>): OrderEvent =>
  ({
    type: 'StatusChanged',
    from,
    to: 'CANCELLED',
    reason: 'CUSTOMER',
    note: null,
    soldOutItemIds: null,
    at,
    by: staff,
    ...fields,
  }) as OrderEvent;

describe('a customer', () => {
  test('cancels their own order while it is PENDING, and its stock comes back', () => {
    when('PENDING', { by: customer }).thenOnce(cancelled('PENDING', { restock: true, by: customer }));
  });

  test.each(cancelReasons.filter((reason) => reason !== 'CUSTOMER'))('cannot say %s', (reason) => {
    for (const status of ['PENDING', 'PREPARING', 'OUT_FOR_DELIVERY', 'CANCELLED'] as const) {
      when(status, { by: customer, reason }).refuses('FORBIDDEN');
    }
  });

  test('does not decide about the stock', () => {
    when('PENDING', { by: customer, restock: false }).refuses('FORBIDDEN');
    when('PENDING', { by: customer, soldOutItemIds: [pizza] }).refuses('FORBIDDEN');
    when('PENDING', { by: customer, restock: true }).thenOnce(cancelled('PENDING', { restock: true, by: customer }));
  });

  test.each(['PREPARING', 'OUT_FOR_DELIVERY', 'DELIVERED'] as const)('cannot cancel an order that is %s', (status) => {
    when(status, { by: customer }).refuses('INVALID_TRANSITION');
  });

  test("does not see another customer's order", () => {
    when('PENDING', { by: otherCustomer }).refuses('NOT_FOUND');
    when('PENDING', { by: otherCustomer, reason: 'SOLD_OUT' }).refuses('NOT_FOUND');
  });
});

describe('staff', () => {
  test.each(beforeDelivery)('cancel a PENDING or PREPARING order because of %s', (reason) => {
    const note = 'sorry';
    const restock = reason !== 'SOLD_OUT';
    when('PENDING', { reason, note }).thenOnce(cancelled('PENDING', { reason, note, restock }));
    when('PREPARING', { reason, note }).thenOnce(cancelled('PREPARING', { reason, note, restock: false }));
    when('OUT_FOR_DELIVERY', { reason }).refuses('REASON_NOT_ALLOWED');
  });

  test.each(failedDelivery)('end a delivery that failed because of %s, and nothing comes back', (reason) => {
    when('OUT_FOR_DELIVERY', { reason }).thenOnce(cancelled('OUT_FOR_DELIVERY', { reason, restock: false }));
    when('OUT_FOR_DELIVERY', { reason, restock: true }).refuses('RESTOCK_NOT_ALLOWED');
    when('PENDING', { reason }).refuses('REASON_NOT_ALLOWED');
    when('PREPARING', { reason }).refuses('REASON_NOT_ALLOWED');
  });

  test('get the reasons an order can be cancelled for', () => {
    const delivering = historyTo('OUT_FOR_DELIVERY').reduce<Order | null>(evolve, null);
    const command = { reason: 'RUSH_HOUR', note: null, at, by: staff } as const;
    expect(() => cancel(delivering, command)).toThrow(
      expect.objectContaining({
        message:
          'An order that is OUT_FOR_DELIVERY cannot be cancelled because of RUSH_HOUR. Allowed reasons: NO_SHOW, ADDRESS_NOT_FOUND, REFUSED.',
        extras: { allowed: [...failedDelivery] },
      }),
    );
  });

  test('cannot cancel an order that is DELIVERED, for no reason', () => {
    for (const reason of cancelReasons) when('DELIVERED', { reason }).refuses('INVALID_TRANSITION');
  });

  test.each(['PENDING', 'PREPARING'] as const)('say of an order that is %s whether its stock comes back', (status) => {
    for (const restock of [true, false]) {
      when(status, { restock }).thenOnce(cancelled(status, { restock }));
      when(status, { reason: 'SOLD_OUT', restock }).thenOnce(cancelled(status, { reason: 'SOLD_OUT', restock }));
    }
  });

  test('name the items of the order that are out, each once', () => {
    const soldOutItemIds = [cola];
    when('PENDING', { reason: 'SOLD_OUT', soldOutItemIds: [cola, cola] }).thenOnce(
      cancelled('PENDING', { reason: 'SOLD_OUT', restock: false, soldOutItemIds }),
    );
    when('PENDING', { reason: 'SOLD_OUT', soldOutItemIds: [cola, orderId as string as ItemId] }).refuses(
      'ITEM_NOT_IN_ORDER',
    );
    when('PENDING', { reason: 'RUSH_HOUR', soldOutItemIds }).refuses('VALIDATION_FAILED');
  });
});

test('cancelling twice is the same as once, whoever says it and why', () => {
  when('CANCELLED', { by: customer }).then();
  for (const reason of cancelReasons) when('CANCELLED', { reason, restock: true }).then();
  when('CANCELLED', { expected: [1] }).refuses('PRECONDITION_FAILED');
});

test('inventory gets what was decided, and nothing of other changes', () => {
  const pending = evolve(null, placed);
  const events = cancel(pending, { reason: 'SOLD_OUT', note: null, soldOutItemIds: [pizza], at, by: staff });
  const stock = { reason: 'SOLD_OUT', restock: false, soldOutItemIds: [pizza] };
  expect(cancelledBy(orderId, events)).toEqual({ orderId, changedBy: staff.id, ...stock });
  expect(cancelledBy(orderId, changeStatus(pending, { to: 'PREPARING', at, by: staff }))).toBeNull();
  expect(cancelledBy(orderId, [])).toBeNull();
});
