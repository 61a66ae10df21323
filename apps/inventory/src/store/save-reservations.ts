/** Writes the reservations that a batch has made or changed. */
import { pipelined } from '@oms/messaging';
import type pg from 'pg';
import type { Reservation } from '../domain/reservation.ts';
import type { Stock } from '../domain/stock.ts';
import { lineColumns, linesOf, reservationColumns } from './reservation-rows.ts';
import { insertSql, unnestSql, write, type Columns } from './write.ts';

export async function saveReservations(client: pg.ClientBase, before: Stock, after: Stock): Promise<void> {
  const touched = [...after.reservations.values()].filter(
    (reservation) => before.reservations.get(reservation.orderId) !== reservation,
  );
  // Inserts wait for each other on the primary key, so they are sorted like the locks.
  touched.sort((a, b) => (a.orderId < b.orderId ? -1 : 1));
  const created = touched.filter(({ orderId }) => !before.reservations.has(orderId));
  const changed = touched.flatMap((reservation) => {
    const earlier = before.reservations.get(reservation.orderId);
    return earlier ? [{ ...reservation, earlier }] : [];
  });
  // Only a new attempt or a repair replaces the lines; every other change leaves the array that was loaded.
  const withOtherLines = changed.filter(({ lines, earlier }) => lines !== earlier.lines);
  // Sent in this order, and carried out in it.
  await pipelined([
    write(client, 'insert-reservations', insertReservationsSql, created, reservationColumns),
    write(client, 'update-reservations', updateReservationsSql, changed, changedColumns),
    deleteLines(client, withOtherLines),
    write(client, 'insert-lines', insertLinesSql, [...created, ...withOtherLines].flatMap(linesOf), lineColumns),
  ]);
}

// A plain insert, never ON CONFLICT: when two replicas reserve the same order at the same time, one wins at the primary key. The other one
// fails and rolls back all that it reserved; its retry finds the winner's reservation.
const insertReservationsSql = insertSql('reservations', reservationColumns);

type ChangedReservation = Reservation & { earlier: Reservation };
const changedColumns = {
  ...reservationColumns,
  attemptBefore: { type: 'integer', value: ({ earlier }) => earlier.attempt },
  stateBefore: { type: '"ReservationState"', value: ({ earlier }) => earlier.state },
} satisfies Columns<ChangedReservation>;

// ANY as in save-stock.ts.
const updateReservationsSql = `
UPDATE reservations AS r
SET attempt = u.attempt, state = u.state, "orderPlaced" = u."orderPlaced", "createdAt" = u."createdAt", "updatedAt" = u."updatedAt"
FROM ${unnestSql<ChangedReservation>(changedColumns)}
WHERE r."orderId" = ANY ($1::uuid[]) AND r."orderId" = u."orderId" AND r.attempt = u."attemptBefore" AND r.state = u."stateBefore"`;

const deleteLinesSql = `DELETE FROM reservation_lines WHERE "orderId" = ANY ($1::uuid[])`;

async function deleteLines(client: pg.ClientBase, reservations: readonly Reservation[]): Promise<void> {
  const values = [reservations.map(({ orderId }) => orderId)];
  if (reservations.length > 0) await client.query({ name: 'delete-lines', text: deleteLinesSql, values });
}

const insertLinesSql = insertSql('reservation_lines', lineColumns);
