/** What comes back of an order whose database was restored to an earlier moment: decisions, without a database. */

import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import type { CustomerId, EventId, Message, OrderId } from '@oms/contracts';
import { messagesOf } from '../src/domain/messages.ts';
import { cancel } from '../src/domain/cancellation.ts';
import { changeStatus, evolve, type Order, type OrderEvent, type OrderStatus } from '../src/domain/order.ts';
import { requestHashOf } from '../src/domain/placement.ts';
import {
  planOrderRecovery,
  type StoredOrder,
  type OrderRecovery,
  type PublishedOrder,
  type PublishedStep,
} from '../src/recovery/plan-order-recovery.ts';
import { orderLine } from './order-lines.ts';

const orderId = randomUUID() as string as OrderId;
const customerId = randomUUID() as string as CustomerId;
const staff = { id: 'staff', role: 'staff' };
const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 12, 0, second));
const newId = () => randomUUID() as string as EventId;
const address = { line1: '1', line2: null, city: 'X', postalCode: '1', country: 'US', instructions: null };
const lines = [orderLine({ quantity: 2, lineTotalCents: 10 })];
const by = { id: customerId as string, role: 'customer' };
const placed: OrderEvent = {
  type: 'OrderPlaced',
  orderId,
  customerId,
  lines,
  totalCents: 10,
  deliveryAddress: address,
  deliverAt: null,
  promisedDeliveryAt: at(60),
  dueAt: null,
  acceptBy: null,
  at: at(0),
  by,
};

type Step = { order: Order; event: OrderEvent; eventId: EventId; messages: Message[] };

/** An order with its history, as the service writes it: placed, then these steps. */
function historyOf(statuses: readonly OrderStatus[], before: readonly Step[] = []): Step[] {
  const steps = [...before];
  const add = (event: OrderEvent) => {
    const order = evolve(steps.at(-1)?.order ?? null, event);
    const messages = messagesOf(order, event, newId);
    steps.push({ order, event, eventId: messages[0].eventId, messages });
  };
  if (steps.length === 0) add(placed);
  for (const to of statuses) {
    for (const event of changeStatus(steps.at(-1)!.order, { to, at: at(steps.length), by: staff })) add(event);
  }
  return steps;
}

const inDatabase = (steps: readonly Step[], attempt = 1): StoredOrder => ({
  order: steps.at(-1)?.order ?? null,
  placement: steps.length === 0 ? null : placementOf(attempt),
  history: steps.map(({ order, event, eventId }) => ({
    version: order.version,
    eventId,
    change: event.type === 'OrderPlaced' ? null : event,
  })),
});

function placementOf(attempt: number) {
  const common = { outcome: 'PLACED', orderId, customerId, idempotencyKey: 'key', attempt, at: at(0) } as const;
  return { ...common, requestHash: requestHashOf(lines, address), reply: 'as it was sent' };
}

/** The first message of each version, and the versions on the other topic. */
function onKafka(...histories: (readonly Step[])[]): PublishedOrder {
  const steps = new Map<number, PublishedStep>();
  for (const { order, event, eventId } of histories.flat()) {
    if (!steps.has(order.version)) steps.set(order.version, { event, eventId });
  }
  return { steps, onAnalytics: new Set(steps.keys()) };
}

const empty: StoredOrder = { order: null, placement: null, history: [] };
const recovered = (stored: StoredOrder, published: PublishedOrder) =>
  planOrderRecovery(stored, published, newId) as OrderRecovery;

/** The database after the recovery was written. */
function written(stored: StoredOrder, { order, from, steps, placement }: OrderRecovery): StoredOrder {
  const history = steps.map(({ order: { version }, event, eventId }) => {
    return { version, eventId, change: event.type === 'StatusChanged' ? event : null };
  });
  const kept = stored.history.filter(({ version }) => version < from);
  return { order, placement: placement ?? stored.placement, history: [...kept, ...history] };
}

