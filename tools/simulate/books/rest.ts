// Whether nothing moves any more: what is still under way, in words, or nothing.

import type { House } from '../services/house.ts';
import type { Service } from '../world/world.ts';

/** Invariant 8: outboxes are empty, every group has read to the end, nothing is held, nothing waits to be sent. */
export function unrest(house: House): string[] {
  const rows = (service: Service, table: string) => house.servers.get(service)!.rows(table);
  const found: string[] = [];
  const tell = (count: number, what: string) => {
    if (count > 0) found.push(`${count} ${what}`);
  };
  for (const service of ['order', 'inventory'] as const)
    tell(rows(service, 'messaging.outbox').length, `messages in the outbox of ${service}`);
  for (const service of ['inventory', 'analytics', 'notification'] as const)
    tell(rows(service, 'messaging.parked').length, `messages parked by ${service}`);
  tell(rows('inventory', 'reservations').filter(({ state }) => state === 'HELD').length, 'reservations held');
  tell(
    rows('notification', 'notifications').filter(({ status }) => status !== 'SENT').length,
    'notifications not sent',
  );
  for (const [group, topics] of Object.entries(groups)) {
    const lag = topics.reduce((sum, topic) => sum + lagOf(house, group, topic), 0);
    tell(lag, `messages that ${group} has not read`);
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
