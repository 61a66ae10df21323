/**
 * Decides what a database that was restored to an earlier time must write to have what Kafka has of an order.
 *
 * - What was published counts: customers and the other services have acted on it. Of several messages of one version the first counts,
 *   as all readers skip the others.
 * - A stored version of which nothing was published yet will be published, and stays.
 * - If the order was changed after the restore without the published changes, it continues from what was published: the change is
 *   applied again after that, as a version of its own. One that is no longer possible is dropped, and a person is informed.
 * - A placement comes back with its order and with the reply that its client got. Its key is not published and stays empty, which no
 *   client's key is; the order's id, which follows from the key, leads to it.
 * - The attempt that placed the order is not published either: it is one later than any that was abandoned.
 * - What was published on one of the two topics only is published on the other.
 * - Deciding twice writes nothing.
 */

import type { EventId, Message } from '@oms/contracts';
import { Refusal } from '@oms/service-kit/refusal';
import { messagesOf } from '../domain/messages.ts';
import { milestonesOfPlaced } from '../domain/milestones.ts';
import { evolve, type LaterEvent, type Order, type OrderEvent } from '../domain/order.ts';
import { requestHashOf, type PlacedPlacement, type Placement } from '../domain/placement.ts';
import { reapply } from './reapply.ts';

/** An order in the database, with the message of each version on order-events. `change` is null for the placement. */
export type StoredOrder = {
  readonly order: Order | null;
  readonly placement: Placement | null;
  readonly history: readonly StoredStep[];
};
export type StoredStep = { readonly version: number; readonly eventId: EventId; readonly change: LaterEvent | null };

/** An order in Kafka. */
export type PublishedOrder = {
  /** By version. `eventId` is that of the message on order-events; null if only analytics-events has the version. */
  readonly steps: ReadonlyMap<number, PublishedStep>;
  /** The versions that analytics-events has. */
  readonly onAnalytics: ReadonlySet<number>;
};
export type PublishedStep = { readonly event: OrderEvent; readonly eventId: EventId | null };

export type OrderRecovery = {
  readonly order: Order;
  /** The first version that is written; the history is deleted from there on. */
  readonly from: number;
  readonly steps: readonly RecoveredStep[];
  /** Null: it stays as it is. */
  readonly placement: PlacedPlacement | null;
  /** The order as it was placed, for the placement's reply. */
  readonly placed: Order | null;
  readonly messages: readonly Message[];
  /** Changes after the restore that are not possible on the published order. */
  readonly dropped: readonly LaterEvent[];
};
export type RecoveredStep = { readonly order: Order; readonly event: OrderEvent; readonly eventId: EventId };
/** `missing`: the version that was not read from Kafka, so that the order cannot be recovered. */
export type RecoveryPlan = OrderRecovery | { readonly missing: number };

/** Null: the database has all that was published. */
export function planOrderRecovery(
  stored: StoredOrder,
  published: PublishedOrder,
  newId: () => EventId,
): RecoveryPlan | null {
  const last = Math.max(0, ...published.steps.keys());
  const newest = stored.history.at(-1);
  const version = newest?.version ?? 0;
  const fork = stored.history.find(({ version, eventId }) => isOther(published.steps.get(version), eventId));
  const storedIsNewest = version > last || (version === last && !isOther(published.steps.get(last), newest?.eventId));
  // Differences before the newest version do not matter: all readers have the newest one. But there must be only one placement.
  if (storedIsNewest && fork?.version !== 1) return null;
  const from = fork?.version ?? version + 1;

  const recovery = createRecovery(stored, from, published, newId);
  for (let at = from; at <= last; at += 1) {
    const step = published.steps.get(at);
    if (step === undefined) return { missing: at };
    recovery.addPublished(step);
  }
  for (const step of stored.history.filter((step) => step.version >= from)) {
    if (step.version > last && storedIsNewest) recovery.keep(step);
    else if (isOther(published.steps.get(step.version), step.eventId)) recovery.applyAgain(step);
  }
  return recovery.result();
}

type PublishOn = 'both topics' | 'analytics-events' | 'none';

/** Grows step by step, each on the order after the step before. */
function createRecovery(stored: StoredOrder, from: number, published: PublishedOrder, newId: () => EventId) {
  let order = stored.order && before(stored.order, stored.history, from);
  const steps: RecoveredStep[] = [];
  const messages: Message[] = [];
  const dropped: LaterEvent[] = [];

  const add = (event: OrderEvent, eventId: EventId | null, publishOn: PublishOn) => {
    order = evolve(order, event);
    const [first, ...others] = messagesOf(order, event, newId);
    if (publishOn === 'both topics') messages.push(first);
    if (publishOn !== 'none' && !published.onAnalytics.has(order.version)) messages.push(...others);
    steps.push({ order, event, eventId: eventId ?? first.eventId });
  };

  return {
    addPublished({ event, eventId }: PublishedStep) {
      add(event, eventId, eventId === null ? 'both topics' : 'analytics-events');
    },
    keep({ change, eventId }: StoredStep) {
      if (change !== null) add(change, eventId, 'none');
    },
    applyAgain({ change }: StoredStep) {
      if (change === null || order === null) return;
      try {
        for (const event of reapply(order, change)) add(event, null, 'both topics');
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        dropped.push(change);
      }
    },
    result(): OrderRecovery {
      if (order === null) throw new Error('The recovery of an order has no step.');
      const placed = steps.find(({ order }) => order.version === 1) ?? null;
      const placement = placed && placementOf(placed, stored);
      return { order, from, steps, placed: placed && placed.order, placement, messages, dropped };
    },
  };
}

/** The stored order as it was before version `from`; null before its placement. */
function before(order: Order, history: readonly StoredStep[], from: number): Order | null {
  if (from <= 1) return null;
  const placed: Order = {
    ...order,
    ...milestonesOfPlaced(order),
    updatedAt: order.createdAt,
    status: 'PENDING',
    version: 1,
  };
  const changes = history.flatMap(({ version, change }) => (version < from && change !== null ? [change] : []));
  return { ...changes.reduce<Order>(evolve, placed), version: from - 1 };
}

function placementOf({ order: placed, event: { by } }: RecoveredStep, { placement }: StoredOrder): PlacedPlacement {
  const { id: orderId, customerId, lines, deliveryAddress, deliverAt, createdAt: at } = placed;
  if (placement?.outcome === 'PLACED') return { ...placement, at };
  const requestHash = requestHashOf(lines, deliveryAddress, {
    customerId: by.id === customerId ? null : customerId,
    deliverAt,
    expectedTotalCents: null,
  });
  const attempt = (placement?.attempt ?? 0) + 1;
  return { outcome: 'PLACED', orderId, attempt, customerId, idempotencyKey: '', requestHash, at, reply: '' };
}

/** Whether another message of this version was published first. */
function isOther(step: PublishedStep | undefined, eventId: EventId | undefined): boolean {
  return step !== undefined && step.eventId !== null && step.eventId !== eventId;
}
