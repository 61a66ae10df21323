/** Looks through the books without holding anybody up: each look is one snapshot, which sees all or nothing of what was written together. */
import { parseCents, type ItemId, type OrderId } from '@oms/contracts';
import type pg from 'pg';
import type { Books } from './repair-decisions.ts';
import type { Reservation, ReservedLine } from '../domain/reservation.ts';
import { byOrder, countItems, countOrders, type CountedItem, type OrderDifference } from './load-differences.ts';
import { refuseOutage } from '../store/outage.ts';

export type OrderBooks = { reservations: Map<OrderId, Reservation>; differences: Books['orders'] };
export type Survey = {
  /** By order id, at most `limit`, after the one that `after` names. */
  reservations(after: OrderId | null, limit: number): Promise<Reservation[]>;
  /** What is written of these orders. @param named their items, beside those of their reservations */
  orders(orderIds: readonly OrderId[], named: readonly ItemId[]): Promise<OrderBooks>;
  /** Items by id, also such as only the ledger still knows. */
  itemIds(after: ItemId | null, limit: number): Promise<ItemId[]>;
  items(itemIds: readonly ItemId[]): Promise<CountedItem[]>;
  /** Orders whose movements of these items do not add up, by order id, each whole: at least `limit` differences if there are as many. */
  differences(itemIds: readonly ItemId[], after: OrderId | null, limit: number): Promise<OrderDifference[]>;
};

const first = '00000000-0000-0000-0000-000000000000';

export function createSurvey(pool: pg.Pool): Survey {
  return {
    reservations: (after, limit) =>
      inSnapshot(pool, async (client) => {
        const text = `SELECT ${columns} FROM reservations WHERE "orderId" > $1 ORDER BY "orderId" LIMIT $2`;
        const { rows } = await client.query<Row>({ name: 'page-reservations', text, values: [after ?? first, limit] });
        return withLines(client, rows);
      }),
    orders: (orderIds, named) =>
      inSnapshot(pool, async (client) => {
        const text = `SELECT ${columns} FROM reservations WHERE "orderId" = ANY ($1::uuid[])`;
        const { rows } = await client.query<Row>({ name: 'find-reservations', text, values: [orderIds] });
        const reservations = await withLines(client, rows);
        const itemIds = new Set([...named, ...reservations.flatMap(({ lines }) => lines.map((line) => line.itemId))]);
        return {
          reservations: new Map(reservations.map((reservation) => [reservation.orderId, reservation])),
          differences: byOrder(await countOrders(client, [...itemIds], { orderIds })),
        };
      }),
    itemIds: (after, limit) =>
      inSnapshot(pool, async (client) => {
        const values = [after ?? first, limit];
        const { rows } = await client.query<{ id: ItemId }>({ name: 'page-items', text: itemIdsSql, values });
        return rows.map(({ id }) => id);
      }),
    items: (itemIds) => inSnapshot(pool, (client) => countItems(client, itemIds)),
    differences: (itemIds, after, limit) =>
      inSnapshot(pool, (client) => countOrders(client, itemIds, { after, limit })),
  };
}

const columns = '"orderId", attempt, state, "orderPlaced", "createdAt", "updatedAt"';

// The second part skips from item to item by the ledger's index, however many movements each has; the limit ends it.
const itemIdsSql = `
WITH RECURSIVE named AS (
  (SELECT "itemId" AS id FROM movements WHERE "itemId" > $1 ORDER BY "itemId" LIMIT 1)
  UNION ALL
  SELECT (SELECT "itemId" FROM movements m WHERE m."itemId" > named.id ORDER BY m."itemId" LIMIT 1)
  FROM named WHERE named.id IS NOT NULL
), ledger AS (SELECT id FROM named WHERE id IS NOT NULL LIMIT $2)
SELECT id FROM ledger
UNION
(SELECT id FROM inventory WHERE id > $1 ORDER BY id LIMIT $2)
ORDER BY id LIMIT $2`;

type Row = Omit<Reservation, 'lines'>;
type LineRow = Omit<ReservedLine, 'unitPriceCents'> & { orderId: OrderId; unitPrice: string };

async function withLines(client: pg.ClientBase, rows: readonly Row[]): Promise<Reservation[]> {
  const text = `
SELECT "orderId", "itemId", "itemName", quantity, "unitPrice" FROM reservation_lines
WHERE "orderId" = ANY ($1::uuid[]) ORDER BY "orderId", "itemId"`;
  const values = [rows.map(({ orderId }) => orderId)];
  const lines = await client.query<LineRow>({ name: 'survey-lines', text, values });
  const byId = Map.groupBy(lines.rows, (line) => line.orderId);
  return rows.map((row) => ({ ...row, lines: (byId.get(row.orderId) ?? []).map(lineOf) }));
}

function lineOf({ itemId, itemName, quantity, unitPrice }: LineRow): ReservedLine {
  return { itemId, itemName, quantity, unitPriceCents: parseCents(unitPrice) };
}

/** READ ONLY, and given back with its transaction ended whatever happens. */
async function inSnapshot<T>(pool: pg.Pool, look: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect().catch(refuseOutage);
  let broken: Error | undefined;
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const seen = await look(client);
    await client.query('COMMIT');
    return seen;
  } catch (error) {
    await client.query('ROLLBACK').catch((cause: Error) => (broken = cause));
    return refuseOutage(error);
  } finally {
    client.release(broken);
  }
}
