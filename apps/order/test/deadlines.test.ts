/** What falls due in an order's life, and when: decisions, without a database. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CustomerId, EventId, OrderId } from '@oms/contracts';
import * as deadlines from '../src/domain/deadlines.ts';
import { messagesOfMark } from '../src/domain/messages.ts';
import { changeStatus, evolve, place, type Order, type OrderEvent, type PlacementTerms } from '../src/domain/order.ts';
import { markReady } from '../src/domain/ready.ts';
import { orderLine } from './order-lines.ts';

const staff = { id: 'staff', role: 'staff' };
const settings = { preparationMinutes: 20 };
const terms = { promiseMinutes: 45, acceptMinutes: 15, leadMinutes: 45 };
const minute = (minutes: number) => new Date(Date.UTC(2026, 0, 31, 12) + minutes * 60_000);
const longAgo = minute(-10_000);

type Placing = Partial<PlacementTerms> & { deliverAt?: Date | null };

function placed({ deliverAt = null, ...changed }: Placing = {}): Order {
  const [event] = place(null, {
    orderId: '0de00000-0000-5000-8000-000000000001' as OrderId,
    customerId: 'c0ffee00-0000-4000-8000-000000000001' as CustomerId,
    lines: [orderLine()],
    totalCents: 5,
    deliveryAddress: { line1: '1', line2: null, city: 'X', postalCode: '1', country: 'US', instructions: null },
    deliverAt,
    ...terms,
    ...changed,
    at: minute(0),
    by: staff,
  });
  return evolve(null, event!);
}
const after = (order: Order, events: readonly OrderEvent[]) => events.reduce<Order>(evolve, order);
const step = (order: Order, to: 'PREPARING' | 'OUT_FOR_DELIVERY' | 'DELIVERED' | 'CANCELLED', at: number) =>
  after(order, changeStatus(order, { to, at: minute(at), by: staff }));
/** The order after all that has fallen due, with what that was. */
function sweep(order: Order, at: Date, resumedAt = longAgo) {
  const { events, marks } = deadlines.fallDue(order, { at, settings, resumedAt });
  return { order: marks.reduce(deadlines.mark, after(order, events)), events, marks };
}
const next = (order: Order) => deadlines.deadlineOf(order, settings);

describe('accepting', () => {
  test('is due so long after the placement, and after that the service cancels the order and its stock comes back', () => {
    const order = placed();
    expect(next(order)).toEqual({ kind: 'ACCEPT', at: minute(15) });
    expect(sweep(order, minute(14.99))).toMatchObject({ events: [], marks: [] });
    const { order: cancelled, events } = sweep(order, minute(15));
    expect(events).toMatchObject([
      { to: 'CANCELLED', reason: 'NOT_ACCEPTED', restock: true, by: { id: 'order', role: 'service' }, at: minute(15) },
    ]);
    expect(cancelled).toMatchObject({ status: 'CANCELLED', version: 2 });
    expect(next(cancelled)).toBeNull();
  });

  test('in the meantime leaves nothing to cancel, however late the sweep is', () => {
    expect(sweep(step(placed(), 'PREPARING', 14), minute(40)).events).toEqual([]);
  });

  test('has no limit with 0 minutes, and in orders of an earlier release', () => {
    expect(next(placed({ acceptMinutes: 0 }))).toEqual({ kind: 'LATE_DELIVERY', at: minute(45) });
    expect(next({ ...placed(), acceptBy: null, promisedDeliveryAt: null })).toBeNull();
  });

  test('has two more minutes after an outage, once', () => {
    const { order, events, marks } = sweep(placed(), minute(31), minute(30));
    expect(events).toEqual([]);
    expect(marks).toEqual([{ type: 'AcceptanceExtended', acceptBy: minute(32), at: minute(31) }]);
    expect(order).toMatchObject({ status: 'PENDING', version: 1, acceptBy: minute(32) });
    expect(sweep(order, minute(31.9), minute(30))).toMatchObject({ events: [], marks: [] });
    expect(sweep(order, minute(32), minute(30)).events).toMatchObject([{ reason: 'NOT_ACCEPTED' }]);
  });

  test('is not extended for an order that fell due after the outage', () => {
    expect(sweep(placed(), minute(16), minute(14)).events).toMatchObject([{ reason: 'NOT_ACCEPTED' }]);
  });
});

describe('a scheduled order', () => {
  const order = placed({ deliverAt: minute(120) });

  test('is promised for its time, and shown to the kitchen so long before', () => {
    const times = { promisedDeliveryAt: minute(120), dueAt: minute(75), shownAt: null, acceptBy: minute(90) };
    expect(order).toMatchObject(times);
    expect(next(order)).toEqual({ kind: 'DUE', at: minute(75) });
  });

  test('becomes due by a change with a version of its own, and is accepted after that', () => {
    const { order: due, events } = sweep(order, minute(75));
    expect(events).toMatchObject([{ type: 'OrderDue', acceptBy: minute(90), at: minute(75) }]);
    expect(due).toMatchObject({ status: 'PENDING', version: 2, shownAt: minute(75) });
    expect(next(due)).toEqual({ kind: 'ACCEPT', at: minute(90) });
  });

  test('that becomes due late can be accepted for as long as one in time', () => {
    const { order: due, events } = sweep(order, minute(100));
    expect(events).toMatchObject([{ type: 'OrderDue', acceptBy: minute(115) }]);
    expect(due).toMatchObject({ status: 'PENDING', acceptBy: minute(115) });
  });

  test('that is placed too close to its time is shown at once', () => {
    expect(placed({ deliverAt: minute(45) })).toMatchObject({ dueAt: null, acceptBy: minute(15) });
  });

  test('that the kitchen accepts earlier, or that is cancelled, does not become due', () => {
    expect(sweep(step(order, 'PREPARING', 60), minute(76)).events).toEqual([]);
    expect(next(step(order, 'CANCELLED', 60))).toBeNull();
  });
});

