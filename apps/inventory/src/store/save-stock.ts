/** Writes what a batch has changed: one statement per table, whatever the size of the batch. */
import { formatCents } from '@oms/contracts';
import { failpoint } from '@oms/failpoint';
import { pipelined } from '@oms/messaging';
import type pg from 'pg';
import type { Item } from '../domain/item.ts';
import { movementOf } from '../domain/ledger.ts';
import type { Fact, Stock } from '../domain/stock.ts';
import { saveReservations } from './save-reservations.ts';
import { write } from './write.ts';

/**
 * All statements are sent before the first is answered: PostgreSQL does them in this order, and what follows one that fails fails as well.
 * @param before as it was loaded and locked in this transaction; `after` is the same set with the batch folded into it
 */
export async function saveStock(
  client: pg.ClientBase,
  before: Stock,
  after: Stock,
  facts: readonly Fact[],
): Promise<void> {
  const touched = [...after.items.values()].filter((item) => before.items.get(item.id) !== item);
  const stays = touched.filter((item) => before.items.has(item.id) && !item.removed);
  const changed = new Set(facts.flatMap(({ event }) => (event.type === 'ItemChanged' ? [event.itemId] : [])));
  const removed = touched.filter((item) => before.items.has(item.id) && item.removed);
  const created = touched.filter((item) => !before.items.has(item.id) && !item.removed);
  const sent = [deleteItems(client, removed)]; // first, as their names may be given anew
  sent.push(
    updateParticulars(
      client,
      stays.filter((item) => changed.has(item.id)),
    ),
  );
  sent.push(updateStock(client, before, stays));
  sent.push(insertItems(client, created));
  failpoint('inventory.items_saved');
  sent.push(insertMovements(client, facts));
  failpoint('inventory.movements_saved');
  sent.push(saveReservations(client, before, after));
  failpoint('inventory.reservations_saved');
  sent.push(insertGranted(client, before, after));
  await pipelined(sent);
}

// The version guards what the lock already promises: a writer that did not take the lock makes this batch fail, not the stock.
// ANY says nothing new, but keeps a plan that was made while the table was small going by the key.
const updateStockSql = `
UPDATE inventory AS i
SET quantity = u.quantity, reserved = u.reserved, version = u.version, "updatedAt" = u."updatedAt"
FROM unnest($1::uuid[], $2::integer[], $3::integer[], $4::integer[], $5::integer[], $6::timestamptz[])
  AS u(id, "versionBefore", quantity, reserved, version, "updatedAt")
WHERE i.id = ANY ($1::uuid[]) AND i.id = u.id AND i.version = u."versionBefore"`;

async function updateStock(client: pg.ClientBase, before: Stock, items: readonly Item[]): Promise<void> {
  await write(client, 'update-stock', updateStockSql, items, [
    (item) => item.id,
    (item) => before.items.get(item.id)?.version,
    (item) => item.quantity,
    (item) => item.reserved,
    (item) => item.version,
    (item) => item.updatedAt.toISOString(),
  ]);
}

const updateParticularsSql = `
UPDATE inventory AS i
SET "itemName" = u."itemName", threshold = u.threshold, unit = u.unit, price = u.price, category = u.category
FROM unnest($1::uuid[], $2::text[], $3::integer[], $4::text[], $5::numeric[], $6::text[])
  AS u(id, "itemName", threshold, unit, price, category)
WHERE i.id = ANY ($1::uuid[]) AND i.id = u.id`;

async function updateParticulars(client: pg.ClientBase, items: readonly Item[]): Promise<void> {
  await write(client, 'update-particulars', updateParticularsSql, items, particularsOf);
}

const insertItemsSql = `
INSERT INTO inventory (id, "itemName", threshold, unit, price, category, quantity, reserved, version, "createdAt", "updatedAt")
SELECT * FROM unnest($1::uuid[], $2::text[], $3::integer[], $4::text[], $5::numeric[], $6::text[],
  $7::integer[], $8::integer[], $9::integer[], $10::timestamptz[], $11::timestamptz[])`;

async function insertItems(client: pg.ClientBase, items: readonly Item[]): Promise<void> {
  await write(client, 'insert-items', insertItemsSql, items, [
    ...particularsOf,
    (item) => item.quantity,
    (item) => item.reserved,
    (item) => item.version,
    (item) => item.createdAt.toISOString(),
    (item) => item.updatedAt.toISOString(),
  ]);
}

const particularsOf: ((item: Item) => string | number)[] = [
  (item) => item.id,
  (item) => item.itemName,
  (item) => item.threshold,
  (item) => item.unit,
  (item) => formatCents(item.priceCents),
  (item) => item.category,
];

const deleteItemsSql = `DELETE FROM inventory WHERE id = ANY ($1::uuid[])`;

async function deleteItems(client: pg.ClientBase, items: readonly Item[]): Promise<void> {
  await write(client, 'delete-items', deleteItemsSql, items, [(item) => item.id]);
}

const insertMovementsSql = `
INSERT INTO movements ("itemId", delta, "quantityAfter", reason, "orderId", note, "changedBy", "itemVersion", at)
SELECT * FROM unnest($1::uuid[], $2::integer[], $3::integer[], $4::"MovementReason"[], $5::uuid[], $6::text[], $7::text[], $8::integer[], $9::timestamptz[])`;

async function insertMovements(client: pg.ClientBase, facts: readonly Fact[]): Promise<void> {
  const movements = facts.map(movementOf).filter((movement) => movement !== null);
  await write(client, 'insert-movements', insertMovementsSql, movements, [
    (movement) => movement.itemId,
    (movement) => movement.delta,
    (movement) => movement.quantityAfter,
    (movement) => movement.reason,
    (movement) => movement.orderId,
    (movement) => movement.note,
    (movement) => movement.changedBy,
    (movement) => movement.itemVersion,
    (movement) => movement.at.toISOString(),
  ]);
}

const insertGrantedSql = `
INSERT INTO stock_commands ("callerId", key, "requestHash", reply, "createdAt")
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::jsonb[], $5::timestamptz[])`;

async function insertGranted(client: pg.ClientBase, before: Stock, after: Stock): Promise<void> {
  const granted = [...after.granted].filter(([key]) => !before.granted.has(key)).map(([, grant]) => grant);
  await write(client, 'insert-granted', insertGrantedSql, granted, [
    ({ receipt }) => receipt.callerId,
    ({ receipt }) => receipt.key,
    ({ receipt }) => receipt.requestHash,
    ({ item }) => JSON.stringify(item),
    ({ item }) => item.updatedAt.toISOString(),
  ]);
}
