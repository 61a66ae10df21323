// The books of a whole system: everything that must hold once nothing moves any more, checked exactly, row by row, between all databases and Kafka.

import { createKafka } from '@oms/messaging';
import { createLogger } from '@oms/service-kit';
import { until } from '@oms/test-kit';
import pg from 'pg';
import { checkFigures } from './figures.ts';
import type { Finding } from './violation.ts';
import { checkLeftovers } from './leftovers.ts';
import { checkLetters } from './dead-letters.ts';
import { readLog } from './log.ts';
import { checkMessages } from './messages.ts';
import { checkNotices, type Accepted } from './notifications.ts';
import { checkOrders, type OrderCounts } from './orders.ts';
import { checkStock } from './stock.ts';

export type Books = { findings: Finding[]; counts: OrderCounts & { messages: number; repeats: number } };

export type BooksOptions = {
  databaseUrl(service: string): string;
  kafkaBrokers: string[];
  /** Ids of the orders that clients were told with a 201. */
  accepted?: ReadonlySet<string>;
  /** What the providers of notifications have counted; left out, that part is not checked. */
  provided?: Accepted;
  /** False leaves out what needs the whole log in memory (about 300 bytes a message). */
  log?: boolean;
  /** How many unreadable messages were put on order-events; 0 unless given. */
  poisoned?: number;
  /** False while an analytics that knows of no promises has read some of them; they are compared unless given. */
  promises?: boolean;
  /** How long the system may take to come to rest; 60,000 ms unless given. */
  quietMsMax?: number;
};

const databases = ['order', 'inventory', 'analytics', 'notification'] as const;

/** Waits until nothing moves, then checks. What never comes to rest is a finding like any other. */
export async function checkBooks(o: BooksOptions): Promise<Books> {
  const kafka = createKafka({
    clientId: 'books',
    brokers: o.kafkaBrokers,
    logger: createLogger({ name: 'books', level: 'silent' }),
  });
  const clients = Object.fromEntries(
    databases.map((name) => [name, new pg.Client({ connectionString: o.databaseUrl(name) })]),
  ) as Record<(typeof databases)[number], pg.Client>;
  try {
    await Promise.all(Object.values(clients).map((client) => client.connect()));
    const restless = await untilQuiet(() => checkLeftovers(clients, kafka), o.quietMsMax ?? 60_000);
    const { findings: orders, counts } = await checkOrders(clients.order, clients.inventory, o.accepted ?? new Set());
    const findings = [
      ...restless,
      ...(await checkStock(clients.inventory)),
      ...orders,
      ...(await checkLetters(kafka, o.poisoned ?? 0)),
      ...(await checkFigures(clients, o.promises ?? true)),
    ];
    if (o.log === false) return { findings, counts: { ...counts, messages: 0, repeats: 0 } };
    const log = await readLog(kafka);
    findings.push(
      ...(await checkMessages(log, clients)),
      ...(await checkNotices(clients.notification, log, o.provided)),
    );
    return { findings, counts: { ...counts, messages: log.messages, repeats: log.repeats } };
  } finally {
    await Promise.all(Object.values(clients).map((client) => client.end()));
    await kafka.admin.close();
  }
}

/** Answers what is left over when the time is up; usually nothing, and soon. */
async function untilQuiet(look: () => Promise<Finding[]>, withinMs: number): Promise<Finding[]> {
  let left: Finding[] = [];
  try {
    await until('nothing moves', async () => (left = await look()).length === 0, withinMs);
    return [];
  } catch (error) {
    if (left.length === 0) throw error;
    return left;
  }
}