describe('an order that the database lost', () => {
  test('comes back as it was published, with the ids of its messages, and nothing is published again', () => {
    const published = historyOf(['PREPARING', 'OUT_FOR_DELIVERY']);
    const { order, steps, messages, dropped } = recovered(empty, onKafka(published));
    expect(order).toEqual(published.at(-1)!.order);
    expect(steps.map(({ eventId }) => eventId)).toEqual(published.map(({ eventId }) => eventId));
    expect([messages, dropped]).toEqual([[], []]);
  });

  test('has its placement back: the same request has the same hash, and the key is left empty', () => {
    const { placement, placed } = recovered(empty, onKafka(historyOf(['CANCELLED'])));
    expect(placement).toMatchObject({ outcome: 'PLACED', attempt: 1, idempotencyKey: '', at: at(0) });
    expect(placement?.requestHash).toBe(requestHashOf(lines, address));
    expect(placed).toMatchObject({ status: 'PENDING', version: 1, promisedDeliveryAt: at(60) });
  });

  test('that staff placed for a customer, for a certain time, has the hash of that request', () => {
    const [step] = historyOf([]);
    const event = { ...placed, deliverAt: at(300), by: staff };
    const published = onKafka([{ ...step!, event }]);
    const { order, placement } = recovered(empty, published);
    expect(order.deliverAt).toEqual(at(300));
    expect(placement).toMatchObject({ customerId });
    expect(placement?.requestHash).toBe(
      requestHashOf(lines, address, { customerId, deliverAt: at(300), expectedTotalCents: null }),
    );
  });

  test('was placed by a later attempt than any that was abandoned', () => {
    const placement = { outcome: 'ABANDONED', orderId, attempt: 3, at: at(0) } as const;
    expect(recovered({ ...empty, placement }, onKafka(historyOf([]))).placement?.attempt).toBe(4);
  });

  test('of which only analytics-events has messages comes back too, and is published on the other topic', () => {
    const [step] = historyOf([]);
    const published = { steps: new Map([[1, { event: step!.event, eventId: null }]]), onAnalytics: new Set([1]) };
    const { steps, messages } = recovered(empty, published);
    expect(messages.map(({ eventType }) => eventType)).toEqual(['ORDER_PLACED']);
    expect(steps[0]?.eventId).toBe(messages[0]?.eventId);
  });

  test('whose changes are not on analytics-events is published there', () => {
    const published = onKafka(historyOf(['PREPARING']));
    const { messages } = recovered(empty, { ...published, onAnalytics: new Set([1]) });
    expect(messages.map(({ eventType, aggregateVersion }) => [eventType, aggregateVersion])).toEqual([
      ['ORDER_STATUS_CHANGE', 2],
    ]);
  });

  test('whose beginning was not read is left, and the missing version named', () => {
    const published = onKafka(historyOf(['PREPARING']).slice(1));
    expect(planOrderRecovery(empty, published, newId)).toEqual({ missing: 1 });
  });
});

describe('an order that the database has at an earlier version', () => {
  test('gets the missing versions, and keeps its placement', () => {
    const published = historyOf(['PREPARING', 'CANCELLED']);
    const { order, from, placement } = recovered(inDatabase(published.slice(0, 1)), onKafka(published));
    expect([order.status, order.version, from, placement]).toEqual(['CANCELLED', 3, 2, null]);
  });

  test('as it was published, or with later versions, is left as it is', () => {
    const steps = historyOf(['PREPARING', 'OUT_FOR_DELIVERY']);
    expect(planOrderRecovery(inDatabase(steps), onKafka(steps), newId)).toBeNull();
    expect(planOrderRecovery(inDatabase(steps), onKafka(steps.slice(0, 2)), newId)).toBeNull();
  });
});

