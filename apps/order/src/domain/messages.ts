/** Events of an order as messages of the contracts, and back: the one place that maps them. */

import type { EventId, EventType, Message, MessageOf, OrderId } from '@oms/contracts';
import { deadlineActor, type OrderMark } from './deadlines.ts';
import { promiseIdOf } from './order-id.ts';
import {
  restockByRule,
  type CancelReason,
  type DeliveryAddress,
  type Order,
  type OrderEvent,
  type OrderLine,
  type OrderPlaced,
  type StatusChanged,
} from './order.ts';

/** Everything that this service publishes. Documents and the ACLs on Kafka are made from this list. */
export const publishes = [
  'ORDER_PLACED',
  'ORDER_STATUS_CHANGED',
  'ORDER_READY',
  'ORDER_DUE',
  'ORDER_LATE',
  'NEW_ORDER',
  'ORDER_STATUS_CHANGE',
  'ORDER_MILESTONE',
] as const satisfies readonly EventType[];

type PlacedMessage = MessageOf<'ORDER_PLACED' | 'NEW_ORDER'>;
type Item = MessageOf<'NEW_ORDER'>['items'][number];
type ItemWithNote = MessageOf<'ORDER_PLACED'>['items'][number];

type Common = Pick<Message, 'occurredAt' | 'aggregateVersion'> & { aggregateId: OrderId };

/** The messages of `event`; `order` is the order after it. The first is on order-events, the second on analytics-events. */
export function messagesOf(order: Order, event: OrderEvent, newId: () => EventId): [Message, Message] {
  const common = { occurredAt: event.at, aggregateId: order.id, aggregateVersion: order.version };
  switch (event.type) {
    case 'OrderPlaced':
      return messagesOfPlaced(order, event, common, newId);
    case 'StatusChanged':
      return messagesOfStatus(order, event, common, newId);
    case 'OrderReady': {
      const author = { changedBy: event.by.id, changedByRole: event.by.role };
      return [
        { ...common, ...author, customerId: order.customerId, eventId: newId(), eventType: 'ORDER_READY' },
        { ...common, milestone: 'READY', eventId: newId(), eventType: 'ORDER_MILESTONE' },
      ];
    }
    case 'OrderDue':
      return [
        { ...common, ...ticketOf(order), eventId: newId(), eventType: 'ORDER_DUE' },
        { ...common, milestone: 'DUE', eventId: newId(), eventType: 'ORDER_MILESTONE' },
      ];
  }
}

/** The messages of a mark, which is no change of the order: the promise is an aggregate of its own. */
export function messagesOfMark({ id: orderId, customerId }: Order, what: OrderMark, newId: () => EventId): Message[] {
  if (what.type !== 'PromiseBroken') return [];
  const { stage, promisedAt, at: occurredAt } = what;
  const promise = { aggregateId: promiseIdOf(orderId, stage), aggregateVersion: 1 };
  return [
    { ...promise, occurredAt, orderId, customerId, stage, promisedAt, eventId: newId(), eventType: 'ORDER_LATE' },
  ];
}

function messagesOfPlaced(
  { customerId, totalCents: totalAmount }: Order,
  { lines, deliveryAddress, promisedDeliveryAt, deliverAt, dueAt, acceptBy, by }: OrderPlaced,
  common: Common,
  newId: () => EventId,
): [Message, Message] {
  const placed = { ...common, customerId, totalAmount };
  const items = lines.map(itemWithNoteOf);
  const times = { promisedDeliveryAt, deliverAt, dueAt, acceptBy };
  const author = { placedBy: by.id, placedByRole: by.role };
  return [
    { ...placed, items, deliveryAddress, ...times, ...author, eventId: newId(), eventType: 'ORDER_PLACED' },
    { ...placed, items: lines.map(itemOf), deliverAt, eventId: newId(), eventType: 'NEW_ORDER' },
  ];
}

function messagesOfStatus(
  { customerId, totalCents: totalAmount }: Order,
  { from: fromStatus, to: toStatus, by, reason, note, restock, soldOutItemIds }: StatusChanged,
  common: Common,
  newId: () => EventId,
): [Message, Message] {
  const changed = { ...common, fromStatus, toStatus };
  const author = { changedBy: by.id, changedByRole: by.role };
  const why = { reason, note, restock, soldOutItemIds };
  return [
    { ...changed, ...author, ...why, customerId, eventId: newId(), eventType: 'ORDER_STATUS_CHANGED' },
    { ...changed, totalAmount, reason, eventId: newId(), eventType: 'ORDER_STATUS_CHANGE' },
  ];
}

