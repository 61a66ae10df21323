// Invariant 5: analytics has the same orders, lines, times and stock levels as the services that own them, to the cent and the millisecond.

import type { Databases, Queryable } from './evidence.ts';
import { rowsById, sideBySide } from './side-by-side.ts';
import type { Violation } from './violation.ts';

/** A row in words, made alike on both sides. */
type Described = { id: string; described: string };

const orders = {
  what: 'order',
  owner: `
SELECT id, concat_ws(' ', status, 'version', version, ("totalAmount" * 100)::bigint, 'cents', "customerId", ${ms('"createdAt"')},
  (SELECT string_agg(concat_ws(' ', l->>'itemId', l->>'quantity', round((l->>'unitPrice')::numeric * 100)::bigint,
     round((l->>'lineTotal')::numeric * 100)::bigint), ', ' ORDER BY at)
   FROM jsonb_array_elements(items) WITH ORDINALITY AS lines (l, at))) AS described
FROM orders WHERE id > $1 ORDER BY id LIMIT $2`,
  copy: `
SELECT s."orderId" AS id, concat_ws(' ', s.status, 'version', s.version, s."totalCents", 'cents', s."customerId", ${ms('s."placedAt"')},
  (SELECT string_agg(concat_ws(' ', l."itemId", l.quantity, l."unitPriceCents", l."lineTotalCents"), ', ' ORDER BY l.position)
   FROM sales_lines l WHERE l."orderId" = s."orderId")) AS described
FROM sales_orders s WHERE s."orderId" > $1 ORDER BY s."orderId" LIMIT $2`,
};

const statuses = ['PENDING', 'PREPARING', 'OUT_FOR_DELIVERY', 'DELIVERED', 'CANCELLED'];
const timeColumns = ['placedAt', 'preparingAt', 'outForDeliveryAt', 'deliveredAt', 'cancelledAt'];
const historyTimes = statuses.map((status) => optional(`(SELECT ${ms('h.at')} ${historyOf(status)})`)).join(', ');
const timelineTimes = timeColumns.map((column) => optional(ms(`"${column}"`))).join(', ');

const timesOf = (withPromises: boolean) => ({
  what: 'timeline of order',
  owner: `
SELECT o.id, concat_ws(' ', o.version, ${historyTimes}, ${optional(`(SELECT h.reason ${historyOf('CANCELLED')})`)}
  ${withPromises ? `, 'promised', ${ms('o."promisedDeliveryAt"')}` : ''}) AS described
FROM orders o WHERE o.id > $1 ORDER BY o.id LIMIT $2`,
  copy: `
SELECT "orderId" AS id, concat_ws(' ', version, ${timelineTimes}, ${optional('"cancelReason"')}
  ${withPromises ? `, 'promised', ${ms('"promisedDeliveryAt"')}` : ''}) AS described
FROM order_timelines WHERE "placedAt" IS NOT NULL AND "orderId" > $1 ORDER BY "orderId" LIMIT $2`,
});

const items = {
  what: 'stock level of item',
  owner: `
SELECT id, concat_ws(' ', quantity, 'of', threshold, 'version', version, (price * 100)::bigint, 'cents', ${ms('"updatedAt"')}) AS described
FROM inventory WHERE id > $1 ORDER BY id LIMIT $2`,
  copy: `
SELECT "itemId" AS id, concat_ws(' ', quantity, 'of', threshold, 'version', version, "priceCents", 'cents', ${ms('"updatedAt"')}) AS described
FROM stock_levels WHERE NOT deleted AND "itemId" > $1 ORDER BY "itemId" LIMIT $2`,
};

/**
 * A timeline without placement is in no figure: of an order that never was, on purpose (harness/out-of-order-events.ts).
 *
 * @param promises whether analytics knows what each order was promised
 */
export async function checkFigures(databases: Databases, promises: boolean): Promise<Violation[]> {
  const { order, inventory, analytics } = databases;
  return [
    ...(await differences(orders, order, analytics)),
    ...(await differences(timesOf(promises), order, analytics)),
    ...(await differences(items, inventory, analytics)),
  ];
}

async function differences(
  { what, owner, copy }: { what: string; owner: string; copy: string },
  ownerDatabase: Queryable,
  analytics: Queryable,
): Promise<Violation[]> {
  const violations: Violation[] = [];
  const rows = sideBySide(rowsById<Described>(ownerDatabase, owner), rowsById<Described>(analytics, copy));
  for await (const [expected, found] of rows) {
    if (expected?.described === found?.described) continue;
    const id = (expected ?? found)!.id;
    const [is, has] = [expected?.described ?? 'not there', found?.described ?? 'nothing'];
    violations.push({ invariant: 5, what: `${what} ${id} is "${is}", analytics has "${has}"`, ids: [id] });
  }
  return violations;
}

/** Milliseconds since 1970, as text. */
function ms(column: string): string {
  return `round(extract(epoch FROM ${column}) * 1000)::bigint::text`;
}

function optional(text: string): string {
  return `coalesce(${text}, '-')`;
}

function historyOf(status: string): string {
  return `FROM order_history h WHERE h."orderId" = o.id AND h."toStatus" = '${status}' AND h.milestone IS NULL`;
}
