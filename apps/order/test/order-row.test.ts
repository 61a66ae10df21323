/** Whatever an order, placement or change holds comes back from its row, and from its messages. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CustomerId, EventId, ItemId, OrderId } from '@oms/contracts';
import { eventOf, messagesOf } from '../src/domain/messages.ts';
import { deadlineActor } from '../src/domain/deadlines.ts';
import { evolve, orderStatuses, type OrderEvent, place, type CancelReason, type Order } from '../src/domain/order.ts';
import type { Placement } from '../src/domain/placement.ts';
import { historyFromRow, historyToRow } from '../src/store/history-row.ts';
import { orderFromRow, orderToRow } from '../src/store/order-row.ts';
import { placementFromRow, placementToRow } from '../src/store/placement-row.ts';
import { anyOrderLine } from './order-lines.ts';

const text = fc.string({ minLength: 1, maxLength: 20 });
const cents = fc.nat(9_999_999_999);
const time = fc.date({ noInvalidDate: true, min: new Date('2000-01-01'), max: new Date('2100-01-01') });
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const orderId = fc.uuid() as fc.Arbitrary<OrderId>;
const customerId = fc.uuid() as fc.Arbitrary<CustomerId>;
const eventId = fc.uuid() as fc.Arbitrary<EventId>;
const by = fc.record({ id: fc.uuid(), role: fc.constantFrom('customer', 'staff', 'admin') });

const deliveryAddress = fc.record({
  line1: text,
  line2: optional(text),
  city: text,
  postalCode: text,
  country: text,
  instructions: optional(text),
});
const order: fc.Arbitrary<Order> = fc.record({
  id: orderId,
  customerId,
  status: fc.constantFrom(...orderStatuses),
  totalCents: cents,
  lines: fc.array(anyOrderLine, { minLength: 1, maxLength: 5 }),
  deliveryAddress,
  deliverAt: optional(time),
  promisedDeliveryAt: optional(time),
  dueAt: optional(time),
  shownAt: optional(time),
  acceptBy: optional(time),
  acceptedAt: optional(time),
  readyAt: optional(time),
  pickedUpAt: optional(time),
  deliveredAt: optional(time),
  preparingLateAt: optional(time),
  deliveryLateAt: optional(time),
  createdAt: time,
  updatedAt: time,
  version: fc.integer({ min: 1 }),
});
const placement: fc.Arbitrary<Placement> = fc.oneof(
  fc.record({ outcome: fc.constant('ABANDONED' as const), orderId, attempt: fc.integer({ min: 1 }), at: time }),
  fc.record({
    outcome: fc.constant('PLACED' as const),
    orderId,
    attempt: fc.integer({ min: 1 }),
    customerId,
    idempotencyKey: text,
    requestHash: text,
    at: time,
    reply: optional(text),
  }),
);

/** As JSONB gives it back. */
const stored = <T>(json: T): T => JSON.parse(JSON.stringify(json)) as T;

test('an order comes back from its row', () => {
  fc.assert(
    fc.property(order, (it) => {
      const row = orderToRow(it);
      const read = { ...row, items: stored(row.items), deliveryAddress: stored(row.deliveryAddress) };
      expect(orderFromRow(read)).toEqual(it);
    }),
  );
});

test('a placement comes back from its row', () => {
  fc.assert(
    fc.property(placement, (it) => {
      expect(placementFromRow(placementToRow(it))).toEqual(it);
    }),
  );
});

test('a change comes back from its row, and from its message', () => {
  const change = fc.record({
    to: fc.constantFrom(...orderStatuses),
    note: optional(text),
    restock: optional(fc.boolean()),
    soldOutItemIds: optional(fc.array(fc.uuid() as fc.Arbitrary<ItemId>)),
    at: time,
    by,
  });
  fc.assert(
    fc.property(order, change, eventId, (before, { to, at, by, ...rest }, id) => {
      const reason: CancelReason | null = to === 'CANCELLED' ? 'SOLD_OUT' : null;
      const change = { from: before.status, to, reason, ...rest, at, by };
      const event = { type: 'StatusChanged', ...change } as const;
      const after = evolve(before, event);
      const kept = { analyticsEventId: id, traceparent: at.toISOString() };
      const row = historyToRow({ order: after, event, eventId: id, ...kept });
      const entry = historyFromRow({ ...row, soldOutItemIds: stored(row.soldOutItemIds) });
      expect(entry).toEqual({
        orderId: after.id,
        version: after.version,
        ...change,
        milestone: null,
        eventId: id,
        ...kept,
      });
      expect(eventOf(messagesOf(after, event, () => id)[0])).toEqual(event);
    }),
  );
});

test('a milestone comes back from its row, and from its messages', () => {
  const scheduled = order.filter(({ deliverAt }) => deliverAt !== null);
  const milestone = fc.constantFrom('OrderReady' as const, 'OrderDue' as const);
  fc.assert(
    fc.property(scheduled, milestone, optional(time), time, by, eventId, (before, type, acceptBy, at, by, id) => {
      const event: OrderEvent =
        type === 'OrderReady'
          ? { type, at, by }
          : { type, acceptBy: acceptBy ?? before.acceptBy, at, by: deadlineActor };
      const after = evolve(before, event);
      expect(after).toMatchObject({ status: before.status, version: before.version + 1, updatedAt: at });
      const entry = historyFromRow(historyToRow({ order: after, event, eventId: id }));
      const [from, to] = [before.status, before.status];
      expect(entry).toMatchObject({ version: after.version, from, to, at, by: event.by, reason: null, note: null });
      expect(entry.milestone).toBe(type === 'OrderReady' ? 'READY' : 'DUE');
      const [first, second] = messagesOf(after, event, () => id);
      expect(eventOf(first)).toEqual(event);
      expect(eventOf(second)).toMatchObject({ type, at });
    }),
  );
});

test('a placement of an order comes back from its message, and without author, address and notes from the one for analytics', () => {
  fc.assert(
    fc.property(order, by, eventId, (it, by, id) => {
      const { id: orderId, customerId, lines, totalCents, deliveryAddress, deliverAt, createdAt: at } = it;
      const command = {
        orderId,
        customerId,
        lines,
        totalCents,
        deliveryAddress,
        deliverAt,
        promiseMinutes: 45,
        at,
        by,
      };
      const event = place(null, command)[0]!;
      const [first, second] = messagesOf(evolve(null, event), event, () => id);
      expect(eventOf(first)).toEqual(event);
      const plain = lines.map((line) => ({ ...line, note: null }));
      const known = { orderId, customerId, lines: plain, totalCents, at, deliverAt, promisedDeliveryAt: deliverAt };
      expect(eventOf(second)).toMatchObject(known);
    }),
  );
});
