// Whether nothing moves any more: what is still under way, in words, or nothing.

import type { House } from '../services/house.ts';
import type { Service } from '../world/world.ts';

const waitingSql: readonly [Service, string, string][] = [
  ['order', 'messages in the outbox of order', 'messaging.outbox'],
  ['inventory', 'messages in the outbox of inventory', 'messaging.outbox'],
  ['inventory', 'reservations held', `reservations WHERE state = 'HELD'`],
  ['notification', 'notifications not sent', `notifications WHERE status <> 'SENT'`],
  ...(['inventory', 'analytics', 'notification'] as const).map(
    (service) => [service, `messages parked by ${service}`, 'messaging.parked'] as [Service, string, string],
  ),
];

export async function unrest(house: House): Promise<string[]> {
  const found: string[] = [];
  for (const [group, topics] of Object.entries(groups)) {
    const lag = topics.reduce((sum, topic) => sum + lagOf(house, group, topic), 0);
    if (lag > 0) found.push(`${lag} messages that ${group} has not read`);
  }
  for (const [service, what, from] of waitingSql) {
    if (found.length > 0) return found;
    const { rows } = await house.databases
      .get(service)!
      .control.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${from}`);
    if (rows[0]!.n > 0) found.push(`${rows[0]!.n} ${what}`);
  }
  return found;
}

const groups: Readonly<Record<string, readonly string[]>> = {
  'oms-inventory': ['order-events'],
  'oms-analytics': ['analytics-events', 'order-events'],
  'oms-notification': ['inventory-alerts', 'order-events'],
};

function lagOf({ broker }: House, group: string, topic: string): number {
  return broker.partitionsOf(topic).reduce((sum, log, partition) => {
    const committed = broker.group(group).committed({ topic, partition });
    return sum + log.length - Math.max(0, Number(committed));
  }, 0);
}
