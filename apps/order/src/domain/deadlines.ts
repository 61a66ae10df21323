/**
 * What falls due in an order's life when nobody does anything, as pure decisions: (order, time) -> events and marks.
 *
 * - A scheduled order is due at its time: the kitchen is shown it then (ORDER_DUE), and accepting it is counted from then on.
 * - An order that the kitchen has not accepted in time is cancelled by the service, as NOT_ACCEPTED, and its stock comes back.
 * - While nobody watched the deadlines (an outage, a restore), the kitchen may have been unable to accept: what is overdue then gets
 *   two more minutes, once.
 * - Preparing and delivery that pass their promise are late. That is published once for each order and stage (ORDER_LATE). It is a mark and
 *   no change: the order keeps its version.
 * - Only the order as it is now counts: an order that was accepted, finished or cancelled in the meantime has no such deadline any more.
 */

import { evolve, type Actor, type Order, type OrderEvent } from './order.ts';

export type DeadlineSettings = {
  /** Preparing is late so long after the kitchen has accepted; 0: never. */
  readonly preparationMinutes: number;
};

export type Deadline = { readonly kind: DeadlineKind; readonly at: Date };
export const deadlineKinds = ['DUE', 'ACCEPT', 'LATE_PREPARING', 'LATE_DELIVERY'] as const;
export type DeadlineKind = (typeof deadlineKinds)[number];

/** A change of an order's row that is no change of the order. */
export type OrderMark = PromiseBroken | AcceptanceExtended;
export type PromiseBroken = {
  readonly type: 'PromiseBroken';
  readonly stage: PromiseStage;
  readonly promisedAt: Date;
  readonly at: Date;
};
export type AcceptanceExtended = { readonly type: 'AcceptanceExtended'; readonly acceptBy: Date; readonly at: Date };
export const promiseStages = ['PREPARING', 'DELIVERY'] as const;
export type PromiseStage = (typeof promiseStages)[number];

/** Who changes an order because a deadline has passed. */
export const deadlineActor: Actor = { id: 'order', role: 'service' };

/** How much longer the kitchen has after an outage. */
const graceMs = 2 * 60_000;
const minuteMs = 60_000;

/** What falls due next; null: nothing does, whatever the time. */
export function deadlineOf(order: Order, settings: DeadlineSettings): Deadline | null {
  const deadlines = deadlineKinds.flatMap((kind) => {
    const at = timeOf(kind, order, settings);
    return at === null ? [] : [{ kind, at }];
  });
  // Of several at one time the first kind counts.
  return deadlines.reduce<Deadline | null>((next, each) => (next === null || each.at < next.at ? each : next), null);
}

export type FallDue = {
  readonly at: Date;
  readonly settings: DeadlineSettings;
  /** When the deadlines were last watched again after an outage. */
  readonly resumedAt: Date;
};
export type FallenDue = { readonly events: OrderEvent[]; readonly marks: OrderMark[] };

/** All that has fallen due until `at`; nothing if the order's deadlines are later. */
export function fallDue(order: Order, { at, settings, resumedAt }: FallDue): FallenDue {
  const events: OrderEvent[] = [];
  const marks: OrderMark[] = [];
  let now = order;
  for (;;) {
    const deadline = deadlineOf(now, settings);
    if (deadline === null || deadline.at > at) return { events, marks };
    const what = whatOf(now, deadline, { at: later(at, now.updatedAt), resumedAt });
    if (isMark(what)) {
      marks.push(what);
      now = mark(now, what);
    } else {
      events.push(what);
      now = evolve(now, what);
    }
  }
}

/** The order with a mark; its version stays. */
export function mark(order: Order, what: OrderMark): Order {
  if (what.type === 'AcceptanceExtended') return { ...order, acceptBy: what.acceptBy };
  return what.stage === 'PREPARING' ? { ...order, preparingLateAt: what.at } : { ...order, deliveryLateAt: what.at };
}

function isMark(what: OrderEvent | OrderMark): what is OrderMark {
  return what.type === 'PromiseBroken' || what.type === 'AcceptanceExtended';
}

function timeOf(kind: DeadlineKind, order: Order, { preparationMinutes }: DeadlineSettings): Date | null {
  const { status, dueAt, shownAt, acceptBy, acceptedAt, readyAt, preparingLateAt } = order;
  const isShown = dueAt === null || shownAt !== null;
  switch (kind) {
    case 'DUE':
      return status === 'PENDING' && !isShown ? dueAt : null;
    case 'ACCEPT':
      return status === 'PENDING' && isShown ? acceptBy : null;
    case 'LATE_PREPARING': {
      const isPromised = preparationMinutes > 0 && readyAt === null && preparingLateAt === null;
      if (status !== 'PREPARING' || acceptedAt === null || !isPromised) return null;
      return new Date(acceptedAt.getTime() + preparationMinutes * minuteMs);
    }
    case 'LATE_DELIVERY': {
      const isOver = status === 'DELIVERED' || status === 'CANCELLED' || order.deliveryLateAt !== null;
      return isOver ? null : order.promisedDeliveryAt;
    }
  }
}

function whatOf(
  order: Order,
  { kind, at: promisedAt }: Deadline,
  { at, resumedAt }: Pick<FallDue, 'at' | 'resumedAt'>,
): OrderEvent | OrderMark {
  switch (kind) {
    case 'DUE':
      return { type: 'OrderDue', acceptBy: acceptByOf(order, at), at, by: deadlineActor };
    case 'ACCEPT':
      if (promisedAt <= resumedAt) {
        return { type: 'AcceptanceExtended', acceptBy: new Date(resumedAt.getTime() + graceMs), at };
      }
      return {
        type: 'StatusChanged',
        from: order.status,
        to: 'CANCELLED',
        reason: 'NOT_ACCEPTED',
        note: null,
        restock: true,
        soldOutItemIds: null,
        at,
        by: deadlineActor,
      };
    case 'LATE_PREPARING':
      return { type: 'PromiseBroken', stage: 'PREPARING', promisedAt, at };
    case 'LATE_DELIVERY':
      return { type: 'PromiseBroken', stage: 'DELIVERY', promisedAt, at };
  }
}

/** The kitchen has as long as was planned, though it is shown the order later. */
function acceptByOf({ dueAt, acceptBy }: Order, shownAt: Date): Date | null {
  if (dueAt === null || acceptBy === null) return acceptBy;
  return new Date(acceptBy.getTime() + Math.max(0, shownAt.getTime() - dueAt.getTime()));
}

function later(a: Date, b: Date): Date {
  return a < b ? b : a;
}
