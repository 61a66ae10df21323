// Invariant 8: nothing waits any more - no outbox row, no unread or buffered message, no open hold, no notification to send.

import { topics } from '@oms/contracts';
import { groupOf } from '@oms/messaging';
import type { Databases, MessageLog } from './evidence.ts';
import type { Violation } from './violation.ts';

/** Which consumer group reads which topics. */
export const readers = [...new Set(Object.values(topics).flatMap(({ readBy }) => readBy))].map((service) => ({
  group: groupOf({ service }),
  topics: Object.entries(topics).flatMap(([topic, { readBy }]) => (readBy.includes(service) ? [topic] : [])),
}));

const buffered = 'messaging.parked';
const waiting: readonly { service: keyof Databases; what: string; from: string }[] = [
  { service: 'order', what: "rows in order's outbox", from: 'messaging.outbox' },
  { service: 'inventory', what: "rows in inventory's outbox", from: 'messaging.outbox' },
  {
    service: 'inventory',
    what: 'reservations that are neither confirmed nor released',
    from: `reservations WHERE state = 'HELD'`,
  },
  { service: 'notification', what: 'notifications not sent', from: `notifications WHERE status <> 'SENT'` },
  { service: 'inventory', what: 'messages in the out-of-order buffer of inventory', from: buffered },
  { service: 'analytics', what: 'messages in the out-of-order buffer of analytics', from: buffered },
  { service: 'notification', what: 'messages in the out-of-order buffer of notification', from: buffered },
];

/** What the system still has to do; empty once it is at rest. */
export async function checkLeftovers(databases: Databases, messages: MessageLog): Promise<Violation[]> {
  const violations: Violation[] = [];
  for (const { service, what, from } of waiting) {
    const { rows } = await databases[service].query<{ n: number }>(`SELECT count(*)::int AS n FROM ${from}`);
    const count = rows[0]?.n ?? 0;
    if (count > 0) violations.push({ invariant: 8, what: `${count} ${what}` });
  }
  for (const { group, topics: names } of readers) {
    const lag = await messages.lagOf(group, names);
    if (lag > 0n) violations.push({ invariant: 8, what: `${lag} messages that ${group} has not applied` });
  }
  return violations;
}
