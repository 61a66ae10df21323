// Every order of a rolling run, checked; which versions wrote and read them; and what analytics must answer about their promises.

import pg from 'pg';
import type { Violation } from '../invariants/violation.ts';
import { orderViolations, type OrderRow } from './check-order.ts';
import type { PlacedMessage } from './placed-log.ts';
import { readers, type Readings } from './readings.ts';

/** `<reader service> <version that wrote> <version that read>` -> orders. */
export type Pairs = Map<string, number>;
/** Of delivered orders with a promise: how many in time, and how many seconds after it the others came. */
export type Kept = { inTime: number; lateSeconds: number[] };

const ordersSql = `
SELECT o.id, o."customerId", o."totalAmount", o.items, o."deliveryAddress", o."promisedDeliveryAt" AS promised, h.at AS delivered
FROM orders o LEFT JOIN order_history h ON h."orderId" = o.id AND h."toStatus" = 'DELIVERED'`;
const timelinesSql = `SELECT "orderId" AS id, "placedAt" AS placed, "promisedDeliveryAt" AS promised FROM order_timelines`;
const ticketsSql = `
SELECT n."orderId" AS id, n.body FROM notifications n JOIN notification_rules r ON r.id = n."ruleId" WHERE r.name = 'Kitchen ticket'`;

/** @param rebuilt analytics has meanwhile read everything again at v2, so what it read before at v1 does not matter any more */
export async function checkPromises({
  databaseUrl,
  placed,
  readings,
  rebuilt,
}: {
  databaseUrl: (service: string) => string;
  placed: ReadonlyMap<string, PlacedMessage>;
  readings: Readings;
  rebuilt: boolean;
}): Promise<{ violations: Violation[]; pairs: Pairs; kept: Kept }> {
  const [orders, timelines, tickets] = await Promise.all([
    rowsOf<OrderRow & { delivered: Date | null }>(databaseUrl('order'), ordersSql),
    rowsOf<{ id: string; placed: Date | null; promised: Date | null }>(databaseUrl('analytics'), timelinesSql),
    rowsOf<{ id: string; body: string }>(databaseUrl('notification'), ticketsSql),
  ]);
  const violations: Violation[] = [];
  const pairs: Pairs = new Map();
  const kept: Kept = { inTime: 0, lateSeconds: [] };

  for (const [id, row] of orders) {
    const published = placed.get(id);
    if (!published) {
      violations.push({ invariant: 3, what: `order ${id} has no ORDER_PLACED` });
      continue;
    }
    const { writer, message } = published;
    for (const service of readers) count(pairs, `${service} ${writer} ${readings.readerOf(service, published)}`);
    const timeline = timelines.get(id);
    violations.push(
      ...orderViolations({
        row,
        writer,
        message,
        timeline,
        ticket: tickets.get(id)?.body ?? '',
        analytics: rebuilt ? 'v2' : readings.readerOf('analytics', published),
        notification: readings.readerOf('notification', published),
      }),
    );
    if (timeline?.promised && row.delivered) addDelivered(kept, row.delivered, timeline.promised);
  }
  return { violations, pairs, kept };
}

function addDelivered(kept: Kept, delivered: Date, promised: Date): void {
  const after = (delivered.getTime() - promised.getTime()) / 1_000;
  if (after > 0) kept.lateSeconds.push(after);
  else kept.inTime += 1;
}

function count(pairs: Pairs, key: string): void {
  pairs.set(key, (pairs.get(key) ?? 0) + 1);
}

async function rowsOf<R extends { id: string }>(databaseUrl: string, sql: string): Promise<Map<string, R>> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return new Map((await client.query<R>(sql)).rows.map((row) => [row.id, row]));
  } finally {
    await client.end();
  }
}
