// Invariant 1: what came to the shelf is on it, held for an order, or sold; and the ledger tells each step of it.

import type pg from 'pg';
import type { Finding } from './violation.ts';

type Books = { text: string; what: (row: Record<string, unknown>) => string };

const books: Books[] = [
  {
    text: `
SELECT i.id, i.quantity, coalesce(m.sum, 0) AS ledger
FROM inventory i LEFT JOIN (SELECT "itemId", sum(delta) AS sum FROM movements GROUP BY 1) m ON m."itemId" = i.id
WHERE i.quantity <> coalesce(m.sum, 0)`,
    what: (row) => `item ${str(row.id)} has ${str(row.quantity)}, its ledger says ${str(row.ledger)}`,
  },
  {
    text: `
SELECT i.id, i.reserved, coalesce(h.held, 0) AS held
FROM inventory i LEFT JOIN (
  SELECT l."itemId", sum(l.quantity) AS held FROM reservation_lines l JOIN reservations r USING ("orderId")
  WHERE r.state IN ('HELD', 'CONFIRMED') GROUP BY 1) h ON h."itemId" = i.id
WHERE i.reserved <> coalesce(h.held, 0)`,
    what: (row) => `item ${str(row.id)} has ${str(row.reserved)} reserved, its open reservations hold ${str(row.held)}`,
  },
  {
    // initial + restocks + adjustments = quantity + reserved + sold
    text: `
SELECT i.id, coalesce(c.sum, 0) AS came, i.quantity, i.reserved, coalesce(s.sold, 0) AS sold
FROM inventory i
LEFT JOIN (SELECT "itemId", sum(delta) AS sum FROM movements WHERE "orderId" IS NULL GROUP BY 1) c ON c."itemId" = i.id
LEFT JOIN (
  SELECT l."itemId", sum(l.quantity) AS sold FROM reservation_lines l JOIN reservations r USING ("orderId")
  WHERE r.state = 'SOLD' GROUP BY 1) s ON s."itemId" = i.id
WHERE coalesce(c.sum, 0) <> i.quantity + i.reserved + coalesce(s.sold, 0)`,
    what: (row) =>
      `item ${str(row.id)}: ${str(row.came)} came, but ${str(row.quantity)} are there, ${str(row.reserved)} reserved and ${str(row.sold)} sold`,
  },
  {
    text: `SELECT id, quantity, reserved FROM inventory WHERE quantity < 0 OR reserved < 0`,
    what: (row) => `item ${str(row.id)} is below zero: ${str(row.quantity)}, ${str(row.reserved)} reserved`,
  },
  {
    text: `
SELECT * FROM (
  SELECT "itemId" AS id, "itemVersion", "quantityAfter",
         sum(delta) OVER (PARTITION BY "itemId" ORDER BY "itemVersion") AS summed FROM movements) steps
WHERE summed <> "quantityAfter" OR summed < 0`,
    what: (row) =>
      `item ${str(row.id)} at version ${str(row.itemVersion)}: the ledger writes ${str(row.quantityAfter)} and adds up to ${str(row.summed)}`,
  },
  {
    // Each order took what its reservation says, and what was given back is back, once.
    text: `
SELECT id, "itemId", state, wanted, moved FROM (
  SELECT coalesce(l.id, m.id) AS id, coalesce(l."itemId", m."itemId") AS "itemId", l.state,
         CASE WHEN l.state IN ('HELD', 'CONFIRMED', 'SOLD') THEN -l.quantity ELSE 0 END AS wanted,
         coalesce(m.moved, 0) AS moved
  FROM (SELECT r."orderId" AS id, r.state, l."itemId", l.quantity FROM reservations r JOIN reservation_lines l USING ("orderId")) l
  FULL JOIN (
    SELECT "orderId" AS id, "itemId", sum(delta) AS moved FROM movements WHERE "orderId" IS NOT NULL GROUP BY 1, 2
  ) m ON m.id = l.id AND m."itemId" = l."itemId") both_sides
WHERE wanted <> moved`,
    what: (row) =>
      `order ${str(row.id)} moved ${str(row.moved)} of item ${str(row.itemId)}, its reservation (${str(row.state)}) says ${str(row.wanted)}`,
  },
];

export async function checkStock(inventory: pg.ClientBase): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { text, what } of books) {
    const { rows } = await inventory.query<Record<string, unknown>>(`${text} LIMIT 1000`);
    findings.push(...rows.map((row) => ({ invariant: 1 as const, what: what(row) })));
  }
  return findings;
}

function str(value: unknown): string {
  return String(value);
}
