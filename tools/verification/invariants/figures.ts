// Invariant 5: analytics has the same orders as order, to the cent, and the same stock as inventory.

import type pg from 'pg';
import type { Finding } from './violation.ts';
import { rowsById, sideBySide } from './side-by-side.ts';

type Told = { id: string; told: string };

const ordersSql = `
SELECT id, concat_ws(' ', status, 'version', version, (("totalAmount" * 100)::bigint), 'cents', "customerId",
  (SELECT sum(round((l->>'lineTotal')::numeric * 100))::bigint FROM jsonb_array_elements(items) l), 'in lines') AS told
FROM orders WHERE id > $1 ORDER BY id LIMIT $2`;
const salesSql = `
SELECT s."orderId" AS id, concat_ws(' ', s.status, 'version', s.version, s."totalCents", 'cents', s."customerId",
  (SELECT sum("lineTotalCents") FROM sales_lines l WHERE l."orderId" = s."orderId"), 'in lines') AS told
FROM sales_orders s WHERE s."orderId" > $1 ORDER BY s."orderId" LIMIT $2`;
// The timeline is fed by the other topic: it must have come as far.
const promise = `, 'promised', "promisedDeliveryAt" AT TIME ZONE 'UTC'`;
const timelinesSql = (promises: boolean) => `
SELECT "orderId" AS id, concat_ws(' ', version, "placedAt" IS NOT NULL, "deliveredAt" IS NOT NULL, "cancelledAt" IS NOT NULL
  ${promises ? promise : ''}) AS told
FROM order_timelines WHERE "orderId" > $1 ORDER BY "orderId" LIMIT $2`;
const orderTimelinesSql = (promises: boolean) => `
SELECT id, concat_ws(' ', version, true, status = 'DELIVERED', status = 'CANCELLED'
  ${promises ? promise : ''}) AS told
FROM orders WHERE id > $1 ORDER BY id LIMIT $2`;
const itemsSql = `
SELECT id, concat_ws(' ', quantity, 'of', threshold, 'version', version, (price * 100)::bigint, 'cents') AS told
FROM inventory WHERE id > $1 ORDER BY id LIMIT $2`;
const levelsSql = `
SELECT "itemId" AS id, concat_ws(' ', quantity, 'of', threshold, 'version', version, "priceCents", 'cents') AS told
FROM stock_levels WHERE NOT deleted AND "itemId" > $1 ORDER BY "itemId" LIMIT $2`;

/** @param promises whether analytics was told what each order was promised */
export async function checkFigures(
  clients: Record<'order' | 'inventory' | 'analytics', pg.ClientBase>,
  promises: boolean,
): Promise<Finding[]> {
  const { order, inventory, analytics } = clients;
  return [
    ...(await differences('order', order, ordersSql, analytics, salesSql)),
    ...(await differences('timeline of order', order, orderTimelinesSql(promises), analytics, timelinesSql(promises))),
    ...(await differences('stock level of item', inventory, itemsSql, analytics, levelsSql)),
  ];
}

async function differences(
  what: string,
  truth: pg.ClientBase,
  truthSql: string,
  copy: pg.ClientBase,
  copySql: string,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for await (const [is, told] of sideBySide(rowsById<Told>(truth, truthSql), rowsById<Told>(copy, copySql))) {
    if (is?.told === told?.told) continue;
    const id = is?.id ?? told?.id;
    findings.push({
      invariant: 5,
      what: `${what} ${id} is "${is?.told ?? 'not there'}", analytics has "${told?.told ?? 'nothing'}"`,
    });
  }
  return findings;
}
