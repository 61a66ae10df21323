/** Writes the reservations that a batch has made or moved on. */
import { formatCents, type OrderId } from '@oms/contracts';
import { pipelined } from '@oms/messaging';
import type pg from 'pg';
import type { Reservation } from '../domain/reservation.ts';
import type { Stock } from '../domain/stock.ts';
import { write } from './write.ts';

export async function saveReservations(client: pg.ClientBase, before: Stock, after: Stock): Promise<void> {
  const touched = [...after.reservations.values()].filter(
    (reservation) => before.reservations.get(reservation.orderId) !== reservation,
  );
  // Inserts wait for each other on the primary key, so they too go in sorted order.
  touched.sort((a, b) => (a.orderId < b.orderId ? -1 : 1));
  const isNew = ({ orderId }: Reservation) => !before.reservations.has(orderId);
  // Reserved anew, or repaired: whatever else becomes of a reservation leaves its lines as they were loaded.
  const isAnew = ({ orderId, lines }: Reservation) =>
    before.reservations.has(orderId) && before.reservations.get(orderId)?.lines !== lines;
  const moved = touched.filter((reservation) => !isNew(reservation));
  const withNewLines = touched.filter((reservation) => isNew(reservation) || isAnew(reservation));
  // Sent in this order, and done in it.
  await pipelined([
    insertReservations(client, touched.filter(isNew)),
    updateReservations(client, before, moved),
    deleteLines(client, touched.filter(isAnew)),
    insertLines(client, withNewLines),
  ]);
}

// A plain insert, never ON CONFLICT: when two replicas reserve the same order at once, the primary key lets one win, the other fails with
// everything it took, is tried again and finds the winner's.
const insertReservationsSql = `
INSERT INTO reservations ("orderId", attempt, state, "orderPlaced", "createdAt", "updatedAt")
SELECT * FROM unnest($1::uuid[], $2::integer[], $3::"ReservationState"[], $4::boolean[], $5::timestamptz[], $6::timestamptz[])`;

async function insertReservations(client: pg.ClientBase, reservations: readonly Reservation[]): Promise<void> {
  await write(client, 'insert-reservations', insertReservationsSql, reservations, columns);
}

// ANY as in save-stock.ts.
const updateReservationsSql = `
UPDATE reservations AS r
SET attempt = u.attempt, state = u.state, "orderPlaced" = u."orderPlaced", "createdAt" = u."createdAt", "updatedAt" = u."updatedAt"
FROM unnest($1::uuid[], $2::integer[], $3::"ReservationState"[], $4::boolean[], $5::timestamptz[], $6::timestamptz[], $7::integer[], $8::"ReservationState"[])
  AS u("orderId", attempt, state, "orderPlaced", "createdAt", "updatedAt", "attemptBefore", "stateBefore")
WHERE r."orderId" = ANY ($1::uuid[]) AND r."orderId" = u."orderId" AND r.attempt = u."attemptBefore" AND r.state = u."stateBefore"`;

async function updateReservations(
  client: pg.ClientBase,
  before: Stock,
  reservations: readonly Reservation[],
): Promise<void> {
  await write(client, 'update-reservations', updateReservationsSql, reservations, [
    ...columns,
    ({ orderId }) => before.reservations.get(orderId)?.attempt,
    ({ orderId }) => before.reservations.get(orderId)?.state,
  ]);
}

const columns: ((reservation: Reservation) => string | number | boolean)[] = [
  (reservation) => reservation.orderId,
  (reservation) => reservation.attempt,
  (reservation) => reservation.state,
  (reservation) => reservation.orderPlaced,
  (reservation) => reservation.createdAt.toISOString(),
  (reservation) => reservation.updatedAt.toISOString(),
];

const deleteLinesSql = `DELETE FROM reservation_lines WHERE "orderId" = ANY ($1::uuid[])`;

async function deleteLines(client: pg.ClientBase, reservations: readonly Reservation[]): Promise<void> {
  const orderIds: OrderId[] = reservations.map(({ orderId }) => orderId);
  if (orderIds.length > 0) await client.query({ name: 'delete-lines', text: deleteLinesSql, values: [orderIds] });
}

const insertLinesSql = `
INSERT INTO reservation_lines ("orderId", "itemId", "itemName", quantity, "unitPrice")
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::integer[], $5::numeric[])`;

async function insertLines(client: pg.ClientBase, reservations: readonly Reservation[]): Promise<void> {
  const lines = reservations.flatMap(({ orderId, lines }) => lines.map((line) => ({ orderId, ...line })));
  await write(client, 'insert-lines', insertLinesSql, lines, [
    (line) => line.orderId,
    (line) => line.itemId,
    (line) => line.itemName,
    (line) => line.quantity,
    (line) => formatCents(line.unitPriceCents),
  ]);
}
