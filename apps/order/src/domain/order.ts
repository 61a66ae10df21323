/**
 * The life of an order, as pure decisions: (order, command) -> events.
 *
 * - An order is placed once, as PENDING, version 1; every change adds 1 to the version.
 * - PENDING -> PREPARING -> OUT_FOR_DELIVERY -> DELIVERED; PENDING or PREPARING -> CANCELLED. Nothing leads back.
 * - A customer acts on their own orders only (another's does not exist for them), and only by cancelling while PENDING.
 * - Cancelling gives a reason; staff may also cancel by a plain status change, which leaves the reason open.
 * - A wish that is fulfilled already changes nothing: deciding twice writes nothing.
 * - A caller who says which versions they have seen is refused when the order has moved on.
 * - When it is placed, a time is promised to deliver it by: so many minutes later; none of 0 minutes. It never changes.
 * - The time of a change is never before that of the change it follows, whatever the clock does.
 */

import type { Cents, CustomerId, ItemId, OrderId } from '@oms/contracts';
import { Refusal } from '@oms/service-kit/refusal';

// Events

export type OrderEvent = OrderPlaced | StatusChanged;

export type OrderPlaced = {
  readonly type: 'OrderPlaced';
  readonly orderId: OrderId;
  readonly customerId: CustomerId;
  readonly lines: readonly OrderLine[];
  readonly totalCents: Cents;
  readonly deliveryAddress: DeliveryAddress;
  readonly promisedDeliveryAt: Date | null;
  readonly at: Date;
  readonly by: Actor;
};

export type StatusChanged = {
  readonly type: 'StatusChanged';
  readonly from: OrderStatus;
  readonly to: OrderStatus;
  readonly reason: CancelReason | null;
  readonly note: string | null;
  readonly at: Date;
  readonly by: Actor;
};

export const orderStatuses = ['PENDING', 'PREPARING', 'OUT_FOR_DELIVERY', 'DELIVERED', 'CANCELLED'] as const;
export type OrderStatus = (typeof orderStatuses)[number];

export const cancelReasons = ['CUSTOMER', 'SOLD_OUT', 'RUSH_HOUR', 'NO_SHOW', 'NOT_ACCEPTED'] as const;
export type CancelReason = (typeof cancelReasons)[number];

export type Actor = { readonly id: string; readonly role: string };

export type OrderLine = {
  readonly itemId: ItemId;
  readonly itemName: string;
  readonly quantity: number;
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

export type Order = {
  readonly id: OrderId;
  readonly customerId: CustomerId;
  readonly status: OrderStatus;
  readonly totalCents: Cents;
  readonly lines: readonly OrderLine[];
  readonly deliveryAddress: DeliveryAddress;
  readonly promisedDeliveryAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly version: number;
};

export function evolve(order: Order | null, event: OrderEvent): Order {
  if (event.type === 'OrderPlaced') {
    const { orderId: id, customerId, lines, totalCents, deliveryAddress, promisedDeliveryAt, at } = event;
    return {
      ...{ id, customerId, status: 'PENDING', totalCents, lines, deliveryAddress, promisedDeliveryAt },
      ...{ createdAt: at, updatedAt: at, version: 1 },
    };
  }
  if (order === null) throw new Error(`An order's first event is OrderPlaced, not ${event.type}.`);
  return { ...order, status: event.to, updatedAt: event.at, version: order.version + 1 };
}

// Decisions

export type Place = Omit<OrderPlaced, 'type' | 'promisedDeliveryAt'> & { readonly promiseMinutes: number };
export type ChangeStatus = { readonly to: OrderStatus; readonly at: Date; readonly by: Actor; readonly seen?: Seen };
export type Cancel = {
  readonly reason: CancelReason;
  readonly note: string | null;
  readonly at: Date;
  readonly by: Actor;
  readonly seen?: Seen;
};
/** The versions the caller expects one of, as in If-Match; left out, any will do. */
export type Seen = readonly number[];

export function place(order: Order | null, { promiseMinutes, ...wish }: Place): OrderEvent[] {
  if (order !== null) return [];
  const promisedDeliveryAt = promiseMinutes === 0 ? null : new Date(wish.at.getTime() + promiseMinutes * 60_000);
  return [{ type: 'OrderPlaced', ...wish, promisedDeliveryAt }];
}

export function changeStatus(order: Order | null, command: ChangeStatus): OrderEvent[] {
  return step(order, { ...command, reason: null, note: null });
}

export function cancel(order: Order | null, command: Cancel): OrderEvent[] {
  return step(order, { ...command, to: 'CANCELLED' });
}

/** A change that was made once already, on an order that has moved on since: what is left of it to do. */
export function changeAgain(order: Order, { to, reason, note, at, by }: StatusChanged): OrderEvent[] {
  return step(order, { to, reason, note, at, by });
}

/** The order, if there is one that `by` may see. */
export function requireVisible<T extends { customerId: string }>(order: T | null, by: Actor): T {
  if (order !== null && (isStaff(by) || order.customerId === by.id)) return order;
  throw new Refusal('NOT_FOUND', 'There is no such order. Check the id; GET /v1/orders lists the orders you can see.');
}

export function isStaff(actor: Actor): boolean {
  return actor.role === 'staff' || actor.role === 'admin';
}

const nextSteps: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  PENDING: ['PREPARING', 'CANCELLED'],
  PREPARING: ['OUT_FOR_DELIVERY', 'CANCELLED'],
  OUT_FOR_DELIVERY: ['DELIVERED'],
  DELIVERED: [],
  CANCELLED: [],
};

type Step = Omit<StatusChanged, 'type' | 'from'> & { readonly seen?: Seen };

function step(known: Order | null, { seen, ...wish }: Step): OrderEvent[] {
  const order = requireVisible(known, wish.by);
  if (seen !== undefined && !seen.includes(order.version)) throw movedOn(order, seen);
  if (order.status === wish.to) return [];
  const allowed = isStaff(wish.by) ? nextSteps[order.status] : order.status === 'PENDING' ? ['CANCELLED'] : [];
  if (!allowed.includes(wish.to)) throw forbidden(order.status, wish.to, allowed);
  const at = wish.at < order.updatedAt ? order.updatedAt : wish.at;
  return [{ type: 'StatusChanged', from: order.status, ...wish, at }];
}

function forbidden(from: OrderStatus, to: OrderStatus, allowed: readonly string[]): Refusal {
  const steps = allowed.length > 0 ? allowed.join(', ') : 'none';
  return new Refusal('INVALID_TRANSITION', `An order that is ${from} cannot become ${to}. Allowed: ${steps}.`, {
    allowed,
  });
}

function movedOn(order: Order, seen: Seen): Refusal {
  const expected = seen.length > 0 ? `version ${seen.join(' or ')}` : 'a version that no order has';
  return new Refusal(
    'PRECONDITION_FAILED',
    `If-Match names ${expected}, and the order is at version ${order.version} (${order.status}). Read it again, then decide.`,
  );
}
