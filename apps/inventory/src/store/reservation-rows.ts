/** The one mapping between a reservation and its rows in `reservations` and `reservation_lines`, for reads and writes. */
import { formatCents, parseCents, type OrderId } from '@oms/contracts';
import type pg from 'pg';
import type { Reservation, ReservedLine } from '../domain/reservation.ts';
import type { Reservation as PrismaReservation, ReservationLine as PrismaLine } from './generated/client.ts';
import { namesOf, type Column } from './write.ts';

export type ReservationRow = Omit<Reservation, 'lines'>;
type Line = ReservedLine & { orderId: OrderId };
type LineRow = Omit<Line, 'unitPriceCents'> & { unitPrice: string };

export const reservationColumns = {
  orderId: { type: 'uuid', value: (reservation) => reservation.orderId },
  attempt: { type: 'integer', value: (reservation) => reservation.attempt },
  state: { type: '"ReservationState"', value: (reservation) => reservation.state },
  orderPlaced: { type: 'boolean', value: (reservation) => reservation.orderPlaced },
  createdAt: { type: 'timestamptz', value: (reservation) => reservation.createdAt.toISOString() },
  updatedAt: { type: 'timestamptz', value: (reservation) => reservation.updatedAt.toISOString() },
} satisfies Record<keyof PrismaReservation, Column<ReservationRow>>;

export const lineColumns = {
  orderId: { type: 'uuid', value: (line) => line.orderId },
  itemId: { type: 'uuid', value: (line) => line.itemId },
  itemName: { type: 'text', value: (line) => line.itemName },
  quantity: { type: 'integer', value: (line) => line.quantity },
  unitPrice: { type: 'numeric', value: (line) => formatCents(line.unitPriceCents) },
} satisfies Record<keyof PrismaLine, Column<Line>>;

export function linesOf({ orderId, lines }: Reservation): Line[] {
  return lines.map((line) => ({ orderId, ...line }));
}

// In a statement of its own: a join would pair a reservation whose lock was waited for with its lines from before the wait.
const linesSql = `
SELECT ${namesOf(lineColumns)} FROM reservation_lines
WHERE "orderId" = ANY ($1::uuid[]) ORDER BY "orderId", "itemId"`;

/** The reservations of `rows`, with their lines. */
export async function withLines(client: pg.ClientBase, rows: readonly ReservationRow[]): Promise<Reservation[]> {
  if (rows.length === 0) return [];
  const values = [rows.map(({ orderId }) => orderId)];
  const found = await client.query<LineRow>({ name: 'load-lines', text: linesSql, values });
  const byOrderId = Map.groupBy(found.rows, ({ orderId }) => orderId);
  return rows.map((row) => ({ ...row, lines: (byOrderId.get(row.orderId) ?? []).map(lineOf) }));
}

function lineOf({ itemId, itemName, quantity, unitPrice }: LineRow): ReservedLine {
  return { itemId, itemName, quantity, unitPriceCents: parseCents(unitPrice) };
}