describe('a promise', () => {
  const preparing = step(placed(), 'PREPARING', 10);

  test('of the kitchen is broken so long after it accepted, once, and the order keeps its version', () => {
    expect(next(preparing)).toEqual({ kind: 'LATE_PREPARING', at: minute(30) });
    const { order: late, events, marks } = sweep(preparing, minute(30));
    expect(events).toEqual([]);
    expect(marks).toEqual([{ type: 'PromiseBroken', stage: 'PREPARING', promisedAt: minute(30), at: minute(30) }]);
    expect(late).toMatchObject({ version: 2, preparingLateAt: minute(30) });
    expect(next(late)).toEqual({ kind: 'LATE_DELIVERY', at: minute(45) });
  });

  test('of the kitchen is kept by an order that is ready or has left', () => {
    const ready = after(preparing, markReady(preparing, { at: minute(29), by: staff }));
    expect(next(ready)).toEqual({ kind: 'LATE_DELIVERY', at: minute(45) });
    expect(next(step(preparing, 'OUT_FOR_DELIVERY', 29))).toEqual({ kind: 'LATE_DELIVERY', at: minute(45) });
  });

  test('of the kitchen does not exist with 0 minutes', () => {
    expect(deadlines.deadlineOf(preparing, { preparationMinutes: 0 })?.kind).toBe('LATE_DELIVERY');
  });

  test('of the delivery is broken until the order is delivered or cancelled', () => {
    const leaving = step(preparing, 'OUT_FOR_DELIVERY', 20);
    expect(sweep(leaving, minute(46)).marks).toMatchObject([{ stage: 'DELIVERY', promisedAt: minute(45) }]);
    expect(next(step(leaving, 'DELIVERED', 44))).toBeNull();
  });

  test('has one id for each order and stage, whoever publishes that it is broken', () => {
    const late = (stage: deadlines.PromiseStage, id: string) =>
      messagesOfMark(
        preparing,
        { type: 'PromiseBroken', stage, promisedAt: minute(30), at: minute(31) },
        () => id as EventId,
      )[0];
    expect(late('PREPARING', 'a')?.aggregateId).toBe(late('PREPARING', 'b')?.aggregateId);
    expect(late('PREPARING', 'a')?.aggregateId).not.toBe(late('DELIVERY', 'a')?.aggregateId);
    expect(late('DELIVERY', 'a')).toMatchObject({ aggregateVersion: 1, orderId: preparing.id, occurredAt: minute(31) });
  });
});

describe('ready', () => {
  const preparing = step(placed(), 'PREPARING', 10);

  test('is said once, of an order that is PREPARING, and its status stays', () => {
    const ready = after(preparing, markReady(preparing, { at: minute(20), by: staff }));
    expect(ready).toMatchObject({ status: 'PREPARING', version: 3, readyAt: minute(20) });
    expect(markReady(ready, { at: minute(21), by: staff })).toEqual([]);
    expect(markReady(step(ready, 'OUT_FOR_DELIVERY', 22), { at: minute(23), by: staff })).toEqual([]);
  });

  test.each([placed(), step(preparing, 'OUT_FOR_DELIVERY', 20), step(preparing, 'CANCELLED', 20)])(
    'is refused in any other status',
    (order) => {
      expect(() => markReady(order, { at: minute(30), by: staff })).toThrow(
        expect.objectContaining({ code: 'INVALID_TRANSITION' }),
      );
    },
  );
});

test('whatever people do and whenever the sweeps run: each deadline happens once, and only while its order is like that', () => {
  const at = fc.integer({ min: 0, max: 200 });
  const status = fc.constantFrom('PREPARING' as const, 'OUT_FOR_DELIVERY' as const, 'DELIVERED' as const);
  const act = fc.oneof(
    fc.record({ at, to: status }),
    fc.record({ at, ready: fc.constant(true) }),
    fc.record({ at, sweep: fc.constant(true), outage: fc.boolean() }),
  );
  const deliverAt = fc.option(at.map(minute), { nil: null });
  fc.assert(
    fc.property(fc.array(act, { maxLength: 20 }), deliverAt, (acts, deliverAt) => {
      let order = placed({ deliverAt });
      let resumedAt = longAgo;
      const happened: string[] = [];
      for (const each of acts.toSorted((a, b) => a.at - b.at)) {
        const now = minute(each.at);
        if ('sweep' in each) {
          if (each.outage) resumedAt = now;
          const before = order;
          const swept = sweep(order, now, resumedAt);
          ({ order } = swept);
          happened.push(...swept.events.map(({ type }) => type));
          happened.push(...swept.marks.flatMap((mark) => (mark.type === 'PromiseBroken' ? mark.stage : [])));
          if (order.status === 'CANCELLED') {
            expect(before.status).not.toBe('PREPARING');
            expect(before.status).not.toBe('OUT_FOR_DELIVERY');
          }
          expect(sweep(order, now, resumedAt)).toMatchObject({ events: [], marks: [] });
          expect(next(order)?.at.getTime() ?? Infinity).toBeGreaterThan(now.getTime());
        } else {
          try {
            const by = { at: now, by: staff };
            order = after(order, 'to' in each ? changeStatus(order, { ...by, to: each.to }) : markReady(order, by));
          } catch {
            // Not possible now: another refusal of another test.
          }
        }
      }
      expect(new Set(happened).size).toBe(happened.length);
    }),
  );
});
