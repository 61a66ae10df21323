// What a rolling run asks of each order: its message says what its row says, and each reader, of whatever version, took it for that.

import { formatCents, type OrderPlaced } from '@oms/contracts';
import pg from 'pg';
import type { Finding } from '../books/finding.ts';
import { promiseMinutes, type Version } from './fleet.ts';
import type { PlacedMessage } from './placed-log.ts';
import { readers, type Reader, type ReaderService, type Readings } from './readings.ts';

/** `<reader service> <version that wrote> <version that read>` -> orders. */
export type Pairs = Map<string, number>;
/** Of delivered orders with a promise: how many in time, and how many seconds after it the others came. */
export type Kept = { inTime: number; lateSeconds: number[] };

type OrderRow = { id: string; told: string; promised: Date | null; delivered: Date | null };
type Line = { itemId: string; itemName: string; quantity: number; unitPrice: string; lineTotal: string };

const ordersSql = `
SELECT o.id, o."customerId", o."totalAmount", o.items, o."deliveryAddress", o."promisedDeliveryAt" AS promised, h.at AS delivered
FROM orders o LEFT JOIN order_history h ON h."orderId" = o.id AND h."toStatus" = 'DELIVERED'`;
const timelinesSql = `SELECT "orderId" AS id, "placedAt" AS placed, "promisedDeliveryAt" AS promised FROM order_timelines`;
const ticketsSql = `
SELECT n."orderId" AS id, n.body FROM notifications n JOIN notification_rules r ON r.id = n."ruleId" WHERE r.name = 'Kitchen ticket'`;

/**
 * @param o.rebuilt analytics has meanwhile been told everything again at v2, so that nobody's version matters to it any more
 * @returns what is wrong, who read whom, and what analytics must say of the promises that it was told
 */
export async function checkPromises(o: {
  databaseUrl(service: string): string;
  placed: ReadonlyMap<string, PlacedMessage>;
  readings: Readings;
  rebuilt?: boolean;
}): Promise<{ findings: Finding[]; pairs: Pairs; kept: Kept }> {
  const [orders, timelines, tickets] = await Promise.all([
    rowsOf<Parameters<typeof rowTold>[0] & OrderRow>(o.databaseUrl('order'), ordersSql),
    rowsOf<{ id: string; placed: Date | null; promised: Date | null }>(o.databaseUrl('analytics'), timelinesSql),
    rowsOf<{ id: string; body: string }>(o.databaseUrl('notification'), ticketsSql),
  ]);
  const findings: Finding[] = [];
  const pairs: Pairs = new Map();
  const kept: Kept = { inTime: 0, lateSeconds: [] };
  const wrong = (invariant: 3 | 5 | 7, what: string) => findings.push({ invariant, what });

  for (const [id, row] of orders) {
    const told = o.placed.get(id);
    if (!told) {
      wrong(3, `order ${id} has no ORDER_PLACED`);
      continue;
    }
    const { writer, message } = told;
    const by = Object.fromEntries(readers.map((service) => [service, o.readings.readerOf(service, told)])) as Record<
      ReaderService,
      Reader
    >;
    for (const service of readers) count(pairs, `${service} ${writer} ${by[service]}`);

    const promised = promiseOf(writer, message);
    if (messageTold(message) !== rowTold(row)) wrong(3, `${writer} said ${messageTold(message)} of ${rowTold(row)}`);
    if (!same(message.promisedDeliveryAt, promised) || !same(row.promised, promised))
      wrong(
        3,
        `order ${id} of ${writer} was promised ${text(promised)}, its row has ${text(row.promised)}, its message ${text(message.promisedDeliveryAt)}`,
      );

    const timeline = timelines.get(id);
    const known = timeline?.promised ?? null;
    const reader = o.rebuilt ? 'v2' : by.analytics;
    const due = reader === 'v1' ? [null] : reader === 'v2' ? [promised] : [null, promised];
    if (!due.some((each) => same(each, known)) || !same(timeline?.placed ?? null, message.occurredAt))
      wrong(
        5,
        `order ${id}, promised for ${text(promised)} by ${writer}, is promised for ${text(known)} in analytics, which read it at ${reader}`,
      );
    if (known !== null && row.delivered !== null) note(kept, row.delivered, known);

    const missing = ticketParts(message).filter((part) => !tickets.get(id)?.body.includes(part));
    if (missing.length > 0)
      wrong(
        7,
        `the kitchen's ticket of order ${id}, written by ${writer} and read by ${by.notification}, lacks ${missing.join(' and ')}`,
      );
  }
  return { findings, pairs, kept };
}

function promiseOf(writer: Version, { occurredAt }: OrderPlaced): Date | null {
  const minutes = promiseMinutes[writer];
  return minutes === 0 ? null : new Date(occurredAt.getTime() + minutes * 60_000);
}

/** The fields of v1, as the message has them and as the order's row has them. */
function messageTold({ customerId, totalAmount, items, deliveryAddress: { line1, city } }: OrderPlaced): string {
  const lines = items.map(({ unitPrice, lineTotal, ...line }) => [
    ...[line.itemId, line.itemName, line.quantity, formatCents(unitPrice), formatCents(lineTotal)],
  ]);
  return JSON.stringify([customerId, formatCents(totalAmount), line1, city, lines]);
}

function rowTold(row: {
  customerId: string;
  totalAmount: string;
  items: Line[];
  deliveryAddress: { line1: string; city: string };
}): string {
  const { line1, city } = row.deliveryAddress;
  const lines = row.items.map((line) => [line.itemId, line.itemName, line.quantity, line.unitPrice, line.lineTotal]);
  return JSON.stringify([row.customerId, row.totalAmount, line1, city, lines]);
}

function ticketParts({ items, totalAmount }: OrderPlaced): string[] {
  const lines = items.map(
    (line) => `${line.quantity} ×</strong></td><td>${line.itemName}</td><td>${formatCents(line.lineTotal)}</td>`,
  );
  return [...lines, `<th>Total</th><th>${formatCents(totalAmount)}</th>`];
}

function note(kept: Kept, delivered: Date, promised: Date): void {
  const after = (delivered.getTime() - promised.getTime()) / 1_000;
  if (after > 0) kept.lateSeconds.push(after);
  else kept.inTime += 1;
}

function same(a: Date | null, b: Date | null): boolean {
  return a?.getTime() === b?.getTime();
}

function text(date: Date | null): string {
  return date?.toISOString() ?? 'nothing';
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
