// What the books are checked on: the committed tables, every message that Kafka keeps, and what people and providers were told.

import type { Codec, Message } from '@oms/contracts';
import type { Told } from '../people/people.ts';
import type { Row } from '../postgres/database.ts';
import type { House } from '../services/house.ts';
import type { Service } from '../world/world.ts';

export type Kept = { message: Message; topic: string; partition: number; offset: number };

export type Evidence = {
  rows: (service: Service, table: string) => readonly Row[];
  /** All messages that can be read, repeats included, each partition in its order. */
  log: readonly Kept[];
  /** The first copy of each message. */
  messages: ReadonlyMap<string, Kept>;
  /** Bytes on a topic that are no message. */
  garbage: readonly { topic: string; partition: number; offset: number }[];
  deadLetters: readonly Record<string, string>[];
  told: Told;
  accepted: ReadonlyMap<string, number>;
};

const tablesOf: Readonly<Record<Service, readonly string[]>> = {
  order: ['orders', 'order_history', 'placements'],
  inventory: ['inventory', 'movements', 'reservations', 'reservation_lines', 'stock_commands', 'messaging.inbox'],
  analytics: ['sales_orders', 'sales_lines', 'order_timelines', 'stock_levels', 'messaging.inbox'],
  notification: ['notifications', 'notification_rules', 'messaging.inbox'],
};

const topics = ['order-events', 'inventory-alerts', 'analytics-events'];

export async function gather(house: House, codec: Codec, told: Told): Promise<Evidence> {
  const log: Kept[] = [];
  const garbage: Evidence['garbage'][number][] = [];
  for (const topic of topics) {
    for (const [partition, kept] of house.broker.partitionsOf(topic).entries()) {
      for (const [offset, { value }] of kept.entries()) {
        const message = await codec.decode(value!).catch(() => null);
        if (message) log.push({ message, topic, partition, offset });
        else garbage.push({ topic, partition, offset });
      }
    }
  }
  const messages = new Map<string, Kept>();
  for (const kept of log) if (!messages.has(kept.message.eventId)) messages.set(kept.message.eventId, kept);
  const deadLetters = topics.flatMap((topic) =>
    house.broker
      .partitionsOf(`${topic}.dlq`)[0]!
      .map(({ headers }) => Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))),
  );
  const kept = new Map<string, Row[]>();
  for (const [service, tables] of Object.entries(tablesOf) as [Service, readonly string[]][]) {
    for (const table of tables) {
      const { rows } = await house.databases.get(service)!.control.query<Row>(`SELECT * FROM ${table}`);
      kept.set(`${service} ${table}`, rows);
    }
  }
  const rows = (service: Service, table: string) => kept.get(`${service} ${table}`)!;
  return { rows, log, messages, garbage, deadLetters, told, accepted: house.providers.accepted };
}
