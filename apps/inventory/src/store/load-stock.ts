/** Loads and locks what a batch of commands may change. Every path that changes stock takes the same locks in the same order: items, then reservations. */
import type { ItemId, OrderId } from '@oms/contracts';
import { pipelined } from '@oms/messaging';
import type pg from 'pg';
import { nameKeyOf } from '../domain/item-name.ts';
import type { Item } from '../domain/item.ts';
import type { Reservation } from '../domain/reservation.ts';
import type { Command, Idempotency, Stock } from '../domain/stock.ts';
import { loadIdempotencyRecords } from './idempotency-records.ts';
import { itemColumns, itemOf, type ItemRow } from './item-rows.ts';
import { reservationColumns, withLines, type ReservationRow } from './reservation-rows.ts';
import { namesOf } from './write.ts';

/** What a batch reads. Items and reservations are locked. */
export type StockNeeds = {
  itemIds: readonly ItemId[];
  orderIds: readonly OrderId[];
  /** Orders whose reserved items are locked as well, because their stock is released, written off or taken. */
  orderIdsWithItems: readonly OrderId[];
  idempotency: readonly Idempotency[];
  /** Names that an item wants to have. */
  itemNames: readonly string[];
};

export const noNeeds: StockNeeds = {
  itemIds: [],
  orderIds: [],
  orderIdsWithItems: [],
  idempotency: [],
  itemNames: [],
};

export function needsOf(commands: readonly Command[]): StockNeeds {
  return {
    itemIds: commands.flatMap(itemIdsOf),
    orderIds: commands.flatMap((command) => ('orderId' in command ? [command.orderId] : [])),
    orderIdsWithItems: commands.flatMap((command) =>
      command.type === 'Release' || command.type === 'Take' ? [command.orderId] : [],
    ),
    idempotency: commands.flatMap((command) =>
      'idempotency' in command && command.idempotency ? [command.idempotency] : [],
    ),
    itemNames: commands.flatMap(itemNamesOf),
  };
}

function itemIdsOf(command: Command): ItemId[] {
  if ('itemId' in command) return [command.itemId];
  if (command.type === 'Release') return [...command.soldOutItemIds];
  return command.type === 'Reserve' ? command.lines.map(({ itemId }) => itemId) : [];
}

function itemNamesOf(command: Command): string[] {
  if (command.type === 'CreateItem') return [command.details.itemName];
  return command.type === 'ChangeItem' && command.changes.itemName !== undefined ? [command.changes.itemName] : [];
}

/**
 * Sends all statements before the first is answered. PostgreSQL begins each statement when the one before it is done.
 * @param client in an open transaction at READ COMMITTED, where each statement sees what was committed before it began
 */
export async function loadStock(client: pg.ClientBase, needs: StockNeeds): Promise<Stock> {
  const [items, reservations, idempotencyRecords, itemIdsByName] = await pipelined([
    lockItems(client, needs),
    lockReservations(client, needs),
    // After the items' locks: a retry of a request on the same item waits there until the first one has committed its record.
    loadIdempotencyRecords(client, needs.idempotency),
    loadNames(client, needs),
  ]);
  return { items, reservations, idempotencyRecords, itemIdsByName };
}

// All locks in one statement, in the order of the ids: two transactions that lock the same items wait at the first of them, and neither
// waits for the other while it holds what the other wants. The items of stock that is released are named by the reservation's lines only.
const lockItemsSql = lockSql(
  'id IN (SELECT unnest($1::uuid[]) UNION SELECT "itemId" FROM reservation_lines WHERE "orderId" = ANY ($2::uuid[]))',
);

// For batches that release nothing: the same locks in the same order, found by the primary key alone. Most batches only reserve.
const lockNamedItemsSql = lockSql('id = ANY ($1::uuid[])');

function lockSql(condition: string): string {
  return `
SELECT ${namesOf(itemColumns)}
FROM inventory
WHERE ${condition}
ORDER BY id
FOR UPDATE`;
}

async function lockItems(
  client: pg.ClientBase,
  { itemIds, orderIdsWithItems }: StockNeeds,
): Promise<Map<ItemId, Item>> {
  if (itemIds.length + orderIdsWithItems.length === 0) return new Map();
  const ids = [...new Set(itemIds)];
  const { rows } = await client.query<ItemRow>(
    orderIdsWithItems.length === 0
      ? { name: 'lock-named-items', text: lockNamedItemsSql, values: [ids] }
      : { name: 'lock-items', text: lockItemsSql, values: [ids, orderIdsWithItems] },
  );
  return new Map(rows.map(itemOf).map((item) => [item.id, item]));
}

// After the items' locks: a transaction that held them before has committed, and only a statement that begins now sees the reservations
// that it wrote. Locked as well, because requests that share no item can still be for the same order (a retry with other lines).
const lockReservationsSql = `
SELECT ${namesOf(reservationColumns)}
FROM reservations
WHERE "orderId" = ANY ($1::uuid[])
ORDER BY "orderId"
FOR UPDATE`;

async function lockReservations(client: pg.ClientBase, needs: StockNeeds): Promise<Map<OrderId, Reservation>> {
  const orderIds = [...new Set(needs.orderIds)];
  if (orderIds.length === 0) return new Map();
  const { rows } = await client.query<ReservationRow>({
    name: 'lock-reservations',
    text: lockReservationsSql,
    values: [orderIds],
  });
  const reservations = await withLines(client, rows);
  return new Map(reservations.map((reservation) => [reservation.orderId, reservation]));
}

const namesSql = `
SELECT wanted.name, i.id
FROM unnest($1::text[]) AS wanted (name)
JOIN inventory i ON i."nameKey" = item_name_key(wanted.name) COLLATE names`;

/** Read so that the decision can refuse a name that is taken. The unique constraint covers two replicas at the same time. */
export async function loadNames(
  client: pg.ClientBase,
  { itemNames }: Pick<StockNeeds, 'itemNames'>,
): Promise<Stock['itemIdsByName']> {
  if (itemNames.length === 0) return new Map();
  const query = { name: 'load-names', text: namesSql, values: [itemNames] };
  const { rows } = await client.query<{ name: string; id: ItemId }>(query);
  const byName = Map.groupBy(rows, ({ name }) => nameKeyOf(name));
  return new Map([...byName].map(([key, found]) => [key, [...new Set(found.map(({ id }) => id))]]));
}
