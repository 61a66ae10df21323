/** What inventory knows of one order, for people: its reservation, and the movements of the ledger that it caused. */
import { formatCents, parseCents } from '@oms/contracts';
import type { KnownOfOrder } from '@oms/service-kit';
import type pg from 'pg';
import { refuseOutage } from './outage.ts';

type ReservationRow = {
  attempt: number;
  state: string;
  orderPlaced: boolean;
  createdAt: Date;
  updatedAt: Date;
};
type LineRow = { itemId: string; itemName: string; quantity: number; unitPrice: string };
type MovementRow = {
  itemName: string;
  delta: number;
  writtenOff: number;
  quantityAfter: number;
  reason: string;
  note: string | null;
  at: Date;
};

const reservationSql = `
SELECT attempt, state::text, "orderPlaced", "createdAt", "updatedAt" FROM reservations WHERE "orderId" = $1`;
const linesSql = `
SELECT "itemId", "itemName", quantity, "unitPrice"::text FROM reservation_lines WHERE "orderId" = $1 ORDER BY "itemName"`;

/** The ledger has an index by item, not by order: of each item the newest movements are read. */
const movementsPerItemMax = 2_000;
const movementsSql = `
SELECT l."itemName", m.delta, m."writtenOff", m."quantityAfter", m.reason::text, m.note, m.at
FROM reservation_lines l
CROSS JOIN LATERAL (
  SELECT * FROM movements WHERE "itemId" = l."itemId" ORDER BY "itemVersion" DESC LIMIT ${movementsPerItemMax}
) m
WHERE l."orderId" = $1 AND m."orderId" = $1
ORDER BY m.at, m."itemVersion" LIMIT 500`;

export async function readOrderKnowledge(pool: pg.Pool, orderId: string): Promise<KnownOfOrder> {
  const read = async <T extends pg.QueryResultRow>(sql: string) =>
    (await pool.query<T>(sql, [orderId]).catch(refuseOutage)).rows;
  const [[reservation], lines, movements] = await Promise.all([
    read<ReservationRow>(reservationSql),
    read<LineRow>(linesSql),
    read<MovementRow>(movementsSql),
  ]);
  if (!reservation) return { entries: [], retries: [], missing: [], reservation: null };
  const { attempt, state, createdAt, updatedAt } = reservation;
  const reserved = {
    at: createdAt.toISOString(),
    kind: 'RESERVED',
    text: `Reserved ${lines.map(textOf).join(', ')} (attempt ${attempt})`,
  };
  const settled = {
    at: updatedAt.toISOString(),
    kind: 'RESERVATION',
    text: `The reservation became ${state}`,
  };
  return {
    entries: [reserved, ...(state === 'HELD' ? [] : [settled]), ...movements.map(entryOf)],
    retries: [],
    missing:
      movements.length > 0
        ? []
        : [
            {
              what: 'the movements of the ledger',
              reason: `They are not among the newest ${movementsPerItemMax} of their items.`,
            },
          ],
    reservation: { state, attempt, since: updatedAt.toISOString() },
  };
}

function textOf({ itemName, quantity, unitPrice }: LineRow): string {
  return `${quantity} × ${itemName} at ${formatCents(parseCents(unitPrice))}`;
}

function entryOf({ itemName, delta, writtenOff, quantityAfter, reason, note, at }: MovementRow) {
  const change = writtenOff > 0 ? `${writtenOff} written off` : `${delta > 0 ? '+' : ''}${delta}`;
  const text = `${itemName}: ${change} (${reason}), ${quantityAfter} left to sell${note ? `; ${note}` : ''}`;
  return { at: at.toISOString(), kind: 'MOVEMENT', text };
}
