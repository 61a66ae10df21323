// What must hold for one order of a rolling run: its message agrees with its row, and each reader, at either version, applied it.

import { formatCents, type OrderPlaced } from '@oms/contracts';
import type { Violation } from '../invariants/violation.ts';
import { promiseMinutes } from './instances.ts';
import type { Version } from './version.ts';
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

export function orderViolations(evidence: Evidence): Violation[] {
  const { row, writer, message, timeline, analytics, ticket, notification } = evidence;
  const violations: Violation[] = [];
  const find = (invariant: 3 | 5 | 7, what: string) => violations.push({ invariant, what, ids: [row.id] });
  const promised = promiseOf(writer, message);

  const [published, stored] = [describeMessage(message), describeRow(row)];
  if (published !== stored) find(3, `${writer} published ${published} of ${stored}`);
  if (!same(message.promisedDeliveryAt, promised) || !same(row.promised, promised)) {
    const found = `its row has ${text(row.promised)}, its message ${text(message.promisedDeliveryAt)}`;
    find(3, `order ${row.id} of ${writer} was promised ${text(promised)}, ${found}`);
  }
  const known = timeline?.promised ?? null;
  const allowed = analytics === 'v1' ? [null] : analytics === 'v2' ? [promised] : [null, promised];
  if (!allowed.some((each) => same(each, known)) || !same(timeline?.placed ?? null, message.occurredAt)) {
    const has = `is promised for ${text(known)} in analytics, which read it at ${analytics}`;
    find(5, `order ${row.id}, promised for ${text(promised)} by ${writer}, ${has}`);
  }
  const missing = ticketParts(message).filter((part) => !ticket.includes(part));
  if (missing.length > 0) {
    const by = `written by ${writer} and read by ${notification}`;
    find(7, `the kitchen's ticket of order ${row.id}, ${by}, lacks ${missing.join(' and ')}`);
  }
  return violations;
}

function promiseOf(writer: Version, { occurredAt }: OrderPlaced): Date | null {
  const minutes = promiseMinutes[writer];
  return minutes === 0 ? null : new Date(occurredAt.getTime() + minutes * 60_000);
}

/** The fields of v1, as the message has them and as the order's row has them. */
function describeMessage({ customerId, totalAmount, items, deliveryAddress: { line1, city } }: OrderPlaced): string {
  const lines = items.map(({ itemId, itemName, quantity, unitPrice, lineTotal }) => [
    itemId,
    itemName,
    quantity,
    formatCents(unitPrice),
    formatCents(lineTotal),
  ]);
  return JSON.stringify([customerId, formatCents(totalAmount), line1, city, lines]);
}

function describeRow({ customerId, totalAmount, items, deliveryAddress: { line1, city } }: OrderRow): string {
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
