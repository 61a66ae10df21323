/** Writes what a batch has changed: one statement for each table, whatever the size of the batch. */
import { failpoint } from '@oms/failpoint';
import { pipelined } from '@oms/messaging';
import type pg from 'pg';
import type { Item } from '../domain/item.ts';
import { movementOf } from '../domain/ledger.ts';
import type { AppliedEvent, Stock } from '../domain/stock.ts';
import { insertIdempotencyRecords } from './idempotency-records.ts';
import { itemColumns } from './item-rows.ts';
import { movementColumns } from './movement-rows.ts';
import { saveReservations } from './save-reservations.ts';
import { insertSql, unnestSql, write, type Columns } from './write.ts';

/**
 * Sends all statements before the first is answered. PostgreSQL carries them out in this order, and those after a failed one fail as well.
 * @param before as it was loaded and locked in this transaction; `after` is the same working set after the batch
 */
export async function saveStock(
  client: pg.ClientBase,
  before: Stock,
  after: Stock,
  applied: readonly AppliedEvent[],
): Promise<void> {
  const touched = [...after.items.values()].filter((item) => before.items.get(item.id) !== item);
  const removed = touched.filter((item) => before.items.has(item.id) && item.removed);
  const created = touched.filter((item) => !before.items.has(item.id) && !item.removed);
  const changed = touched.flatMap((item) => {
    const earlier = before.items.get(item.id);
    return earlier && !item.removed ? [{ ...item, versionBefore: earlier.version }] : [];
  });
  const idsWithNewDetails = new Set(applied.flatMap(({ event }) => (event.type === 'ItemChanged' ? event.itemId : [])));
  const withNewDetails = changed.filter(({ id }) => idsWithNewDetails.has(id));
  const movements = applied.map(movementOf).filter((movement) => movement !== null);

  const sent = [deleteItems(client, removed)]; // first, as another item of the batch may take their names
  sent.push(write(client, 'update-details', updateDetailsSql, withNewDetails, detailColumns));
  sent.push(write(client, 'update-stock', updateStockSql, changed, stockColumns));
  sent.push(write(client, 'insert-items', insertItemsSql, created, itemColumns));
  failpoint('inventory.items_saved');
  sent.push(write(client, 'insert-movements', insertMovementsSql, movements, movementColumns));
  failpoint('inventory.movements_saved');
  sent.push(saveReservations(client, before, after));
  failpoint('inventory.reservations_saved');
  sent.push(insertIdempotencyRecords(client, before, after));
  await pipelined(sent);
}

type ChangedItem = Item & { versionBefore: number };
const {
  id,
  itemName,
  threshold,
  unit,
  price,
  category,
  unavailableUntil,
  quantity,
  reserved,
  short,
  version,
  detailsVersion,
  updatedAt,
} = itemColumns;
const stockColumns = {
  id,
  quantity,
  reserved,
  short,
  version,
  updatedAt,
  versionBefore: { type: 'integer', value: (item) => item.versionBefore },
} satisfies Columns<ChangedItem>;

// The version guards what the lock already ensures: a writer that did not take the lock makes this batch fail, and no update is lost.
// ANY is redundant, but makes PostgreSQL use the primary key also in a plan that was made while the table was small.
const updateStockSql = `
UPDATE inventory AS i
SET quantity = u.quantity, reserved = u.reserved, short = u.short, version = u.version, "updatedAt" = u."updatedAt"
FROM ${unnestSql<ChangedItem>(stockColumns)}
WHERE i.id = ANY ($1::uuid[]) AND i.id = u.id AND i.version = u."versionBefore"`;

const detailColumns = { id, itemName, threshold, unit, price, category, unavailableUntil, detailsVersion };
const updateDetailsSql = `
UPDATE inventory AS i
SET "itemName" = u."itemName", threshold = u.threshold, unit = u.unit, price = u.price, category = u.category,
  "unavailableUntil" = u."unavailableUntil",
  "detailsVersion" = u."detailsVersion",
  "nameDuplicate" = CASE WHEN i."itemName" = u."itemName" THEN i."nameDuplicate" ELSE 0 END
FROM ${unnestSql<Item>(detailColumns)}
WHERE i.id = ANY ($1::uuid[]) AND i.id = u.id`;

const insertItemsSql = insertSql('inventory', itemColumns);
const insertMovementsSql = insertSql('movements', movementColumns);
const deleteItemsSql = `DELETE FROM inventory WHERE id = ANY ($1::uuid[])`;

async function deleteItems(client: pg.ClientBase, items: readonly Item[]): Promise<void> {
  await write(client, 'delete-items', deleteItemsSql, items, { id });
}