/** What the kitchen needs of a scheduled order. */
function ticketOf(order: Order) {
  const {
    customerId,
    totalCents: totalAmount,
    lines,
    deliveryAddress,
    deliverAt,
    promisedDeliveryAt,
    acceptBy,
  } = order;
  if (deliverAt === null) throw new Error(`Order ${order.id} is due, and it was not scheduled.`);
  const items = lines.map(itemWithNoteOf);
  return { customerId, totalAmount, items, deliveryAddress, deliverAt, promisedDeliveryAt, acceptBy };
}

/** What analytics-events does not have of an order. */
export const unknownAddress: DeliveryAddress = {
  line1: 'unknown: it was lost with the database',
  line2: null,
  city: 'unknown',
  postalCode: 'unknown',
  country: 'unknown',
  instructions: null,
};
const unknownActor = { id: 'unknown', role: 'service' };

/** The event of a message; null if the message is not about an order. Who placed an order is in ORDER_PLACED since v4: otherwise the customer. */
export function eventOf(message: Message): OrderEvent | null {
  const at = message.occurredAt;
  switch (message.eventType) {
    case 'ORDER_PLACED': {
      const { deliveryAddress, promisedDeliveryAt, deliverAt, dueAt, acceptBy, placedBy, placedByRole } = message;
      const placed = placedOf(message);
      const by = { id: placedBy ?? placed.by.id, role: placedByRole ?? placed.by.role };
      return { ...placed, deliveryAddress, promisedDeliveryAt, deliverAt, dueAt, acceptBy, by };
    }
    case 'NEW_ORDER':
      return {
        ...placedOf(message),
        deliveryAddress: unknownAddress,
        promisedDeliveryAt: message.deliverAt,
        deliverAt: message.deliverAt,
        dueAt: null,
        acceptBy: null,
      };
    case 'ORDER_STATUS_CHANGED': {
      const {
        fromStatus: from,
        toStatus: to,
        note,
        restock,
        soldOutItemIds,
        changedBy: id,
        changedByRole: role,
      } = message;
      const reason = message.reason as CancelReason | null;
      return { type: 'StatusChanged', from, to, reason, note, restock, soldOutItemIds, at, by: { id, role } };
    }
    case 'ORDER_STATUS_CHANGE': {
      const { fromStatus: from, toStatus: to } = message;
      const reason = message.reason as CancelReason | null;
      const stock = { restock: restockByRule({ from, to, reason }), soldOutItemIds: null };
      return { type: 'StatusChanged', from, to, reason, note: null, ...stock, at, by: unknownActor };
    }
    case 'ORDER_READY':
      return { type: 'OrderReady', at, by: { id: message.changedBy, role: message.changedByRole } };
    case 'ORDER_DUE':
      return { type: 'OrderDue', acceptBy: message.acceptBy, at, by: deadlineActor };
    case 'ORDER_MILESTONE':
      if (message.milestone === 'READY') return { type: 'OrderReady', at, by: unknownActor };
      return message.milestone === 'DUE' ? { type: 'OrderDue', acceptBy: null, at, by: deadlineActor } : null;
    default:
      return null;
  }
}

function placedOf(message: PlacedMessage) {
  const { aggregateId: orderId, customerId, totalAmount: totalCents, occurredAt: at } = message;
  const by = { id: customerId as string, role: 'customer' };
  return { type: 'OrderPlaced' as const, orderId, customerId, lines: message.items.map(lineOf), totalCents, at, by };
}

function itemOf({ itemId, itemName, quantity, unitPriceCents, lineTotalCents }: OrderLine): Item {
  return { itemId, itemName, quantity, unitPrice: unitPriceCents, lineTotal: lineTotalCents };
}

function itemWithNoteOf(line: OrderLine): ItemWithNote {
  return { ...itemOf(line), note: line.note };
}

/** NEW_ORDER has no notes. */
function lineOf(item: Item | ItemWithNote): OrderLine {
  const { itemId, itemName, quantity, unitPrice, lineTotal } = item;
  const note = 'note' in item ? item.note : null;
  return { itemId, itemName, quantity, note, unitPriceCents: unitPrice, lineTotalCents: lineTotal };
}
