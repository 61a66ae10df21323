// What a rolling run asks of one order: its message says what its row says, and each reader, of whatever version, took it for that.

import { formatCents, type OrderPlaced } from '@oms/contracts';
import type { Finding } from '../invariants/violation.ts';
import { promiseMinutes, type Version } from './instances.ts';
import type { Reader } from './readings.ts';

export type OrderRow = {
  id: string;
  customerId: string;
  totalAmount: string;
  items: Line[];
  deliveryAddress: { line1: string; city: string };
  promised: Date | null;
};
type Line = { itemId: string; itemName: string; quantity: number; unitPrice: string; lineTotal: string };

export type Evidence = {
  row: OrderRow;
  writer: Version;
  message: OrderPlaced;
  /** What analytics has of it, and which version of analytics has read the message. */
  timeline: { placed: Date | null; promised: Date | null } | undefined;
  analytics: Reader;
  /** The e-mail to the kitchen, and which version of notification has read the message. */
  ticket: string;
  notification: Reader;
};

export function judgeOrder(o: Evidence): Finding[] {
  const { row, writer, message, timeline } = o;
  const findings: Finding[] = [];
  const wrong = (invariant: 3 | 5 | 7, what: string) => findings.push({ invariant, what });
  const promised = promiseOf(writer, message);

  if (messageTold(message) !== rowTold(row)) wrong(3, `${writer} said ${messageTold(message)} of ${rowTold(row)}`);
  if (!same(message.promisedDeliveryAt, promised) || !same(row.promised, promised)) {
    const told = `its row has ${text(row.promised)}, its message ${text(message.promisedDeliveryAt)}`;
    wrong(3, `order ${row.id} of ${writer} was promised ${text(promised)}, ${told}`);
  }
  const known = timeline?.promised ?? null;
  const due = o.analytics === 'v1' ? [null] : o.analytics === 'v2' ? [promised] : [null, promised];
  if (!due.some((each) => same(each, known)) || !same(timeline?.placed ?? null, message.occurredAt)) {
    const has = `is promised for ${text(known)} in analytics, which read it at ${o.analytics}`;
    wrong(5, `order ${row.id}, promised for ${text(promised)} by ${writer}, ${has}`);
  }
  const missing = ticketParts(message).filter((part) => !o.ticket.includes(part));
  if (missing.length > 0) {
    const by = `written by ${writer} and read by ${o.notification}`;
    wrong(7, `the kitchen's ticket of order ${row.id}, ${by}, lacks ${missing.join(' and ')}`);
  }
  return findings;
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

function rowTold({ customerId, totalAmount, items, deliveryAddress: { line1, city } }: OrderRow): string {
  const lines = items.map((line) => [line.itemId, line.itemName, line.quantity, line.unitPrice, line.lineTotal]);
  return JSON.stringify([customerId, totalAmount, line1, city, lines]);
}

function ticketParts({ items, totalAmount }: OrderPlaced): string[] {
  const lines = items.map(
    (line) => `${line.quantity} ×</strong></td><td>${line.itemName}</td><td>${formatCents(line.lineTotal)}</td>`,
  );
  return [...lines, `<th>Total</th><th>${formatCents(totalAmount)}</th>`];
}

function same(a: Date | null, b: Date | null): boolean {
  return a?.getTime() === b?.getTime();
}

function text(date: Date | null): string {
  return date?.toISOString() ?? 'nothing';
}
