/**
 * Cancels an order: who may give which reason, and what becomes of the stock.
 *
 * - A customer can only say CUSTOMER. Staff may say it for a customer on the phone, and have all other reasons.
 * - Staff may say whether the stock can be sold again; after the courier has left, nothing comes back.
 * - SOLD_OUT may name the items that are out, among those of the order: their stock becomes 0.
 * - Cancelling twice is the same as once, whatever the second says: the first reason stays.
 */

import type { ItemId, OrderId } from '@oms/contracts';
import { Refusal } from '@oms/service-kit/refusal';
import {
  isStaff,
  requireVisible,
  step,
  type Actor,
  type CancelReason,
  type Order,
  type OrderEvent,
  type StatusChanged,
  type Versions,
} from './order.ts';

export type Cancel = {
  readonly reason: CancelReason;
  readonly note: string | null;
  /** Absent: by the rule, see order.ts. */
  readonly restock?: boolean | undefined;
  /** The items that are out; absent: none is named. */
  readonly soldOutItemIds?: readonly ItemId[] | undefined;
  readonly at: Date;
  readonly by: Actor;
  readonly expected?: Versions;
};

/** What inventory must know of a cancelled order. */
export type CancelledOrder = { readonly orderId: OrderId; readonly changedBy: string } & Pick<
  StatusChanged,
  'reason' | 'restock' | 'soldOutItemIds'
>;

export function cancel(stored: Order | null, command: Cancel): OrderEvent[] {
  const { reason, note, restock, at, by, expected } = command;
  const order = requireVisible(stored, by);
  requireRights(command);
  const soldOutItemIds = soldOutItemsOf(order, command);
  const events = step(order, {
    to: 'CANCELLED',
    reason,
    note,
    ...(restock !== undefined && { restock }),
    soldOutItemIds,
    at,
    by,
    ...(expected && { expected }),
  });
  if (events.length > 0 && restock === true && order.status === 'OUT_FOR_DELIVERY') throw nothingComesBack();
  return events;
}

/** Null if these events do not cancel the order. */
export function cancelledBy(orderId: OrderId, events: readonly OrderEvent[]): CancelledOrder | null {
  const event = events.find((event) => event.type === 'StatusChanged' && event.to === 'CANCELLED');
  if (event?.type !== 'StatusChanged') return null;
  const { by, reason, restock, soldOutItemIds } = event;
  return { orderId, changedBy: by.id, reason, restock, soldOutItemIds };
}

function requireRights({ reason, restock, soldOutItemIds, by }: Cancel): void {
  if (isStaff(by)) return;
  if (reason !== 'CUSTOMER') {
    throw new Refusal('FORBIDDEN', `Only staff may cancel because of ${reason}. Customers use the reason CUSTOMER.`);
  }
  if (restock === false || soldOutItemIds !== undefined) {
    throw new Refusal('FORBIDDEN', 'Only staff decide about the stock of an order. Leave out "restock" and "items".');
  }
}

/** Each once; null if none is named. */
function soldOutItemsOf({ lines }: Order, { reason, soldOutItemIds }: Cancel): ItemId[] | null {
  if (soldOutItemIds === undefined) return null;
  if (reason !== 'SOLD_OUT') {
    const message = `is only for the reason SOLD_OUT, not for ${reason}`;
    throw new Refusal('VALIDATION_FAILED', `The body is invalid: items ${message}. Leave it out.`, {
      errors: [{ field: 'items', message }],
    });
  }
  const named = [...new Set(soldOutItemIds)];
  const others = named.filter((itemId) => !lines.some((line) => line.itemId === itemId));
  if (others.length === 0) return named;
  const detail = `These items are not in the order: ${others.join(', ')}. Name items of its lines.`;
  throw new Refusal('ITEM_NOT_IN_ORDER', detail, { itemIds: others });
}

function nothingComesBack(): Refusal {
  const detail = 'The order is OUT_FOR_DELIVERY: what left the kitchen cannot be sold again. Leave out "restock".';
  return new Refusal('RESTOCK_NOT_ALLOWED', detail);
}
