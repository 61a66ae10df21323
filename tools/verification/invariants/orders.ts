// Invariants 2, 3 and 4 between order's database and inventory's: each order has its stock, each reservation its order, each step its row.

import type { Evidence, Queryable } from './evidence.ts';
import { rowsById, sideBySide } from './side-by-side.ts';
import type { Violation } from './violation.ts';

export type OrderRow = {
  id: string;
  status: string;
  version: number;
  lines: Record<string, number>;
  outcome: string | null;
  attempt: number | null;
  reply: string | null;
  /** Its history, by version. */
  steps: { version: number; from: string | null; to: string; milestone: string | null; atMs: number }[];
};
export type ReservationRow = { id: string; state: string; attempt: number; lines: Record<string, number> | null };
export type OrderCounts = { orders: number; cancelled: number; units: number };

const ordersSql = `
SELECT o.id, o.status, o.version, p.outcome, p.attempt, p.reply,
       (SELECT jsonb_object_agg(l->>'itemId', (l->>'quantity')::int) FROM jsonb_array_elements(o.items) l) AS lines,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('version', h.version, 'from', h."fromStatus", 'to', h."toStatus", 'milestone', h.milestone,
          'atMs', round(extract(epoch FROM h.at) * 1000)) ORDER BY h.version), '[]')
        FROM order_history h WHERE h."orderId" = o.id) AS steps
FROM orders o LEFT JOIN placements p ON p."orderId" = o.id
WHERE o.id > $1 ORDER BY o.id LIMIT $2`;

const reservationsSql = `
SELECT r."orderId" AS id, r.state, r.attempt,
       (SELECT jsonb_object_agg(l."itemId", l.quantity) FROM reservation_lines l WHERE l."orderId" = r."orderId") AS lines
FROM reservations r WHERE r."orderId" > $1 ORDER BY r."orderId" LIMIT $2`;

const placementsWithoutOrderSql = `
SELECT p."orderId" AS id FROM placements p
WHERE p.outcome = 'PLACED' AND NOT EXISTS (SELECT FROM orders o WHERE o.id = p."orderId") LIMIT 1000`;

const nextStatuses: Readonly<Record<string, readonly string[]>> = {
  PENDING: ['PREPARING', 'CANCELLED'],
  PREPARING: ['OUT_FOR_DELIVERY', 'CANCELLED'],
  OUT_FOR_DELIVERY: ['DELIVERED', 'CANCELLED'],
};
const milestoneStatus: Readonly<Record<string, string>> = { DUE: 'PENDING', READY: 'PREPARING' };
/** What the reservation of an order may be: its pieces are taken when cooking begins. */
const statesOf: Readonly<Record<string, readonly string[]>> = {
  PENDING: ['CONFIRMED'],
  PREPARING: ['SOLD'],
  OUT_FOR_DELIVERY: ['SOLD'],
  DELIVERED: ['SOLD'],
  CANCELLED: ['RELEASED', 'WRITTEN_OFF'],
};

export async function checkOrders(
  order: Queryable,
  inventory: Queryable,
  { accepted = new Set(), replies = new Map() }: Pick<Evidence, 'accepted' | 'replies'>,
): Promise<{ violations: Violation[]; counts: OrderCounts }> {
  const violations: Violation[] = [];
  const counts: OrderCounts = { orders: 0, cancelled: 0, units: 0 };
  const missing = new Set(accepted);
  const orders = rowsById<OrderRow>(order, ordersSql);
  const reservations = rowsById<ReservationRow>(inventory, reservationsSql);
  for await (const [row, reservation] of sideBySide(orders, reservations)) {
    if (row) {
      missing.delete(row.id);
      counts.orders += 1;
      if (row.status === 'CANCELLED') counts.cancelled += 1;
      else counts.units += Object.values(row.lines).reduce((sum, quantity) => sum + quantity, 0);
      violations.push(...orderViolations(row, replies.get(row.id)));
    }
    const what = reservationViolation(row, reservation);
    if (what) violations.push({ invariant: 2, what, ids: [(row ?? reservation)!.id] });
  }
  for (const id of missing)
    violations.push({ invariant: 3, what: `order ${id} was answered with 201 and is not there`, ids: [id] });
  const { rows } = await order.query<{ id: string }>(placementsWithoutOrderSql);
  for (const { id } of rows)
    violations.push({ invariant: 3, what: `placement ${id} is PLACED, and there is no such order`, ids: [id] });
  return { violations, counts };
}

/** The order against its own history and placement. @param answered the reply that its client got, where that is known */
export function orderViolations(order: OrderRow, answered?: string): Violation[] {
  const { id, status, version, steps, outcome, reply } = order;
  const violations: Violation[] = [];
  const find = (what: string, invariant: 3 | 4 = 3) => violations.push({ invariant, what, ids: [id] });
  const versions = steps.map((step) => step.version).join();
  if (versions !== Array.from({ length: version }, (_, i) => i + 1).join())
    find(`order ${id} is at version ${version}, its history has ${versions || 'nothing'}`);
  for (const [i, { version: at, from, to, milestone, atMs }] of steps.entries()) {
    const before = steps[i - 1];
    // A milestone is reached in one status, and changes nothing of it.
    const allowed = milestone === null ? nextStatuses[from ?? ''] : from === milestoneStatus[milestone] ? [from] : [];
    const isAllowed = before ? before.to === from && allowed?.includes(to) : to === 'PENDING' && milestone === null;
    if (!isAllowed) find(`order ${id} went from ${from} to ${to}, after ${before?.to ?? 'nothing'}`);
    if (before && atMs < before.atMs) find(`version ${at} of order ${id} is earlier than the one before`);
  }
  if (steps.at(-1)?.to !== status) find(`order ${id} is ${status}, its history ends with ${steps.at(-1)?.to}`);
  if (outcome !== 'PLACED') find(`order ${id} has a placement that is ${outcome ?? 'missing'}`);
  if (answered !== undefined && reply !== answered) find(`order ${id} has another reply stored than its client got`, 4);
  return violations;
}

export function reservationViolation(
  order: OrderRow | undefined,
  reservation: ReservationRow | undefined,
): string | undefined {
  if (!order) {
    return reservation?.state === 'RELEASED'
      ? undefined
      : `reservation ${reservation?.id} is ${reservation?.state}, and there is no such order`;
  }
  if (!reservation) return `order ${order.id} has no reservation`;
  if (!statesOf[order.status]?.includes(reservation.state))
    return `order ${order.id} is ${order.status}, its reservation ${reservation.state}`;
  if (reservation.attempt !== order.attempt)
    return `order ${order.id} was placed by attempt ${order.attempt}, attempt ${reservation.attempt} holds the stock`;
  const [ordered, held] = [describeLines(order.lines), describeLines(reservation.lines ?? {})];
  if (ordered !== held) return `order ${order.id} has lines ${ordered}, its reservation ${held}`;
  return undefined;
}

function describeLines(lines: Record<string, number>): string {
  return JSON.stringify(Object.entries(lines).toSorted());
}
