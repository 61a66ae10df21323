/** What comes back of an order whose database was restored to an earlier moment: decisions, without a database. */

import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import type { CustomerId, EventId, ItemId, Message, OrderId } from '@oms/contracts';
import { messagesOf } from '../src/domain/messages.ts';
import { changeStatus, evolve, type Order, type OrderEvent, type OrderStatus } from '../src/domain/order.ts';
import { requestHashOf } from '../src/domain/placement.ts';
import {
  recover,
  type StoredOrder,
  type Recovery,
  type PublishedOrder,
  type PublishedStep,
} from '../src/recovery/plan-order-recovery.ts';

const orderId = randomUUID() as string as OrderId;
const customerId = randomUUID() as string as CustomerId;
const staff = { id: 'staff', role: 'staff' };
const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 12, 0, second));
const newId = () => randomUUID() as string as EventId;
const address = { line1: '1', line2: null, city: 'X', postalCode: '1', country: 'US', instructions: null };
const line = { itemId: randomUUID() as string as ItemId, itemName: 'Soup', quantity: 2 };
const lines = [{ ...line, unitPriceCents: 5, lineTotalCents: 10 }];
const by = { id: customerId as string, role: 'customer' };
const placed: OrderEvent = {
  ...{ type: 'OrderPlaced', orderId, customerId, lines, totalCents: 10, deliveryAddress: address },
  ...{ promisedDeliveryAt: at(60), at: at(0), by },
};

type Step = { order: Order; event: OrderEvent; eventId: EventId; messages: Message[] };

/** An order with its history, as the service writes it: placed, then these steps. */
function story(statuses: readonly OrderStatus[], before: readonly Step[] = []): Step[] {
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
    ...{ version: order.version, eventId, change: event.type === 'StatusChanged' ? event : null },
  })),
});

function placementOf(attempt: number) {
  const common = { outcome: 'PLACED', orderId, customerId, idempotencyKey: 'key', attempt, at: at(0) } as const;
  return { ...common, requestHash: requestHashOf(lines, address), reply: 'as it was told' };
}

/** The first word of each version, and the versions on the other topic. */
function onKafka(...tellings: (readonly Step[])[]): PublishedOrder {
  const steps = new Map<number, PublishedStep>();
  for (const { order, event, eventId } of tellings.flat()) {
    if (!steps.has(order.version)) steps.set(order.version, { event, eventId });
  }
  return { steps, figures: new Set(steps.keys()) };
}

const empty: StoredOrder = { order: null, placement: null, history: [] };
const recovered = (known: StoredOrder, told: PublishedOrder) => recover(known, told, newId) as Recovery;

/** As the store writes it. */
function written(known: StoredOrder, { order, from, steps, placement }: Recovery): StoredOrder {
  const history = steps.map(({ order: { version }, event, eventId }) => {
    return { version, eventId, change: event.type === 'StatusChanged' ? event : null };
  });
  const kept = known.history.filter(({ version }) => version < from);
  return { order, placement: placement ?? known.placement, history: [...kept, ...history] };
}

describe('an order that the database lost', () => {
  test('comes back as it was told, with the ids of what told of it, and nothing is told again', () => {
    const told = story(['PREPARING', 'OUT_FOR_DELIVERY']);
    const { order, steps, messages, dropped } = recovered(empty, onKafka(told));
    expect(order).toEqual(told.at(-1)!.order);
    expect(steps.map(({ eventId }) => eventId)).toEqual(told.map(({ eventId }) => eventId));
    expect([messages, dropped]).toEqual([[], []]);
  });

  test('has its placement back: the same request is known by its hash, and the key is left open', () => {
    const { placement, placed } = recovered(empty, onKafka(story(['CANCELLED'])));
    expect(placement).toMatchObject({ outcome: 'PLACED', attempt: 1, idempotencyKey: '', at: at(0) });
    expect(placement?.requestHash).toBe(requestHashOf([line], address));
    expect(placed).toMatchObject({ status: 'PENDING', version: 1, promisedDeliveryAt: at(60) });
  });

  test('was placed by a later attempt than any that was abandoned', () => {
    const placement = { outcome: 'ABANDONED', orderId, attempt: 3, at: at(0) } as const;
    expect(recovered({ ...empty, placement }, onKafka(story([]))).placement?.attempt).toBe(4);
  });

  test('of which only the figures tell comes back all the same, and is told on the other topic', () => {
    const [step] = story([]);
    const told = { steps: new Map([[1, { event: step!.event, eventId: null }]]), figures: new Set([1]) };
    const { steps, messages } = recovered(empty, told);
    expect(messages.map(({ eventType }) => eventType)).toEqual(['ORDER_PLACED']);
    expect(steps[0]?.eventId).toBe(messages[0]?.eventId);
  });

  test('that the figures never heard of is told to them', () => {
    const told = onKafka(story(['PREPARING']));
    const { messages } = recovered(empty, { ...told, figures: new Set([1]) });
    expect(messages.map(({ eventType, aggregateVersion }) => [eventType, aggregateVersion])).toEqual([
      ['ORDER_STATUS_CHANGE', 2],
    ]);
  });

  test('whose beginning was not read is left, and the missing version named', () => {
    const told = onKafka(story(['PREPARING']).slice(1));
    expect(recover(empty, told, newId)).toEqual({ missing: 1 });
  });
});

