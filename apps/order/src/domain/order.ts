/**
 * The lifecycle of an order, as pure decisions: (order, command) -> events.
 *
 * - An order is placed once, as PENDING, version 1; every change adds 1 to the version.
 * - PENDING -> PREPARING -> OUT_FOR_DELIVERY -> DELIVERED; PENDING or PREPARING -> CANCELLED. No step goes back.
 * - OUT_FOR_DELIVERY -> CANCELLED when the delivery failed, for a reason that says how. These reasons exist only there, the others only before.
 * - A customer can change their own orders only (another customer's order does not exist for them), and only by cancelling while PENDING.
 * - Cancelling has a reason, see cancellation.ts. Staff may also cancel by a plain status change before the delivery, which has no reason.
 * - The stock of a cancelled order can be sold again if nobody has begun to cook it and it is not sold out; staff may say otherwise.
 * - A command that asks for the current status changes nothing: deciding twice writes nothing.
 * - A caller who names the versions they expect is refused when the order has another version.
 * - Other changes than steps: the kitchen has finished it (ready.ts), or begins with a scheduled order (deadlines.ts).
 * - When an order is placed, a delivery time is promised: the time it was ordered for, else so many minutes later; with 0 minutes, none.
 *   It never changes. So is the time by which the kitchen accepts it; a scheduled order is shown to the kitchen so long before its time.
 * - The time of a change is never before the time of the previous change, whatever the clock says.
 */

import type { Cents, CustomerId, ItemId, OrderId } from '@oms/contracts';
import { Refusal } from '@oms/service-kit/refusal';
import { milestonesOf, milestonesOfPlaced, type Milestones } from './milestones.ts';

// Events

/** A change of an order: each raises its version. */
export type OrderEvent = OrderPlaced | LaterEvent;
export type LaterEvent = StatusChanged | OrderReady | OrderDue;

export type OrderPlaced = {
  readonly type: 'OrderPlaced';
  readonly orderId: OrderId;
  readonly customerId: CustomerId;
  readonly lines: readonly OrderLine[];
  readonly totalCents: Cents;
  readonly deliveryAddress: DeliveryAddress;
  /** When the customer wants it; null: as soon as possible. */
  readonly deliverAt: Date | null;
  readonly promisedDeliveryAt: Date | null;
  /** When a scheduled order is shown to the kitchen; null: at once. */
  readonly dueAt: Date | null;
  /** When it is cancelled unless the kitchen has accepted it; null: never. */
  readonly acceptBy: Date | null;
  readonly at: Date;
  readonly by: Actor;
};

export type StatusChanged = {
  readonly type: 'StatusChanged';
  readonly from: OrderStatus;
  readonly to: OrderStatus;
  readonly reason: CancelReason | null;
  readonly note: string | null;
  /** Of a cancellation: its stock can be sold again. Null, as in what an earlier release wrote, means true. */
  readonly restock: boolean | null;
  /** Of a cancellation: the items that are out. Null: none. */
  readonly soldOutItemIds: readonly ItemId[] | null;
  readonly at: Date;
  readonly by: Actor;
};

/** The kitchen has finished it. */
export type OrderReady = { readonly type: 'OrderReady'; readonly at: Date; readonly by: Actor };

/** The kitchen begins with a scheduled order. `acceptBy` is null if it is not known, or if nobody must accept it. */
export type OrderDue = {
  readonly type: 'OrderDue';
  readonly acceptBy: Date | null;
  readonly at: Date;
  readonly by: Actor;
};

export const orderStatuses = ['PENDING', 'PREPARING', 'OUT_FOR_DELIVERY', 'DELIVERED', 'CANCELLED'] as const;
export type OrderStatus = (typeof orderStatuses)[number];

const reasonsBeforeDelivery = ['CUSTOMER', 'SOLD_OUT', 'RUSH_HOUR', 'NOT_ACCEPTED'] as const;
const reasonsOfFailedDelivery = ['NO_SHOW', 'ADDRESS_NOT_FOUND', 'REFUSED'] as const;
export const cancelReasons = [...reasonsBeforeDelivery, ...reasonsOfFailedDelivery] as const;
export type CancelReason = (typeof cancelReasons)[number];

