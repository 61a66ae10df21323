// Invariant 1: what came in is in stock, reserved for an order, or sold, and the ledger has each step.

import { itemAccountViolations, type ItemAccount } from '@oms/test-kit';
import type { Queryable } from './evidence.ts';
import type { Violation } from './violation.ts';

// One row per item, however long its ledger is: sums are made where the rows are. A deleted item has its ledger still.
const accountsSql = `
SELECT coalesce(i.id, m."itemId") AS id, coalesce(i.quantity, 0) AS quantity, coalesce(i.reserved, 0) AS reserved,
       coalesce(i.version, m.version) AS version,
       coalesce(m.total, 0)::int AS "ledgerTotal", coalesce(m.incoming, 0)::int AS incoming,
       coalesce(m.version, 0) AS "ledgerVersion", m.broken AS "brokenStep",
       coalesce(l.held, 0)::int AS held, coalesce(l.sold, 0)::int AS sold
FROM inventory i
FULL JOIN (
  SELECT "itemId", sum(delta) AS total, sum(delta) FILTER (WHERE "orderId" IS NULL) AS incoming,
         max("itemVersion") AS version,
         min("itemVersion") FILTER (WHERE summed <> "quantityAfter" OR summed < 0) AS broken
  FROM (SELECT *, sum(delta) OVER (PARTITION BY "itemId" ORDER BY "itemVersion") AS summed FROM movements) steps
  GROUP BY 1) m ON m."itemId" = i.id
LEFT JOIN (
  SELECT l."itemId", sum(l.quantity) FILTER (WHERE r.state IN ('HELD', 'CONFIRMED')) AS held,
         sum(l.quantity) FILTER (WHERE r.state = 'SOLD') AS sold
  FROM reservation_lines l JOIN reservations r USING ("orderId") GROUP BY 1) l ON l."itemId" = coalesce(i.id, m."itemId")`;

// Each order took what its reservation says, and what was released came back, once.
const orderMovementsSql = `
SELECT "orderId", "itemId", state, expected, moved FROM (
  SELECT coalesce(l."orderId", m."orderId") AS "orderId", coalesce(l."itemId", m."itemId") AS "itemId", l.state,
         CASE WHEN l.state IN ('HELD', 'CONFIRMED', 'SOLD') THEN -l.quantity ELSE 0 END AS expected,
         coalesce(m.moved, 0)::int AS moved
  FROM (SELECT r."orderId", r.state, l."itemId", l.quantity FROM reservations r JOIN reservation_lines l USING ("orderId")) l
  FULL JOIN (
    SELECT "orderId", "itemId", sum(delta) AS moved FROM movements WHERE "orderId" IS NOT NULL GROUP BY 1, 2
  ) m ON m."orderId" = l."orderId" AND m."itemId" = l."itemId") both_sides
WHERE expected <> moved LIMIT 1000`;

const commandsSql = `
SELECT (SELECT count(*) FROM stock_commands)::int AS recorded,
       (SELECT count(*) FROM movements WHERE reason IN ('CREATED', 'RESTOCKED', 'ADJUSTED'))::int AS moved,
       ARRAY(SELECT k FROM unnest($1::text[]) k WHERE NOT EXISTS (SELECT FROM stock_commands c WHERE c.key = k)) AS missing`;

type Mismatch = { orderId: string; itemId: string; state: string | null; expected: number; moved: number };

/** Holds after every commit: may be asked at any time, in one snapshot. */
export async function checkStock(inventory: Queryable): Promise<Violation[]> {
  const { rows: accounts } = await inventory.query<ItemAccount>(accountsSql);
  const { rows: mismatches } = await inventory.query<Mismatch>(orderMovementsSql);
  return [
    ...accounts.flatMap((account) =>
      itemAccountViolations(account).map((what): Violation => ({ invariant: 1, what, ids: [account.id] })),
    ),
    ...mismatches.map(({ orderId, itemId, state, expected, moved }): Violation => {
      const reservation = state === null ? 'it has no reservation' : `its reservation (${state}) says ${expected}`;
      return {
        invariant: 1,
        what: `order ${orderId} moved ${moved} of item ${itemId}, ${reservation}`,
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
