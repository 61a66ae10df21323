// Invariant 8: nothing waits any more - no outbox row, no unread or parked message, no reservation nobody settled, no notice to send.

import { topics } from '@oms/contracts';
import { groupOf, type Kafka, type PartitionRange } from '@oms/messaging';
import type pg from 'pg';
import type { Finding } from './violation.ts';

export type Clients = Record<'order' | 'inventory' | 'analytics' | 'notification', pg.ClientBase>;

/** Which consumer group reads what. */
const readers = [...new Set(Object.values(topics).flatMap(({ readBy }) => readBy))].map((service) => ({
  group: groupOf({ service }),
  names: Object.entries(topics).flatMap(([topic, { readBy }]) => (readBy.includes(service) ? [topic] : [])),
}));

export async function checkLeftovers(clients: Clients, kafka: Kafka): Promise<Finding[]> {
  const findings: Finding[] = [];
  const expectNone = async (client: pg.ClientBase, what: string, from: string) => {
    const { rows } = await client.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${from}`);
    if ((rows[0]?.n ?? 0) > 0) findings.push({ invariant: 8, what: `${rows[0]?.n} ${what}` });
  };
  await expectNone(clients.order, "rows in order's outbox", 'messaging.outbox');
  await expectNone(clients.inventory, "rows in inventory's outbox", 'messaging.outbox');
  await expectNone(clients.inventory, 'reservations that nobody settled', `reservations WHERE state = 'HELD'`);
  await expectNone(clients.notification, 'notifications not sent', `notifications WHERE status <> 'SENT'`);
  for (const service of ['inventory', 'analytics', 'notification'] as const) {
    await expectNone(clients[service], `messages that ${service} has parked`, 'messaging.parked');
  }
  for (const { group, names } of readers) {
    const lag = await lagOf(kafka, group, await kafka.admin.offsetRanges(names));
    if (lag > 0n) findings.push({ invariant: 8, what: `${lag} messages that ${group} has not applied` });
  }
  return findings;
}

/** Answers a look whether every reader has come to where the topics end now. */
export async function checkLag(kafka: Kafka): Promise<() => Promise<boolean>> {
  const ends = await kafka.admin.offsetRanges(Object.keys(topics));
  return async () => {
    for (const { group, names } of readers) {
      const its = ends.filter(({ topic }) => names.includes(topic));
      if ((await lagOf(kafka, group, its)) > 0n) return false;
    }
    return true;
  };
}

/** How many messages of these ranges the group has not committed. */
async function lagOf(kafka: Kafka, group: string, ranges: readonly PartitionRange[]): Promise<bigint> {
  const committed = await kafka.admin.committedOffsets(group, [...new Set(ranges.map(({ topic }) => topic))]);
  const at = new Map(committed.map(({ topic, partition, offset }) => [`${topic}/${partition}`, offset]));
  return ranges.reduce((sum, { topic, partition, first, end }) => {
    const position = at.get(`${topic}/${partition}`) ?? -1n;
    const read = position > first ? position : first;
    return read < end ? sum + (end - read) : sum;
  }, 0n);
}