export type Actor = { readonly id: string; readonly role: string };

export type OrderLine = {
  readonly itemId: ItemId;
  readonly itemName: string;
  readonly quantity: number;
  /** For the kitchen. */
  readonly note: string | null;
  readonly unitPriceCents: Cents;
  readonly lineTotalCents: Cents;
};

export type DeliveryAddress = {
  readonly line1: string;
  readonly line2: string | null;
  readonly city: string;
  readonly postalCode: string;
  readonly country: string;
  readonly instructions: string | null;
};

// State

export type Order = Milestones & {
  readonly id: OrderId;
  readonly customerId: CustomerId;
  readonly status: OrderStatus;
  readonly totalCents: Cents;
  readonly lines: readonly OrderLine[];
  readonly deliveryAddress: DeliveryAddress;
  readonly deliverAt: Date | null;
  readonly promisedDeliveryAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly version: number;
};

export function evolve(order: Order | null, event: OrderEvent): Order {
  if (event.type === 'OrderPlaced') {
    const { orderId: id, customerId, lines, totalCents, deliveryAddress, deliverAt, promisedDeliveryAt, at } = event;
    return {
      id,
      customerId,
      status: 'PENDING',
      totalCents,
      lines,
      deliveryAddress,
      deliverAt,
      promisedDeliveryAt,
      ...milestonesOfPlaced(event),
      createdAt: at,
      updatedAt: at,
      version: 1,
    };
  }
  if (order === null) throw new Error(`The first event of an order must be OrderPlaced, not ${event.type}.`);
  const status = event.type === 'StatusChanged' ? event.to : order.status;
  return { ...order, ...milestonesOf(event), status, updatedAt: event.at, version: order.version + 1 };
}

// Decisions

export type Place = Omit<OrderPlaced, 'type' | 'promisedDeliveryAt' | 'dueAt' | 'acceptBy'> & PlacementTerms;
/** What an order is promised when it is placed. */
export type PlacementTerms = {
  /** It is delivered so long after its placement; 0: no time is promised. */
  readonly promiseMinutes: number;
  /** The kitchen accepts it so long after it was shown it; 0 or absent: there is no limit. */
  readonly acceptMinutes?: number;
  /** A scheduled order is shown to the kitchen so long before its time. */
  readonly leadMinutes?: number;
};
export type ChangeStatus = {
  readonly to: OrderStatus;
  readonly at: Date;
  readonly by: Actor;
  readonly expected?: Versions;
};
/** The caller expects the order to have one of these versions, as in If-Match. Absent: any version. */
export type Versions = readonly number[];

export function place(order: Order | null, command: Place): OrderEvent[] {
  if (order !== null) return [];
  const { promiseMinutes, acceptMinutes = 0, leadMinutes = 0, ...placed } = command;
  const { at, deliverAt } = placed;
  const begins = deliverAt && minutesAfter(deliverAt, -leadMinutes);
  const dueAt = begins !== null && begins > at ? begins : null;
  const acceptBy = acceptMinutes === 0 ? null : minutesAfter(dueAt ?? at, acceptMinutes);
  const soonest = promiseMinutes === 0 ? null : minutesAfter(at, promiseMinutes);
  return [{ type: 'OrderPlaced', ...placed, promisedDeliveryAt: deliverAt ?? soonest, dueAt, acceptBy }];
}

export function changeStatus(order: Order | null, command: ChangeStatus): OrderEvent[] {
  return step(order, { ...command, reason: null, note: null });
}

/** The order, or Refusal NOT_FOUND if it does not exist or `by` may not see it. */
export function requireVisible<T extends { customerId: string }>(order: T | null, by: Actor): T {
  if (order !== null && (isStaff(by) || order.customerId === by.id)) return order;
  throw new Refusal('NOT_FOUND', 'There is no such order. Check the id; GET /v1/orders lists the orders you can see.');
}

export function isStaff(actor: Actor): boolean {
  return actor.role === 'staff' || actor.role === 'admin';
}

