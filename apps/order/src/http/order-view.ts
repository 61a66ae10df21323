/** Orders as the API shows them. Each view is the static type of its response schema. */

import type { Static } from '@oms/service-kit';
import type { Order } from '../domain/order.ts';
import type { HistoryEntry } from '../store/history-row.ts';
import { orderToRow } from '../store/order-row.ts';
import type { OrderState, PublishedOrderState } from '../store/order-states.ts';
import type * as schema from './schemas.ts';

export type OrderView = Static<typeof schema.Order>;
export type ChangeView = Static<typeof schema.Change>;
export type OrderStateView = Static<typeof schema.OrderState>;
export type PublishedOrderStateView = Static<typeof schema.PublishedOrderState>;

/** Amounts, items and address are as in the row: the columns hold what the API shows. */
export function orderView(order: Order): OrderView {
  const { id, customerId, status, totalAmount, items, deliveryAddress, version } = orderToRow(order);
  return {
    id,
    customerId,
    status,
    totalAmount,
    items,
    deliveryAddress,
    promisedDeliveryAt: order.promisedDeliveryAt?.toISOString() ?? null,
    deliverAt: order.deliverAt?.toISOString() ?? null,
    dueAt: order.dueAt?.toISOString() ?? null,
    acceptBy: order.acceptBy?.toISOString() ?? null,
    acceptedAt: order.acceptedAt?.toISOString() ?? null,
    readyAt: order.readyAt?.toISOString() ?? null,
    pickedUpAt: order.pickedUpAt?.toISOString() ?? null,
    deliveredAt: order.deliveredAt?.toISOString() ?? null,
    createdAt: order.createdAt.toISOString(),
    updatedAt: order.updatedAt.toISOString(),
    version,
  };
}

/** The body of the reply to a placement, which is stored and sent byte for byte. */
export function renderReply(order: Order): string {
  return JSON.stringify(orderView(order));
}

export function changeView({ at, by, soldOutItemIds, ...entry }: HistoryEntry): ChangeView {
  const { version, from, to, milestone, reason, note, restock } = entry;
  return {
    version,
    from,
    to,
    milestone,
    at: at.toISOString(),
    by: by.id,
    byRole: by.role,
    reason,
    note,
    restock,
    soldOutItemIds: soldOutItemIds && [...soldOutItemIds],
  };
}

/** As in the history, for event streams. */
export function renderChange(change: HistoryEntry): string {
  return JSON.stringify(changeView(change));
}

export function orderStateView({ order, attempt, eventId, restock }: OrderState): OrderStateView {
  const { id: orderId, status, version, items } = orderToRow(order);
  const lines = items.map(({ itemId, itemName, quantity, unitPrice }) => ({ itemId, itemName, quantity, unitPrice }));
  return { orderId, status, version, attempt, eventId, restock, lines };
}

/** `told` is the former name of `published`; inventory of the release before reads it. */
export function publishedOrderStateView(state: PublishedOrderState): PublishedOrderStateView {
  const { published } = state;
  return { ...orderStateView(state), published, told: published };
}
