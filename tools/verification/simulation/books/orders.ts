// Invariants 2, 3 and 4: every order that was told of is there, once, with its stock, its history and its reply.

import type { Evidence } from './evidence.ts';
import type { Report } from './finding.ts';

type Order = {
  id: string;
  status: string;
  version: number;
  totalAmount: number;
  items: { itemId: string; quantity: number }[];
  createdAt: number;
  updatedAt: number;
};
type Change = {
  orderId: string;
  version: number;
  fromStatus: string | null;
  toStatus: string;
  at: number;
  eventId: string;
};
type Placement = { orderId: string; outcome: string; attempt: number; reply: string | null };
type Reservation = { orderId: string; state: string; attempt: number; orderPlaced: boolean };
type Line = { orderId: string; itemId: string; quantity: number };

const next: Readonly<Record<string, readonly string[]>> = {
  PENDING: ['PREPARING', 'CANCELLED'],
  PREPARING: ['OUT_FOR_DELIVERY', 'CANCELLED'],
  OUT_FOR_DELIVERY: ['DELIVERED'],
};
/** What the reservation of an order is in the end. */
const endOf: Readonly<Record<string, string>> = { CANCELLED: 'RELEASED', DELIVERED: 'SOLD' };

export function checkOrders({ rows, told }: Evidence, report: Report): void {
  const orders = new Map((rows('order', 'orders') as unknown as Order[]).map((order) => [order.id, order]));
  const placements = new Map(
    (rows('order', 'placements') as unknown as Placement[]).map((each) => [each.orderId, each]),
  );
  const history = Map.groupBy(rows('order', 'order_history') as unknown as Change[], ({ orderId }) => orderId);
  const reservations = new Map(
    (rows('inventory', 'reservations') as unknown as Reservation[]).map((each) => [each.orderId, each]),
  );
  const lines = Map.groupBy(rows('inventory', 'reservation_lines') as unknown as Line[], ({ orderId }) => orderId);
  for (const [orderId, reply] of told.orders) {
    if (!orders.has(orderId)) report(3, `order ${orderId} was answered with a 201 and is not there`, orderId);
    const kept = placements.get(orderId);
    if (kept?.outcome !== 'PLACED' || kept.reply !== reply)
      report(4, `the placement of order ${orderId} is ${kept?.outcome ?? 'missing'}, or its reply is another`, orderId);
  }
  for (const order of orders.values()) {
    checkHistory(
      order,
      (history.get(order.id) ?? []).sort((a, b) => a.version - b.version),
      report,
    );
    checkHold(order, reservations.get(order.id), lines.get(order.id) ?? [], placements.get(order.id), report);
  }
  for (const { orderId, state } of reservations.values()) {
    if (!orders.has(orderId) && state !== 'RELEASED')
      report(8, `a reservation is ${state} for order ${orderId}, which is not there`, orderId);
  }
}

function checkHistory({ id, status, version }: Order, changes: readonly Change[], report: Report): void {
  if (changes.length !== version || changes.some((change, at) => change.version !== at + 1)) {
    report(
      3,
      `order ${id} is at version ${version}, its history has ${changes.map((change) => change.version).join(', ')}`,
      id,
    );
  }
  for (const [at, change] of changes.entries()) {
    const before = changes[at - 1];
    const allowed = before
      ? before.toStatus === change.fromStatus && next[before.toStatus]?.includes(change.toStatus)
      : change.toStatus === 'PENDING';
    if (!allowed)
      report(
        3,
        `order ${id} went from ${change.fromStatus} to ${change.toStatus}, after ${before?.toStatus ?? 'nothing'}`,
        id,
      );
    if (before && change.at < before.at)
      report(3, `version ${change.version} of order ${id} is earlier than the one before`, id);
  }
  if (changes.at(-1)?.toStatus !== status)
    report(3, `order ${id} is ${status}, its history ends with ${changes.at(-1)?.toStatus}`, id);
}

function checkHold(
  order: Order,
  reservation: Reservation | undefined,
  lines: readonly Line[],
  placement: Placement | undefined,
  report: Report,
): void {
  const { id, status } = order;
  const wanted = endOf[status] ?? 'CONFIRMED';
  if (reservation?.state !== wanted)
    report(2, `order ${id} is ${status}, its reservation is ${reservation?.state ?? 'missing'}`, id);
  if (reservation && placement && reservation.attempt !== placement.attempt) {
    report(
      2,
      `order ${id} was placed by attempt ${placement.attempt}, its stock was taken by attempt ${reservation.attempt}`,
      id,
    );
  }
  const say = (all: readonly { itemId: string; quantity: number }[]) =>
    all
      .map((line) => `${line.quantity} of ${line.itemId}`)
      .sort()
      .join(', ');
  if (say(order.items) !== say(lines))
    report(2, `order ${id} has ${say(order.items)}, its reservation ${say(lines)}`, id);
}
