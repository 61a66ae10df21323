/** What Kafka tells of orders, held against the history in the database: which orders lack something, and all that was told of those. */

import { nullIfUnreadable, type Codec, type Message, type MessageOf, type OrderId } from '@oms/contracts';
import { readFromTimestamp, headerText, type Kafka, type ReceivedMessage } from '@oms/messaging';
import type { Pool } from 'pg';
import type { CancelReason, OrderEvent } from '../domain/order.ts';
import { unknownAddress, type PublishedOrder, type PublishedStep } from './plan-order-recovery.ts';

export type PublishedOrders = { told: Map<OrderId, PublishedOrder>; read: number };

/**
 * The topic is read twice: most of what is read the database has, and only of orders that lack something all is kept, about 2 KB a message.
 * @param since from when on everything is read
 */
export async function readPublishedOrders(o: {
  pool: Pool;
  kafka: Kafka;
  codec: Codec;
  since: Date;
}): Promise<PublishedOrders> {
  const topics = ['order-events', 'analytics-events'];
  const lacking = new Set<OrderId>();
  const read = await readFromTimestamp({
    ...{ kafka: o.kafka, topics, since: o.since },
    async onMessages(messages) {
      for (const id of await findLacking(o.pool, messages.flatMap(headOf))) lacking.add(id);
    },
  });
  const told = new Map<OrderId, Gathered>();
  if (lacking.size === 0) return { told, read };
  await readFromTimestamp({
    ...{ kafka: o.kafka, topics, since: o.since },
    async onMessages(messages) {
      for (const { value, headers } of messages) {
        if (value === null || !lacking.has((headerText(headers, 'ce_subject') ?? '') as OrderId)) continue;
        const message = await o.codec.decode(value).catch(nullIfUnreadable);
        if (message) gather(told, message);
      }
    },
  });
  return { told, read };
}

type Head = { orderId: string; version: number; eventId: string | null };

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Without the message itself. On analytics-events a version has another message, so its id says nothing. */
function headOf({ topic, headers }: ReceivedMessage): Head[] {
  const [orderId, eventId] = [headerText(headers, 'ce_subject') ?? '', headerText(headers, 'ce_id') ?? ''];
  const version = Number(headerText(headers, 'ce_aggregateversion') ?? NaN);
  const isOfOrder = topic === 'order-events' || headerText(headers, 'ce_type')?.includes('ORDER') === true;
  // What no service of ours has said has no such headers.
  if (!isOfOrder || !uuid.test(orderId) || !uuid.test(eventId) || !Number.isInteger(version)) return [];
  return [{ orderId, version, eventId: topic === 'order-events' ? eventId : null }];
}

// Unlocked: whoever writes on its word looks again under the lock.
const lackingSql = `
SELECT DISTINCT m."orderId" FROM unnest($1::uuid[], $2::int[], $3::uuid[]) AS m ("orderId", "version", "eventId")
LEFT JOIN "order_history" h ON h."orderId" = m."orderId" AND h."version" = m."version"
WHERE h."eventId" IS NULL OR h."eventId" <> m."eventId"`;

async function findLacking(pool: Pool, heads: readonly Head[]): Promise<OrderId[]> {
  const column = <K extends keyof Head>(key: K) => heads.map((head) => head[key]);
  const values = [column('orderId'), column('version'), column('eventId')];
  const { rows } = await pool.query<{ orderId: OrderId }>({ name: 'order.lacking', text: lackingSql, values });
  return rows.map(({ orderId }) => orderId);
}

type Gathered = { steps: Map<number, PublishedStep>; figures: Set<number> };

function gather(told: Map<OrderId, Gathered>, message: Message): void {
  const event = eventOf(message);
  if (event === null) return;
  const orderId = message.aggregateId as OrderId;
  const gathered: Gathered = told.get(orderId) ?? { steps: new Map(), figures: new Set() };
  told.set(orderId, gathered);
  const { steps, figures } = gathered;
  const { aggregateVersion: version, eventId } = message;
  const isFigure = message.eventType === 'NEW_ORDER' || message.eventType === 'ORDER_STATUS_CHANGE';
  if (isFigure) figures.add(version);
  // The first word of order-events counts, and what that topic does not have is taken from the other.
  const before = steps.get(version);
  if (before === undefined || (before.eventId === null && !isFigure)) {
    steps.set(version, { event, eventId: isFigure ? null : eventId });
  }
}

const nobody = { id: 'not known', role: 'service' };

/** Null: it is not about an order. Who placed an order for themselves in which role is not told: nearly always a customer. */
function eventOf(message: Message): OrderEvent | null {
  const at = message.occurredAt;
  switch (message.eventType) {
    case 'ORDER_PLACED':
      return {
        ...placedOf(message),
        deliveryAddress: message.deliveryAddress,
        promisedDeliveryAt: message.promisedDeliveryAt,
      };
    case 'NEW_ORDER':
      return { ...placedOf(message), deliveryAddress: unknownAddress, promisedDeliveryAt: null };
    case 'ORDER_STATUS_CHANGED': {
      const { fromStatus: from, toStatus: to, reason, note, changedBy: id, changedByRole: role } = message;
      return { type: 'StatusChanged', from, to, reason: reason as CancelReason | null, note, at, by: { id, role } };
    }
    case 'ORDER_STATUS_CHANGE': {
      const { fromStatus: from, toStatus: to } = message;
      return { type: 'StatusChanged', from, to, reason: null, note: null, at, by: nobody };
    }
    default:
      return null;
  }
}

function placedOf(message: MessageOf<'ORDER_PLACED' | 'NEW_ORDER'>) {
  const { aggregateId: orderId, customerId, totalAmount: totalCents, items, occurredAt: at } = message;
  const lines = items.map(({ unitPrice: unitPriceCents, lineTotal: lineTotalCents, ...line }) => {
    return { itemId: line.itemId, itemName: line.itemName, quantity: line.quantity, unitPriceCents, lineTotalCents };
  });
  const by = { id: customerId as string, role: 'customer' };
  return { type: 'OrderPlaced' as const, orderId, customerId, lines, totalCents, at, by };
}
