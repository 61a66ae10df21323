/** Loads and locks what a batch of commands may change. Every path that changes stock takes the same locks in the same order: items, then reservations. */
import type { ItemId, OrderId } from '@oms/contracts';
import { parseCents } from '@oms/contracts';
import { pipelined } from '@oms/messaging';
import type pg from 'pg';
import type { Item } from '../domain/item.ts';
import type { Reservation, ReservedLine } from '../domain/reservation.ts';
import { keyOf, type Command, type Receipt, type Stock } from '../domain/stock.ts';
import { loadBooks } from '../reconciliation/load-differences.ts';

/**
 * The statements are sent one behind the other, before the first is answered; PostgreSQL begins each when the one before it is done.
 * @param client in an open transaction at READ COMMITTED, where each statement sees what was committed before it began
 */
export async function loadStock(client: pg.ClientBase, commands: readonly Command[]): Promise<Stock> {
  const [items, reservations, granted, names] = await pipelined([
    lockItems(client, commands),
    lockReservations(client, commands),
    loadGranted(client, commands),
    loadNames(client, commands),
  ]);
  const books = await loadBooks(client, commands, items.keys());
  return { ...(books && { books }), items, reservations, granted, names };
}

// All locks in one statement, in the order of the ids: two transactions that want the same items meet at the first of them, and neither
// waits for the other while holding what the other wants. Stock that comes back belongs to items that only the reservation's lines name.
const lockItemsSql = lockSql(
  'id IN (SELECT unnest($1::uuid[]) UNION SELECT "itemId" FROM reservation_lines WHERE "orderId" = ANY ($2::uuid[]))',
);

// Where no stock comes back: the same locks in the same order, found by the key alone. Most batches only reserve.
const lockNamedItemsSql = lockSql('id = ANY ($1::uuid[])');

function lockSql(which: string): string {
  return `
SELECT id, "itemName", quantity, reserved, threshold, unit, price, category, "createdAt", "updatedAt", version
FROM inventory
WHERE ${which}
ORDER BY id
FOR UPDATE`;
}

type ItemRow = Omit<Item, 'priceCents' | 'removed'> & { price: string };

async function lockItems(client: pg.ClientBase, commands: readonly Command[]): Promise<Map<ItemId, Item>> {
  const named = commands.flatMap(namedBy);
  const moving = commands.flatMap((c) =>
    c.type === 'Release' || c.type === 'Sell' || c.type === 'ReconcileOrder' ? [c.orderId] : [],
  );
  if (named.length + moving.length === 0) return new Map();
  const ids = [...new Set(named)];
  const { rows } = await client.query<ItemRow>(
    moving.length === 0
      ? { name: 'lock-named-items', text: lockNamedItemsSql, values: [ids] }
      : { name: 'lock-items', text: lockItemsSql, values: [ids, moving] },
  );
  return new Map(rows.map(({ price, ...row }) => [row.id, { ...row, priceCents: parseCents(price), removed: false }]));
}

function namedBy(c: Command): ItemId[] {
  if ('itemId' in c) return [c.itemId];
  if (c.type === 'Reserve') return c.lines.map((line) => line.itemId);
  if (c.type !== 'ReconcileOrder') return [];
  return [...c.itemIds, ...(c.target?.lines ?? []).map((line) => line.itemId)];
}

// After the items' locks: whoever held them before us has committed, and only a statement that begins now sees the reservations they wrote.
// Locked as well, because orders that share no item can still be the same order (asked again with other lines).
const lockReservationsSql = `
SELECT "orderId", attempt, state, "orderPlaced", "createdAt", "updatedAt"
FROM reservations
WHERE "orderId" = ANY ($1::uuid[])
ORDER BY "orderId"
FOR UPDATE`;

// In a statement of its own: a join would pair a reservation that was waited for with the lines of before the wait.
const linesSql = `
SELECT "orderId", "itemId", "itemName", quantity, "unitPrice"
FROM reservation_lines
WHERE "orderId" = ANY ($1::uuid[])
ORDER BY "orderId", "itemId"`;

type LineRow = Omit<ReservedLine, 'unitPriceCents'> & { orderId: OrderId; unitPrice: string };

async function lockReservations(
  client: pg.ClientBase,
  commands: readonly Command[],
): Promise<Map<OrderId, Reservation>> {
  const orderIds = [...new Set(commands.flatMap((c) => ('orderId' in c ? [c.orderId] : [])))];
  if (orderIds.length === 0) return new Map();
  const found = await client.query<Omit<Reservation, 'lines'>>({
    name: 'lock-reservations',
    text: lockReservationsSql,
    values: [orderIds],
  });
  if (found.rows.length === 0) return new Map();
  const { rows } = await client.query<LineRow>({
    name: 'load-lines',
    text: linesSql,
    values: [found.rows.map((row) => row.orderId)],
  });
  const linesOf = Map.groupBy(rows, (row) => row.orderId);
  return new Map(
    found.rows.map((row) => [row.orderId, { ...row, lines: (linesOf.get(row.orderId) ?? []).map(toLine) }]),
  );
}

function toLine({ itemId, itemName, quantity, unitPrice }: LineRow): ReservedLine {
  return { itemId, itemName, quantity, unitPriceCents: parseCents(unitPrice) };
}

// After the items' locks, for the same reason: the same number on the same item waits there for its first answer.
const grantedSql = `
SELECT "callerId", key, "requestHash", reply
FROM stock_commands
WHERE ("callerId", key) IN (SELECT * FROM unnest($1::text[], $2::text[]))`;

type GrantedRow = Receipt & { reply: Omit<Item, 'createdAt' | 'updatedAt'> & { createdAt: string; updatedAt: string } };

async function loadGranted(client: pg.ClientBase, commands: readonly Command[]): Promise<Stock['granted']> {
  const receipts = commands.flatMap((c) => ('receipt' in c ? [c.receipt] : []));
  if (receipts.length === 0) return new Map();
  const values = [receipts.map((receipt) => receipt.callerId), receipts.map((receipt) => receipt.key)];
  const { rows } = await client.query<GrantedRow>({ name: 'load-granted', text: grantedSql, values });
  return new Map(rows.map(({ reply, ...receipt }) => [keyOf(receipt), { receipt, item: revive(reply) }]));
}

function revive(reply: GrantedRow['reply']): Item {
  return { ...reply, createdAt: new Date(reply.createdAt), updatedAt: new Date(reply.updatedAt) };
}

const namesSql = `SELECT id, "itemName" FROM inventory WHERE "itemName" = ANY ($1::text[])`;

/** Asked so that a taken name is refused by the decision; the unique constraint stays for two replicas at once. */
async function loadNames(client: pg.ClientBase, commands: readonly Command[]): Promise<Stock['names']> {
  const wanted = commands.flatMap((c) => {
    if (c.type === 'CreateItem') return [c.particulars.itemName];
    return c.type === 'ChangeItem' && c.changes.itemName !== undefined ? [c.changes.itemName] : [];
  });
  if (wanted.length === 0) return new Map();
  const { rows } = await client.query<{ id: ItemId; itemName: string }>({
    name: 'load-names',
    text: namesSql,
    values: [wanted],
  });
  return new Map(rows.map((row) => [row.itemName, row.id]));
}
