/**
 * What Kafka has of an order and the database has not, after the database was taken back to an earlier moment.
 *
 * - What was told is true: customers and the other services have gone by it. The first word on a version counts, as all readers skip
 *   whatever else is told of it.
 * - What the database knows of a version that nobody has told of yet is on its way, and stays.
 * - When the order was changed after the restore as if nothing had been told, it goes on from what was told: the change is made again
 *   on top of that, as a version of its own. One that cannot be made any more is dropped, and a person hears of it.
 * - A placement comes back with its order, and with the very reply that its client got. Its key is not told and stays empty, which no
 *   client's key is; the order's id, which follows from the key, leads there.
 * - The attempt that placed it is not told either: it is one later than any that was abandoned.
 * - What was told on one topic and not on the other is told there.
 * - Deciding twice writes nothing.
 */

import type { EventId, Message } from '@oms/contracts';
import { Refusal } from '@oms/service-kit/refusal';
import { messagesOf } from '../domain/messages.ts';
import {
  changeAgain,
  evolve,
  type Order,
  type OrderEvent,
  type OrderPlaced,
  type StatusChanged,
} from '../domain/order.ts';
import { requestHashOf, type PlacedPlacement, type Placement } from '../domain/placement.ts';

/** An order in the database, with each version's message on order-events; `change` is null for the placement. */
export type StoredOrder = {
  readonly order: Order | null;
  readonly placement: Placement | null;
  readonly history: readonly StoredStep[];
};
export type StoredStep = { readonly version: number; readonly eventId: EventId; readonly change: StatusChanged | null };

export type PublishedOrder = {
  /** By version. `eventId` is that of the message on order-events; null when only analytics-events has it. */
  readonly steps: ReadonlyMap<number, PublishedStep>;
  /** The versions that analytics-events has. */
  readonly figures: ReadonlySet<number>;
};
export type PublishedStep = { readonly event: OrderEvent; readonly eventId: EventId | null };

export type Recovery = {
  readonly order: Order;
  /** The first version that is written; what the history has from there on goes. */
  readonly from: number;
  readonly steps: readonly RecoveredStep[];
  /** Null: it stays as it is. */
  readonly placement: PlacedPlacement | null;
  /** The order as it was placed, which the placement's reply tells of. */
  readonly placed: Order | null;
  readonly messages: readonly Message[];
  /** Changes after the restore that cannot be made on the order as it was told. */
  readonly dropped: readonly StatusChanged[];
};
export type RecoveredStep = { readonly order: Order; readonly event: OrderEvent; readonly eventId: EventId };
/** `missing`: the version of which nothing was read, so that nothing can be said. */
export type Verdict = Recovery | { readonly missing: number };

/** Null: the database has all that was told. */
export function recover(known: StoredOrder, told: PublishedOrder, newId: () => EventId): Verdict | null {
  const last = Math.max(0, ...told.steps.keys());
  const newest = known.history.at(-1);
  const version = newest?.version ?? 0;
  const fork = known.history.find(({ version, eventId }) => isOther(told.steps.get(version), eventId));
  const lastWordIsOurs = version > last || (version === last && !isOther(told.steps.get(last), newest?.eventId));
  // What differs in between was passed by: everybody has heard how it ended. But what was placed must be one and the same.
  if (lastWordIsOurs && fork?.version !== 1) return null;
  const from = fork?.version ?? version + 1;

  const written = createWritten(known, from, told, newId);
  for (let at = from; at <= last; at += 1) {
    const step = told.steps.get(at);
    if (step === undefined) return { missing: at };
    written.told(step);
  }
  for (const step of known.history.filter((step) => step.version >= from)) {
    if (step.version > last && lastWordIsOurs) written.kept(step);
    else if (isOther(told.steps.get(step.version), step.eventId)) written.again(step);
  }
  return written.recovery();
}

/** Grows step by step, each on top of the one before. */
function createWritten(known: StoredOrder, from: number, told: PublishedOrder, newId: () => EventId) {
  let order = from > 1 && known.order ? { ...known.order, version: from - 1 } : null;
  let placed: Order | null = null;
  const steps: RecoveredStep[] = [];
  const messages: Message[] = [];
  const dropped: StatusChanged[] = [];

  const add = (event: OrderEvent, eventId: EventId | null, tell: 'all' | 'figures' | 'none') => {
    order = evolve(order, event);
    placed ??= order.version === 1 ? order : null;
    const [first, ...others] = messagesOf(order, event, newId);
    if (tell === 'all') messages.push(first);
    if (tell !== 'none' && !told.figures.has(order.version)) messages.push(...others);
    steps.push({ order, event, eventId: eventId ?? first.eventId });
  };

  return {
    told: ({ event, eventId }: PublishedStep) => add(event, eventId, eventId === null ? 'all' : 'figures'),
    kept: ({ change, eventId }: StoredStep) => change && add(change, eventId, 'none'),
    again({ change }: StoredStep) {
      if (change === null || order === null) return;
      try {
        for (const event of changeAgain(order, change)) add(event, null, 'all');
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        dropped.push(change);
      }
    },
    recovery(): Recovery {
      if (order === null) throw new Error('A recovery of an order has no step.');
      return { order, from, steps, placed, placement: placed && placementOf(placed, known), messages, dropped };
    },
  };
}

function placementOf(placed: Order, { placement }: StoredOrder): PlacedPlacement {
  const { id: orderId, customerId, lines, deliveryAddress, createdAt: at } = placed;
  if (placement?.outcome === 'PLACED') return { ...placement, at };
  const requestHash = requestHashOf(lines, deliveryAddress);
  const attempt = (placement?.attempt ?? 0) + 1;
  return { outcome: 'PLACED', orderId, attempt, customerId, idempotencyKey: '', requestHash, at, reply: '' };
}

/** Whether something else was told of that version before. */
function isOther(step: PublishedStep | undefined, eventId: EventId | undefined): boolean {
  return step !== undefined && step.eventId !== null && step.eventId !== eventId;
}

/** An order of which only analytics-events tells: all but its address. */
export const unknownAddress = {
  ...{ line1: 'not known: it was lost with the database', line2: null, city: 'not known' },
  ...{ postalCode: 'not known', country: 'not known', instructions: null },
} as const satisfies OrderPlaced['deliveryAddress'];
