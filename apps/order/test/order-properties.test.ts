/** Whatever the commands and their sequence: the history of an order has no gaps and no way back. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CustomerId, EventId, OrderId } from '@oms/contracts';
import { messagesOf } from '../src/domain/messages.ts';
import * as cancellation from '../src/domain/cancellation.ts';
import * as domain from '../src/domain/order.ts';
import { markReady } from '../src/domain/ready.ts';

const customerId = 'c0ffee00-0000-4000-8000-000000000001' as CustomerId;
const rank: Record<domain.OrderStatus, number> = {
  PENDING: 0,
  PREPARING: 1,
  OUT_FOR_DELIVERY: 2,
  DELIVERED: 3,
  CANCELLED: 4,
};
const by = fc.constantFrom(
  { id: `${customerId}`, role: 'customer' },
  { id: 'c0ffee00-0000-4000-8000-000000000002', role: 'customer' },
  { id: '57aff000-0000-4000-8000-000000000001', role: 'staff' },
);
const at = fc.date({ min: new Date('2026-01-01'), max: new Date('2026-12-31'), noInvalidDate: true });
const address = { line1: '1', line2: null, city: 'X', postalCode: '1', country: 'US', instructions: null };
const place = fc.record({ at, by }).map(
  (c) => (order: domain.Order | null) =>
    domain.place(order, {
      orderId: '0de00000-0000-5000-8000-000000000001' as OrderId,
      customerId,
      lines: [],
      totalCents: 100,
      deliveryAddress: address,
      deliverAt: null,
      promiseMinutes: 45,
      ...c,
    }),
);
const change = fc
  .record({ to: fc.constantFrom(...domain.orderStatuses), at, by })
  .map((c) => (order: domain.Order | null) => domain.changeStatus(order, c));
const cancel = fc
  .record({
    reason: fc.constantFrom(...domain.cancelReasons),
    note: fc.constant(null),
    restock: fc.constantFrom(true, false, undefined),
    at,
    by,
  })
  .map((c) => (order: domain.Order | null) => cancellation.cancel(order, c));
const ready = fc.record({ at, by }).map((c) => (order: domain.Order | null) => markReady(order, c));
const commands = fc.array(fc.oneof(place, change, cancel, ready), { maxLength: 30 });

/** The events of all commands in turn; a refused one writes nothing, and each is decided a second time. */
function live(list: ((order: domain.Order | null) => domain.OrderEvent[])[]) {
  let order: domain.Order | null = null;
  const history: { event: domain.OrderEvent; order: domain.Order }[] = [];
  for (const decide of list) {
    const events = attempt(decide, order);
    for (const event of events) history.push({ event, order: (order = domain.evolve(order, event)) });
    if (events.length > 0) expect(attempt(decide, order)).toEqual([]);
  }
  return history;
}

function attempt(decide: (order: domain.Order | null) => domain.OrderEvent[], order: domain.Order | null) {
  try {
    return decide(order);
  } catch (error) {
    expect(error).toMatchObject({
      code: expect.stringMatching(/^(NOT_FOUND|FORBIDDEN|INVALID_TRANSITION|REASON_NOT_ALLOWED|RESTOCK_NOT_ALLOWED)$/),
    });
    return [];
  }
}

describe('whatever is asked of an order', () => {
  test('its status never goes back, its versions have no gaps, its times never run backwards', () => {
    fc.assert(
      fc.property(commands, (list) => {
        const states = live(list).map(({ order }) => order);
        states.forEach((state, i) => {
          expect(state.version).toBe(i + 1);
          const before = states[i - 1];
          if (!before) return;
          if (state.readyAt === before.readyAt) expect(rank[state.status]).toBeGreaterThan(rank[before.status]);
          else expect([before.status, state.status]).toEqual(['PREPARING', 'PREPARING']);
          expect(state.updatedAt.getTime()).toBeGreaterThanOrEqual(before.updatedAt.getTime());
        });
      }),
    );
  });

  test('nothing comes back to stock after the courier has left, and nothing is written off by a customer', () => {
    fc.assert(
      fc.property(commands, (list) => {
        for (const { event } of live(list)) {
          if (event.type !== 'StatusChanged') continue;
          expect(event.restock === null).toBe(event.to !== 'CANCELLED');
          if (event.from === 'OUT_FOR_DELIVERY') expect(event.restock).not.toBe(true);
          if (event.by.role === 'customer') expect(event).toMatchObject({ restock: true });
        }
      }),
    );
  });

  test('each event has one message on each topic, with the version of the order and ids of its own', () => {
    fc.assert(
      fc.property(commands, (list) => {
        let ids = 0;
        const newId = () => `${(ids += 1)}` as EventId;
        const history = live(list);
        const messagesOfEvents = history.map(({ event, order }) => messagesOf(order, event, newId));
        messagesOfEvents.forEach((messages, i) => {
          expect(messages.map((m) => m.eventType)).toEqual(
            {
              OrderPlaced: ['ORDER_PLACED', 'NEW_ORDER'],
              StatusChanged: ['ORDER_STATUS_CHANGED', 'ORDER_STATUS_CHANGE'],
              OrderReady: ['ORDER_READY', 'ORDER_MILESTONE'],
              OrderDue: ['ORDER_DUE', 'ORDER_MILESTONE'],
            }[history[i]!.event.type],
          );
          expect(messages.map((m) => m.aggregateVersion)).toEqual([i + 1, i + 1]);
        });
        expect(new Set(messagesOfEvents.flat().map((m) => m.eventId)).size).toBe(messagesOfEvents.length * 2);
      }),
    );
  });
});
