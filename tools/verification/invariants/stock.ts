// Invariant 1: what came in is on hand, taken for an order, or written off, and the ledger has each step.

import { itemAccountViolations, type ItemAccount } from '@oms/test-kit';
import type { Queryable } from './evidence.ts';
import type { Violation } from './violation.ts';

// One row per item, however long its ledger is: sums are made where the rows are. A deleted item has its ledger still.
const accountsSql = `
SELECT coalesce(i.id, m."itemId") AS id, coalesce(i.quantity, 0) AS quantity, coalesce(i.reserved, 0) AS reserved,
       coalesce(i.short, 0) AS short, coalesce(i.version, m.version) AS version,
       coalesce(m.total, 0)::int AS "ledgerTotal", coalesce(m.short, 0)::int AS "ledgerShort", coalesce(m.incoming, 0)::int AS incoming,
       coalesce(m.version, 0) AS "ledgerVersion", m.broken AS "brokenStep",
       coalesce(l.held, 0)::int AS held, coalesce(l.taken, 0)::int AS taken, coalesce(l."writtenOff", 0)::int AS "writtenOff"
FROM inventory i
FULL JOIN (
  SELECT "itemId", sum(delta) AS total, sum("shortDelta") AS short,
         sum(delta - "shortDelta") FILTER (WHERE "orderId" IS NULL) AS incoming,
         max("itemVersion") AS version,
         min("itemVersion") FILTER (WHERE summed <> "quantityAfter" OR summed < 0 OR "summedShort" < 0) AS broken
  FROM (SELECT *, sum(delta) OVER own AS summed, sum("shortDelta") OVER own AS "summedShort" FROM movements
        WINDOW own AS (PARTITION BY "itemId" ORDER BY "itemVersion")) steps
  GROUP BY 1) m ON m."itemId" = i.id
LEFT JOIN (
  SELECT l."itemId", sum(l.quantity) FILTER (WHERE r.state IN ('HELD', 'CONFIRMED')) AS held,
         sum(l.quantity) FILTER (WHERE r.state = 'SOLD') AS taken,
         sum(l.quantity) FILTER (WHERE r.state = 'WRITTEN_OFF') AS "writtenOff"
  FROM reservation_lines l JOIN reservations r USING ("orderId") GROUP BY 1) l ON l."itemId" = coalesce(i.id, m."itemId")`;

// Each order took what its reservation says, and what was released came back, once; what was written off is in the ledger, once. What was
// taken of an item that was deleted since cannot be written off in its ledger any more.
const orderMovementsSql = `
SELECT "orderId", "itemId", state, expected, moved, "expectedOff", "movedOff" FROM (
  SELECT coalesce(l."orderId", m."orderId") AS "orderId", coalesce(l."itemId", m."itemId") AS "itemId", l.state,
         CASE WHEN l.state <> 'RELEASED' THEN -l.quantity ELSE 0 END AS expected, coalesce(m.moved, 0)::int AS moved,
         CASE WHEN l.state = 'WRITTEN_OFF' THEN l.quantity ELSE 0 END AS "expectedOff", coalesce(m.off, 0)::int AS "movedOff"
  FROM (SELECT r."orderId", r.state, l."itemId", l.quantity FROM reservations r JOIN reservation_lines l USING ("orderId")) l
  FULL JOIN (
    SELECT "orderId", "itemId", sum(delta - "shortDelta") AS moved, sum("writtenOff") AS off
    FROM movements WHERE "orderId" IS NOT NULL GROUP BY 1, 2
  ) m ON m."orderId" = l."orderId" AND m."itemId" = l."itemId") both_sides
WHERE expected <> moved
   OR ("expectedOff" <> "movedOff" AND ("movedOff" <> 0 OR EXISTS (SELECT FROM inventory i WHERE i.id = "itemId")))
LIMIT 1000`;

// Not those movements that came of an order: of a cancellation that said what is sold out, and of pieces that were found.
const commandsSql = `
SELECT (SELECT count(*) FROM stock_commands)::int AS recorded,
       (SELECT count(*) FROM movements WHERE reason IN ('CREATED', 'RESTOCKED', 'ADJUSTED', 'COUNTED')
          AND coalesce(note, '') NOT LIKE 'sold out, %' AND coalesce(note, '') NOT LIKE 'found: %')::int AS moved,
       ARRAY(SELECT k FROM unnest($1::text[]) k WHERE NOT EXISTS (SELECT FROM stock_commands c WHERE c.key = k)) AS missing`;

type Mismatch = {
  orderId: string;
  itemId: string;
  state: string | null;
  expected: number;
  moved: number;
  expectedOff: number;
  movedOff: number;
};

/** Holds after every commit: may be asked at any time, in one snapshot. */
export async function checkStock(inventory: Queryable): Promise<Violation[]> {
  const { rows: accounts } = await inventory.query<ItemAccount>(accountsSql);
  const { rows: mismatches } = await inventory.query<Mismatch>(orderMovementsSql);
  return [
    ...accounts.flatMap((account) =>
      itemAccountViolations(account).map((what): Violation => ({ invariant: 1, what, ids: [account.id] })),
    ),
    ...mismatches.map(({ orderId, itemId, state, expected, moved, expectedOff, movedOff }): Violation => {
      const says = `says ${expected} and ${expectedOff} written off`;
      const reservation = state === null ? 'it has no reservation' : `its reservation (${state}) ${says}`;
      return {
        invariant: 1,
        what: `order ${orderId} moved ${moved} of item ${itemId} and wrote ${movedOff} off, ${reservation}`,
        ids: [orderId, itemId],
      };
    }),
  ];
}

/** Each stock command that was answered is recorded, and each recorded one moved stock once. @param keys all that were answered */
export async function checkStockCommands(inventory: Queryable, keys: ReadonlySet<string>): Promise<Violation[]> {
  const { rows } = await inventory.query<{ recorded: number; moved: number; missing: string[] }>(commandsSql, [
    [...keys],
  ]);
  const { recorded, moved, missing } = rows[0]!;
  const violations: Violation[] = missing.map((key) => ({
    invariant: 4,
    what: `stock command ${key} was answered and is not recorded`,
    ids: [key],
  }));
  if (recorded !== moved)
    violations.push({
      invariant: 1,
      what: `${recorded} stock commands are recorded, and ${moved} movements came of them`,
    });
  return violations;
}
