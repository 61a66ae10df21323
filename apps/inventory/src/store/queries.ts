/** Reads of items and their ledger, from the tables that the writes go to, so always up to date. */
import { PrismaPg } from '@prisma/adapter-pg';
import type { ItemId } from '@oms/contracts';
import type pg from 'pg';
import type { Item } from '../domain/item.ts';
import { Prisma, PrismaClient } from './generated/client.ts';
import { itemColumns, itemOf, type ItemRow } from './item-rows.ts';
import { movementOf, type StoredMovement } from './movement-rows.ts';
import { refuseOutage } from './outage.ts';
import { namesOf } from './write.ts';

export type ItemFilter = {
  readonly category?: string | undefined;
  readonly lowStock?: boolean | undefined;
  /** Part of the name, compared by its normal form. */
  readonly q?: string | undefined;
  /** Continue after this name and id. */
  readonly after?: { itemName: string; id: string } | undefined;
  readonly limit: number;
};

export type Queries = {
  item(itemId: ItemId): Promise<Item | null>;
  /** By name, at most `limit`. */
  items(filter: ItemFilter): Promise<Item[]>;
  /** The newest first, at most `limit`, older than `beforeVersion`; also of an item that was deleted. */
  movements(itemId: ItemId, page: { limit: number; beforeVersion: number | null }): Promise<StoredMovement[]>;
  close(): Promise<void>;
};

export function createQueries(pool: pg.Pool): Queries {
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
  return {
    async item(id) {
      const row = await prisma.inventory.findUnique({ where: { id } }).catch(refuseOutage);
      return row && itemOf(row);
    },
    async items({ category, lowStock, q, after, limit }) {
      const conditions = [
        ...(category !== undefined ? [Prisma.sql`category = ${category}`] : []),
        ...(lowStock !== undefined ? [Prisma.sql`(quantity < threshold) = ${lowStock}`] : []),
        ...(q !== undefined ? [Prisma.sql`strpos("nameKey", item_name_key(${q}) COLLATE names) > 0`] : []),
        ...(after !== undefined ? [isAfter(after)] : []),
      ];
      const where = conditions.length > 0 ? Prisma.sql`WHERE ${Prisma.join(conditions, ' AND ')}` : Prisma.empty;
      const rows = await prisma.$queryRaw<ItemRow[]>`
        SELECT ${Prisma.raw(namesOf(itemColumns))} FROM inventory ${where}
        ORDER BY "nameKey", "itemName" COLLATE "C", id LIMIT ${limit}`.catch(refuseOutage);
      return rows.map(itemOf);
    },
    async movements(itemId, { limit, beforeVersion }) {
      const where = { itemId, ...(beforeVersion !== null && { itemVersion: { lt: beforeVersion } }) };
      const rows = await prisma.movement
        .findMany({ where, orderBy: { itemVersion: 'desc' }, take: limit })
        .catch(refuseOutage);
      return rows.map(movementOf);
    },
    close: () => prisma.$disconnect(),
  };
}

/** By the normal form; of names that share one, by their characters. */
function isAfter({ itemName, id }: { itemName: string; id: string }) {
  return Prisma.sql`("nameKey", "itemName" COLLATE "C", id) >
    (item_name_key(${itemName}) COLLATE names, ${itemName}::text COLLATE "C", ${id}::uuid)`;
}