describe('an order that was changed after the restore without the published changes', () => {
  const published = historyOf(['PREPARING']);

  test('continues from what was published: the change is applied after it, as a version of its own', () => {
    const own = historyOf(['CANCELLED'], published.slice(0, 1));
    const { order, steps, messages } = recovered(inDatabase(own), onKafka(published, own));
    expect(steps.map((step) => [step.order.version, step.order.status])).toEqual([
      [2, 'PREPARING'],
      [3, 'CANCELLED'],
    ]);
    expect(messages.map(({ eventType }) => eventType)).toEqual(['ORDER_STATUS_CHANGED', 'ORDER_STATUS_CHANGE']);
    expect(order.version).toBe(3);
  });

  test('to the status that was published already: the two become one', () => {
    const own = historyOf(['PREPARING'], published.slice(0, 1));
    const { order, messages, dropped } = recovered(inDatabase(own), onKafka(published, own));
    expect([order.version, messages, dropped]).toEqual([2, [], []]);
  });

  test('by being cancelled, after which its stock becomes what was said then', () => {
    const [base] = historyOf([]);
    const own = [base!];
    const order = base!.order;
    const [event] = cancel(order, { reason: 'SOLD_OUT', note: null, restock: true, at: at(1), by: staff });
    const after = evolve(order, event!);
    own.push({ order: after, event: event!, eventId: newId(), messages: [] });
    const { messages } = recovered(inDatabase(own), onKafka(published, own));
    expect(messages[0]).toMatchObject({ fromStatus: 'PREPARING', toStatus: 'CANCELLED', restock: true });
  });

  test('in a way that is no longer possible: the change is dropped and reported', () => {
    const far = historyOf(['PREPARING', 'OUT_FOR_DELIVERY']);
    const own = historyOf(['CANCELLED'], far.slice(0, 1));
    const { order, dropped } = recovered(inDatabase(own), onKafka(far, own));
    expect(order).toMatchObject({ status: 'OUT_FOR_DELIVERY', version: 3 });
    expect(dropped).toMatchObject([{ to: 'CANCELLED' }]);
  });

  test('by being placed again: the first placement counts, and its client keeps the key', () => {
    const own = historyOf([]).map((step) => ({ ...step, order: { ...step.order, promisedDeliveryAt: at(99) } }));
    const { order, placement } = recovered(inDatabase(own, 2), onKafka(published, own));
    expect(order).toEqual(published[1]!.order);
    expect(placement).toMatchObject({ idempotencyKey: 'key', attempt: 2, at: at(0) });
  });
});

test('an order that was placed again and changed, all published, still has its first placement', () => {
  const published = historyOf([]);
  const again = historyOf(['PREPARING']);
  const stored = { ...inDatabase(again), order: { ...again[1]!.order, promisedDeliveryAt: at(99) } };
  const { order, steps, messages } = recovered(stored, onKafka(published, again));
  expect(order).toMatchObject({ status: 'PREPARING', version: 2, promisedDeliveryAt: at(60) });
  expect(steps.map(({ eventId }) => eventId)).toEqual([published[0]!.eventId, again[1]!.eventId]);
  expect(messages).toEqual([]);
});

test('whatever was published, lost and changed since: all readers get the same order, and a second recovery finds nothing', () => {
  const status = fc.constantFrom<OrderStatus>('PREPARING', 'OUT_FOR_DELIVERY', 'DELIVERED', 'CANCELLED');
  const some = fc.array(status, { maxLength: 4 });
  fc.assert(
    fc.property(some, fc.nat(4), some, (before, kept, after) => {
      const published = legal(before);
      const base = published.slice(0, kept);
      // A client may place it again, as the database has lost it.
      const own = legal(after, base);
      const kafka = onKafka(published, own);
      const stored = inDatabase(own);
      const plan = planOrderRecovery(stored, kafka, newId);
      const now = plan ? written(stored, plan as OrderRecovery) : stored;
      const inKafka = new Map(kafka.steps);
      for (const { order, event, eventId } of plan ? (plan as OrderRecovery).steps : []) {
        if (!inKafka.has(order.version)) inKafka.set(order.version, { event, eventId });
      }
      expect(now.history.map(({ version }) => version)).toEqual(now.history.map((_, i) => i + 1));
      expect(now.order?.version).toBe(Math.max(...inKafka.keys()));
      const last = inKafka.get(now.order!.version)!.event;
      expect(now.order?.status).toBe(last.type === 'StatusChanged' ? last.to : 'PENDING');
      expect(planOrderRecovery(now, { steps: inKafka, onAnalytics: new Set(inKafka.keys()) }, newId)).toBeNull();
    }),
    { numRuns: 500 },
  );
});

/** Only the allowed steps. */
function legal(statuses: readonly OrderStatus[], before: readonly Step[] = []): Step[] {
  return statuses.reduce(
    (steps, to) => {
      try {
        return historyOf([to], steps);
      } catch {
        return steps;
      }
    },
    historyOf([], before),
  );
}