describe('an order that the database knows as it was before', () => {
  test('gets the steps it lacks, and keeps its placement', () => {
    const told = story(['PREPARING', 'CANCELLED']);
    const { order, from, placement } = recovered(inDatabase(told.slice(0, 1)), onKafka(told));
    expect([order.status, order.version, from, placement]).toEqual(['CANCELLED', 3, 2, null]);
  });

  test('or as it was told, or further than it was told, is left alone', () => {
    const steps = story(['PREPARING', 'OUT_FOR_DELIVERY']);
    expect(recover(inDatabase(steps), onKafka(steps), newId)).toBeNull();
    expect(recover(inDatabase(steps), onKafka(steps.slice(0, 2)), newId)).toBeNull();
  });
});

describe('an order that was changed after the restore as if nothing had been told', () => {
  const told = story(['PREPARING']);

  test('goes on from what was told: the change is made on top of it, as a version of its own', () => {
    const own = story(['CANCELLED'], told.slice(0, 1));
    const { order, steps, messages } = recovered(inDatabase(own), onKafka(told, own));
    expect(steps.map((step) => [step.order.version, step.order.status])).toEqual([
      [2, 'PREPARING'],
      [3, 'CANCELLED'],
    ]);
    expect(messages.map(({ eventType }) => eventType)).toEqual(['ORDER_STATUS_CHANGED', 'ORDER_STATUS_CHANGE']);
    expect(order.version).toBe(3);
  });

  test('by the step that was told already: the two become one', () => {
    const own = story(['PREPARING'], told.slice(0, 1));
    const { order, messages, dropped } = recovered(inDatabase(own), onKafka(told, own));
    expect([order.version, messages, dropped]).toEqual([2, [], []]);
  });

  test('in a way that is not possible any more: a person hears of it', () => {
    const far = story(['PREPARING', 'OUT_FOR_DELIVERY']);
    const own = story(['CANCELLED'], far.slice(0, 1));
    const { order, dropped } = recovered(inDatabase(own), onKafka(far, own));
    expect(order).toMatchObject({ status: 'OUT_FOR_DELIVERY', version: 3 });
    expect(dropped).toMatchObject([{ to: 'CANCELLED' }]);
  });

  test('by being placed anew: it is what was placed first, and its client keeps the key', () => {
    const own = story([]).map((step) => ({ ...step, order: { ...step.order, promisedDeliveryAt: at(99) } }));
    const { order, placement } = recovered(inDatabase(own, 2), onKafka(told, own));
    expect(order).toEqual(told[1]!.order);
    expect(placement).toMatchObject({ idempotencyKey: 'key', attempt: 2, at: at(0) });
  });
});

test('an order that was placed anew and moved on, of which all have heard, is still what was placed first', () => {
  const told = story([]);
  const anew = story(['PREPARING']);
  const known = { ...inDatabase(anew), order: { ...anew[1]!.order, promisedDeliveryAt: at(99) } };
  const { order, steps, messages } = recovered(known, onKafka(told, anew));
  expect(order).toMatchObject({ status: 'PREPARING', version: 2, promisedDeliveryAt: at(60) });
  expect(steps.map(({ eventId }) => eventId)).toEqual([told[0]!.eventId, anew[1]!.eventId]);
  expect(messages).toEqual([]);
});

test('whatever was told, lost and changed since: all hear the same order, and the second look finds nothing', () => {
  const status = fc.constantFrom<OrderStatus>('PREPARING', 'OUT_FOR_DELIVERY', 'DELIVERED', 'CANCELLED');
  const some = fc.array(status, { maxLength: 4 });
  fc.assert(
    fc.property(some, fc.nat(4), some, (before, kept, after) => {
      const told = legal(before);
      const base = told.slice(0, kept);
      // A client may place it again, as the service has forgotten it.
      const own = legal(after, base);
      const kafka = onKafka(told, own);
      const known = inDatabase(own);
      const verdict = recover(known, kafka, newId);
      const now = verdict ? written(known, verdict as Recovery) : known;
      const heard = new Map(kafka.steps);
      for (const { order, event, eventId } of verdict ? (verdict as Recovery).steps : []) {
        if (!heard.has(order.version)) heard.set(order.version, { event, eventId });
      }
      expect(now.history.map(({ version }) => version)).toEqual(now.history.map((_, i) => i + 1));
      expect(now.order?.version).toBe(Math.max(...heard.keys()));
      const last = heard.get(now.order!.version)!.event;
      expect(now.order?.status).toBe(last.type === 'OrderPlaced' ? 'PENDING' : last.to);
      expect(recover(now, { steps: heard, figures: new Set(heard.keys()) }, newId)).toBeNull();
    }),
    { numRuns: 500 },
  );
});

/** Of the steps those that are allowed. */
function legal(statuses: readonly OrderStatus[], before: readonly Step[] = []): Step[] {
  return statuses.reduce(
    (steps, to) => {
      try {
        return story([to], steps);
      } catch {
        return steps;
      }
    },
    story([], before),
  );
}
