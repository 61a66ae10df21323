// Every order of a rolling run, judged; who wrote and who read them; and what analytics must say of their promises.

import pg from 'pg';
import type { Finding } from '../invariants/violation.ts';
import { judgeOrder, type OrderRow } from './judge-order.ts';
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

/** @param o.rebuilt analytics has meanwhile been told everything again at v2, so what it read before at v1 matters no more */
export async function checkPromises(o: {
  databaseUrl(service: string): string;
  placed: ReadonlyMap<string, PlacedMessage>;
  readings: Readings;
  rebuilt: boolean;
}): Promise<{ findings: Finding[]; pairs: Pairs; kept: Kept }> {
  const [orders, timelines, tickets] = await Promise.all([
    rowsOf<OrderRow & { delivered: Date | null }>(o.databaseUrl('order'), ordersSql),
    rowsOf<{ id: string; placed: Date | null; promised: Date | null }>(o.databaseUrl('analytics'), timelinesSql),
    rowsOf<{ id: string; body: string }>(o.databaseUrl('notification'), ticketsSql),
  ]);
  const findings: Finding[] = [];
  const pairs: Pairs = new Map();
  const kept: Kept = { inTime: 0, lateSeconds: [] };

  for (const [id, row] of orders) {
    const told = o.placed.get(id);
    if (!told) {
      findings.push({ invariant: 3, what: `order ${id} has no ORDER_PLACED` });
      continue;
    }
    const { writer, message } = told;
    for (const service of readers) count(pairs, `${service} ${writer} ${o.readings.readerOf(service, told)}`);
    const timeline = timelines.get(id);
    findings.push(
      ...judgeOrder({
        ...{ row, writer, message, timeline, ticket: tickets.get(id)?.body ?? '' },
        analytics: o.rebuilt ? 'v2' : o.readings.readerOf('analytics', told),
        notification: o.readings.readerOf('notification', told),
      }),
    );
    if (timeline?.promised && row.delivered) note(kept, row.delivered, timeline.promised);
  }
  return { findings, pairs, kept };
}

function note(kept: Kept, delivered: Date, promised: Date): void {
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
