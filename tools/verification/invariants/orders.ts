// Invariants 2 and 3 between order's database and inventory's: each order has its stock, each reservation its order, each step its row.

import type pg from 'pg';
import type { Finding } from './violation.ts';
import { rowsById, sideBySide } from './side-by-side.ts';

export type OrderRow = {
  id: string;
  status: string;
  version: number;
  cents: string;
  lines: Record<string, number>;
  outcome: string | null;
  attempt: number | null;
  steps: string[];
  versions: number[];
};
type ReservationRow = { id: string; state: string; attempt: number; lines: Record<string, number> | null };

const ordersSql = `
SELECT o.id, o.status, o.version, (o."totalAmount" * 100)::bigint AS cents, p.outcome, p.attempt,
       (SELECT jsonb_object_agg(l->>'itemId', (l->>'quantity')::int) FROM jsonb_array_elements(o.items) l) AS lines,
       ARRAY(SELECT h."toStatus"::text FROM order_history h WHERE h."orderId" = o.id ORDER BY h.version) AS steps,
       ARRAY(SELECT h.version FROM order_history h WHERE h."orderId" = o.id ORDER BY h.version) AS versions
FROM orders o LEFT JOIN placements p ON p."orderId" = o.id
WHERE o.id > $1 ORDER BY o.id LIMIT $2`;

const reservationsSql = `
SELECT r."orderId" AS id, r.state, r.attempt,
       (SELECT jsonb_object_agg(l."itemId", l.quantity) FROM reservation_lines l WHERE l."orderId" = r."orderId") AS lines
FROM reservations r WHERE r."orderId" > $1 ORDER BY r."orderId" LIMIT $2`;

const next: Record<string, string[]> = {
  PENDING: ['PREPARING', 'CANCELLED'],
  PREPARING: ['OUT_FOR_DELIVERY', 'CANCELLED'],
  OUT_FOR_DELIVERY: ['DELIVERED'],
};
const stateFor: Record<string, string> = { DELIVERED: 'SOLD', CANCELLED: 'RELEASED' };

export type OrderCounts = { orders: number; cancelled: number; units: number };

/** @param accepted the ids that clients were told with a 201 */
export async function checkOrders(
  order: pg.ClientBase,
  inventory: pg.ClientBase,
  accepted: ReadonlySet<string>,
): Promise<{ findings: Finding[]; counts: OrderCounts }> {
  const findings: Finding[] = [];
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
      findings.push(...ownWrongs(row));
    }
    const wrong = pairWrong(row, reservation);
    if (wrong) findings.push({ invariant: 2, what: wrong });
  }
  for (const id of missing) findings.push({ invariant: 3, what: `order ${id} was answered with 201 and is not there` });
  findings.push(...(await placementsWithoutOrder(order)));
  return { findings, counts };
}

function ownWrongs({ id, status, version, steps, versions, outcome }: OrderRow): Finding[] {
  const wrongs: string[] = [];
  if (versions.join() !== Array.from({ length: version }, (_, at) => at + 1).join())
    wrongs.push(`order ${id} is at version ${version}, its history has ${versions.join(',')}`);
  if (steps[0] !== 'PENDING' || steps.at(-1) !== status)
    wrongs.push(`order ${id} is ${status}, its history says ${steps.join(' > ')}`);
  steps.slice(1).forEach((to, at) => {
    if (!next[steps[at] ?? '']?.includes(to)) wrongs.push(`order ${id} went ${steps[at]} > ${to}`);
  });
  if (outcome !== 'PLACED') wrongs.push(`order ${id} has a placement that is ${outcome ?? 'missing'}`);
  return wrongs.map((what) => ({ invariant: 3, what }));
}

function pairWrong(order: OrderRow | undefined, reservation: ReservationRow | undefined): string | undefined {
  if (!order)
    return reservation?.state === 'RELEASED'
      ? undefined
      : `reservation ${reservation?.id} is ${reservation?.state}, and there is no such order`;
  if (!reservation) return `order ${order.id} has no reservation`;
  const expected = stateFor[order.status] ?? 'CONFIRMED';
  if (reservation.state !== expected)
    return `order ${order.id} is ${order.status}, its reservation ${reservation.state}`;
  if (reservation.attempt !== order.attempt)
    return `order ${order.id} was placed by attempt ${order.attempt}, attempt ${reservation.attempt} holds the stock`;
  if (sorted(order.lines) !== sorted(reservation.lines ?? {}))
    return `order ${order.id} has lines ${sorted(order.lines)}, its reservation ${sorted(reservation.lines ?? {})}`;
  return undefined;
}

function sorted(lines: Record<string, number>): string {
  return JSON.stringify(Object.entries(lines).toSorted());
}

async function placementsWithoutOrder(order: pg.ClientBase): Promise<Finding[]> {
  const { rows } = await order.query<{ id: string }>(`
SELECT p."orderId" AS id FROM placements p
WHERE p.outcome = 'PLACED' AND NOT EXISTS (SELECT FROM orders o WHERE o.id = p."orderId") LIMIT 1000`);
  return rows.map(({ id }) => ({ invariant: 3, what: `placement ${id} is PLACED, and there is no such order` }));
}
