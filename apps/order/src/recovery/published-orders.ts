/** Reads from Kafka what was published of the orders whose history in the database is incomplete. */

import { nullIfUnreadable, topicOf, type Codec, type Message, type OrderId, type OrderLate } from '@oms/contracts';
import { headerText, readFromTimestamp, type Kafka, type ReceivedMessage } from '@oms/messaging';
import type { Pool } from 'pg';
import { eventOf } from '../domain/messages.ts';
import type { PublishedOrder, PublishedStep } from './plan-order-recovery.ts';

export type PublishedOrders = {
  orders: Map<OrderId, PublishedOrder>;
  /** The promises that were published as broken. */
  late: OrderLate[];
  read: number;
};

/** All messages from `since` on are read. */
export type PublishedOrdersSource = { pool: Pool; kafka: Kafka; codec: Codec; since: Date };

/** The topics are read twice: the database has most of the messages, and only those of incomplete orders are kept, about 2 KB each. */
export async function readPublishedOrders({
  pool,
  kafka,
  codec,
  since,
}: PublishedOrdersSource): Promise<PublishedOrders> {
  const topics = ['order-events', 'analytics-events'];
  const incomplete = new Set<OrderId>();
  const late: OrderLate[] = [];
  const read = await readFromTimestamp({
    kafka,
    topics,
    since,
    async onMessages(messages) {
      for (const id of await findIncomplete(pool, messages.flatMap(headerOf))) incomplete.add(id);
      for (const { value } of messages.filter(isLate)) {
        const message = value && (await codec.decode(value).catch(nullIfUnreadable));
        if (message?.eventType === 'ORDER_LATE') late.push(message);
      }
    },
  });
  const orders = new Map<OrderId, Collected>();
  if (incomplete.size === 0) return { orders, late, read };
  await readFromTimestamp({
    kafka,
    topics,
    since,
    async onMessages(messages) {
      for (const { value, headers } of messages) {
        if (value === null || !incomplete.has((headerText(headers, 'ce_subject') ?? '') as OrderId)) continue;
        const message = await codec.decode(value).catch(nullIfUnreadable);
        if (message) collect(orders, message);
      }
    },
  });
  return { orders, late, read };
}

type Header = { orderId: string; version: number; eventId: string | null };

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** From the headers alone. A version has another message on analytics-events, whose id the history does not have. */
function headerOf(message: ReceivedMessage): Header[] {
  const { topic, headers } = message;
  const [orderId, eventId] = [headerText(headers, 'ce_subject') ?? '', headerText(headers, 'ce_id') ?? ''];
  const version = Number(headerText(headers, 'ce_aggregateversion') ?? NaN);
  const isOfOrder = topic === 'order-events' || headerText(headers, 'ce_type')?.includes('ORDER') === true;
  // All messages of our services have these headers.
  if (!isOfOrder || isLate(message) || !uuid.test(orderId) || !uuid.test(eventId) || !Number.isInteger(version))
    return [];
  return [{ orderId, version, eventId: topic === 'order-events' ? eventId : null }];
}

/** It is about a promise and changes no order. */
function isLate({ headers }: ReceivedMessage): boolean {
  return headerText(headers, 'ce_type')?.endsWith('ORDER_LATE') === true;
}

// Without locks: who writes because of the answer loads the orders again under their locks.
const incompleteSql = `
SELECT DISTINCT m."orderId" FROM unnest($1::uuid[], $2::int[], $3::uuid[]) AS m ("orderId", "version", "eventId")
LEFT JOIN "order_history" h ON h."orderId" = m."orderId" AND h."version" = m."version"
WHERE h."eventId" IS NULL OR h."eventId" <> m."eventId"`;

async function findIncomplete(pool: Pool, headers: readonly Header[]): Promise<OrderId[]> {
  const column = <K extends keyof Header>(key: K) => headers.map((header) => header[key]);
  const values = [column('orderId'), column('version'), column('eventId')];
  const { rows } = await pool.query<{ orderId: OrderId }>({ name: 'order.incomplete', text: incompleteSql, values });
  return rows.map(({ orderId }) => orderId);
}

type Collected = { steps: Map<number, PublishedStep>; onAnalytics: Set<number> };

function collect(orders: Map<OrderId, Collected>, message: Message): void {
  const event = eventOf(message);
  if (event === null) return;
  const orderId = message.aggregateId as OrderId;
  const collected: Collected = orders.get(orderId) ?? { steps: new Map(), onAnalytics: new Set() };
  orders.set(orderId, collected);
  const { steps, onAnalytics } = collected;
  const { aggregateVersion: version, eventId } = message;
  const isAnalytics = topicOf[message.eventType] === 'analytics-events';
  if (isAnalytics) onAnalytics.add(version);
  // The first message on order-events counts. A version that this topic lacks is taken from the other.
  const before = steps.get(version);
  if (before === undefined || (before.eventId === null && !isAnalytics)) {
    steps.set(version, { event, eventId: isAnalytics ? null : eventId });
  }
}