/** The lifecycle: the statuses that an order may have next. */
export const nextSteps: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  PENDING: ['PREPARING', 'CANCELLED'],
  PREPARING: ['OUT_FOR_DELIVERY', 'CANCELLED'],
  OUT_FOR_DELIVERY: ['DELIVERED'],
  DELIVERED: [],
  CANCELLED: [],
};

const cancelReasonsIn: Readonly<Record<OrderStatus, readonly CancelReason[]>> = {
  PENDING: reasonsBeforeDelivery,
  PREPARING: reasonsBeforeDelivery,
  OUT_FOR_DELIVERY: reasonsOfFailedDelivery,
  DELIVERED: [],
  CANCELLED: [],
};

/** `restock` of a cancellation is left out for the rule: only what nobody has begun to cook, and what is not sold out. */
export type Step = Pick<StatusChanged, 'to' | 'reason' | 'note' | 'at' | 'by'> &
  Partial<Pick<StatusChanged, 'restock' | 'soldOutItemIds'>> & { readonly expected?: Versions };

export function step(
  stored: Order | null,
  { to, reason, note, restock, soldOutItemIds = null, at, by, expected }: Step,
): OrderEvent[] {
  const order = requireVisible(stored, by);
  const { status: from } = order;
  requireVersion(order, expected);
  if (from === to) return [];
  requireStep(from, { to, reason, by });
  return [
    {
      type: 'StatusChanged',
      from,
      to,
      reason,
      note,
      restock: restock === undefined ? restockByRule({ from, to, reason }) : restock,
      soldOutItemIds,
      at: at < order.updatedAt ? order.updatedAt : at,
      by,
    },
  ];
}

export function requireVersion(order: Order, expected: Versions | undefined): void {
  if (expected !== undefined && !expected.includes(order.version)) throw otherVersion(order, expected);
}

/** Null if it is not a cancellation. */
export function restockByRule({ from, to, reason }: Pick<StatusChanged, 'from' | 'to' | 'reason'>): boolean | null {
  return to === 'CANCELLED' ? from === 'PENDING' && reason !== 'SOLD_OUT' : null;
}

function requireStep(from: OrderStatus, { to, reason, by }: Pick<Step, 'to' | 'reason' | 'by'>): void {
  const reasons = cancelReasonsIn[from];
  if (to === 'CANCELLED' && reason !== null && reasons.length > 0 && isStaff(by)) {
    if (!reasons.includes(reason)) throw reasonNotAllowed(from, reason, reasons);
    return;
  }
  const allowed = isStaff(by) ? nextSteps[from] : from === 'PENDING' ? ['CANCELLED'] : [];
  if (!allowed.includes(to)) throw invalidTransition(from, { to, by }, allowed);
}

function invalidTransition(
  from: OrderStatus,
  { to, by }: Pick<Step, 'to' | 'by'>,
  allowed: readonly string[],
): Refusal {
  const steps = allowed.length > 0 ? allowed.join(', ') : 'none';
  const failed = isStaff(by) && from === 'OUT_FOR_DELIVERY' && to === 'CANCELLED';
  const instead = failed
    ? ` If the delivery failed, use POST /v1/orders/{id}/cancel with the reason ${reasonsOfFailedDelivery.join(' or ')}.`
    : '';
  return new Refusal(
    'INVALID_TRANSITION',
    `An order that is ${from} cannot become ${to}. Allowed: ${steps}.${instead}`,
    {
      allowed,
    },
  );
}

function reasonNotAllowed(from: OrderStatus, reason: CancelReason, allowed: readonly CancelReason[]): Refusal {
  const detail = `An order that is ${from} cannot be cancelled because of ${reason}. Allowed reasons: ${allowed.join(', ')}.`;
  return new Refusal('REASON_NOT_ALLOWED', detail, { allowed });
}

function otherVersion(order: Order, expected: Versions): Refusal {
  const versions = expected.length > 0 ? `version ${expected.join(' or ')}` : 'a version that no order has';
  return new Refusal(
    'PRECONDITION_FAILED',
    `If-Match names ${versions}, but the order has version ${order.version} (${order.status}). Read the order again, then decide.`,
  );
}

function minutesAfter(time: Date, minutes: number): Date {
  return new Date(time.getTime() + minutes * 60_000);
}
