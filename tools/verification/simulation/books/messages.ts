// Invariants 3, 6 and 8: each change has its messages, once and in order; each crossing its alert; each message its place in every inbox.

import type { Evidence, Kept } from './evidence.ts';
import type { Report } from './finding.ts';

type Change = { orderId: string; version: number; eventId: string };
type Movement = { itemId: string; delta: number; quantityAfter: number; itemVersion: number };

const readers: readonly {
  service: 'inventory' | 'analytics' | 'notification';
  group: string;
  topics: readonly string[];
}[] = [
  { service: 'inventory', group: 'oms-inventory', topics: ['order-events'] },
  { service: 'analytics', group: 'oms-analytics', topics: ['analytics-events', 'order-events'] },
  { service: 'notification', group: 'oms-notification', topics: ['inventory-alerts', 'order-events'] },
];

export function checkMessages(evidence: Evidence, report: Report): void {
  checkOrderMessages(evidence, report);
  checkItemMessages(evidence, report);
  checkSequence(evidence, report);
  checkInboxes(evidence, report);
  checkDeadLetters(evidence, report);
}

function checkOrderMessages({ rows, messages }: Evidence, report: Report): void {
  const changes = rows('order', 'order_history') as unknown as Change[];
  const byPlace = Map.groupBy(messages.values(), placeOf);
  for (const { orderId, version, eventId } of changes) {
    const types = version === 1 ? ['ORDER_PLACED', 'NEW_ORDER'] : ['ORDER_STATUS_CHANGED', 'ORDER_STATUS_CHANGE'];
    const told = byPlace.get(`${orderId} ${version}`) ?? [];
    const found = told.map(({ message }) => message.eventType).sort();
    if (found.join() !== types.toSorted().join())
      report(3, `version ${version} of order ${orderId} was told as ${found.join(', ') || 'nothing'}`, orderId);
    if (!messages.has(eventId))
      report(3, `message ${eventId} of order ${orderId}, version ${version}, never left`, orderId);
  }
  const known = new Set(changes.map(({ orderId, version }) => `${orderId} ${version}`));
  for (const kept of messages.values()) {
    if (kept.message.eventType.includes('ORDER') && !known.has(placeOf(kept))) {
      report(
        3,
        `a message tells of version ${kept.message.aggregateVersion} of order ${kept.message.aggregateId}, which never was`,
        kept.message.aggregateId,
      );
    }
  }
}

function checkItemMessages({ rows, messages }: Evidence, report: Report): void {
  const movements = (rows('inventory', 'movements') as unknown as Movement[]).toSorted(
    (a, b) => a.itemVersion - b.itemVersion,
  );
  const thresholds = new Map(
    rows('inventory', 'inventory').map((item) => [item['id'] as string, item['threshold'] as number]),
  );
  const told = Map.groupBy(messages.values(), placeOf);
  for (const { itemId, delta, quantityAfter, itemVersion } of movements) {
    const before = quantityAfter - delta;
    const threshold = thresholds.get(itemId)!;
    const types = ['INVENTORY_UPDATE'];
    if (itemVersion > 1 && quantityAfter < threshold && before >= threshold) types.push('LOW_STOCK');
    if (itemVersion > 1 && quantityAfter === 0 && before > 0) types.push('OUT_OF_STOCK');
    const found = (told.get(`${itemId} ${itemVersion}`) ?? []).map(({ message }) => message.eventType).sort();
    if (found.join() !== types.sort().join()) {
      report(
        6,
        `item ${itemId} went from ${before} to ${quantityAfter} (threshold ${threshold}), which was told as ${found.join(', ') || 'nothing'}`,
        itemId,
      );
    }
  }
}

/** The first copies of an aggregate's messages on a topic come in the order of its versions. */
function checkSequence({ messages }: Evidence, report: Report): void {
  const last = new Map<string, number>();
  for (const { message, topic } of messages.values()) {
    const key = `${topic} ${message.aggregateId}`;
    if (message.aggregateVersion < (last.get(key) ?? 0)) {
      report(
        3,
        `on ${topic}, version ${message.aggregateVersion} of ${message.aggregateId} came after version ${last.get(key)}`,
        message.aggregateId,
      );
    }
    last.set(key, message.aggregateVersion);
  }
}

function checkInboxes({ rows, messages }: Evidence, report: Report): void {
  for (const { service, group, topics } of readers) {
    const applied = new Set(
      rows(service, 'messaging.inbox').flatMap((row) => (row['consumer'] === group ? [row['eventId'] as string] : [])),
    );
    for (const { message, topic } of messages.values()) {
      if (topics.includes(topic) && !applied.has(message.eventId)) {
        report(
          8,
          `${service} never applied ${message.eventType} ${message.eventId} of ${message.aggregateId}`,
          message.aggregateId,
          message.eventId,
        );
      }
    }
    for (const eventId of applied)
      if (!messages.has(eventId)) report(8, `${service} applied message ${eventId}, which nobody sent`, eventId);
  }
}

/** Whatever is no message is with the dead letters of every group, and nothing else is. */
function checkDeadLetters({ garbage, deadLetters }: Evidence, report: Report): void {
  const at = (topic?: string, partition?: number | string, offset?: number | string) =>
    `${topic}/${partition}/${offset}`;
  const buried = new Set(
    deadLetters.map(
      (letter) => `${letter['dlq_consumer']} ${at(letter['dlq_topic'], letter['dlq_partition'], letter['dlq_offset'])}`,
    ),
  );
  const expected = new Set<string>();
  for (const { topic, partition, offset } of garbage) {
    for (const { group, topics } of readers) {
      if (!topics.includes(topic)) continue;
      expected.add(`${group} ${at(topic, partition, offset)}`);
      if (!buried.has(`${group} ${at(topic, partition, offset)}`))
        report(8, `${group} passed over garbage at ${at(topic, partition, offset)} without a dead letter`);
    }
  }
  for (const letter of buried) if (!expected.has(letter)) report(8, `a good message became a dead letter: ${letter}`);
}

function placeOf({ message }: Kept): string {
  return `${message.aggregateId} ${message.aggregateVersion}`;
}
