/** Reads of items and their ledger, from the tables that the writes go to, so always up to date. */
import { PrismaPg } from '@prisma/adapter-pg';
import type { ItemId, OrderId } from '@oms/contracts';
import type pg from 'pg';
import type { Item } from '../domain/item.ts';
import { Prisma, PrismaClient } from './generated/client.ts';
import { itemColumns, itemOf, type ItemRow } from './item-rows.ts';
import { movementOf, type StoredMovement } from './movement-rows.ts';
import { refuseOutage } from './outage.ts';
import { namesOf } from './write.ts';

export type ItemFilter = {
  /** Any of these. */
  readonly categories?: readonly string[] | undefined;
  readonly lowStock?: boolean | undefined;
  readonly outOfStock?: boolean | undefined;
  /** Part of the name, compared by its normal form. */
  readonly q?: string | undefined;
  /** Continue after this name and id. */
  readonly after?: { itemName: string; id: string } | undefined;
  readonly limit: number;
};

export type PromisePosition = { reservedAt: Date; orderId: string };
export type StockPromise = { orderId: OrderId; quantity: number; reservedAt: Date };

export type Queries = {
  item(itemId: ItemId): Promise<Item | null>;
  /** By name, at most `limit`. */
  items(filter: ItemFilter): Promise<Item[]>;
  /** The open reservations that have pieces of the item, the youngest first, at most `limit`. */
  promises(itemId: ItemId, page: { limit: number; after: PromisePosition | undefined }): Promise<StockPromise[]>;
  countPromises(itemId: ItemId): Promise<number>;
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
    async items({ categories, lowStock, outOfStock, q, after, limit }) {
      const conditions = [
        ...(categories !== undefined ? [Prisma.sql`category = ANY (${[...categories]}::text[])`] : []),
        ...(lowStock !== undefined ? [Prisma.sql`(quantity < threshold) = ${lowStock}`] : []),
        // Written out, and not as a parameter: the index of what is out has the condition.
        ...(outOfStock !== undefined ? [outOfStock ? Prisma.sql`quantity = 0` : Prisma.sql`quantity > 0`] : []),
        ...(q !== undefined ? [Prisma.sql`strpos("nameKey", item_name_key(${q}) COLLATE names) > 0`] : []),
        ...(after !== undefined ? [isAfter(after)] : []),
      ];
      const where = conditions.length > 0 ? Prisma.sql`WHERE ${Prisma.join(conditions, ' AND ')}` : Prisma.empty;
      const rows = await prisma.$queryRaw<ItemRow[]>`
        SELECT ${Prisma.raw(namesOf(itemColumns))} FROM inventory ${where}
        ORDER BY "nameKey", "itemName" COLLATE "C", id LIMIT ${limit}`.catch(refuseOutage);
      return rows.map(itemOf);
    },
    promises(itemId, { limit, after }) {
      return prisma.$queryRaw<StockPromise[]>`
        (${openSql(itemId, 'HELD', after)} LIMIT ${limit}) UNION ALL (${openSql(itemId, 'CONFIRMED', after)} LIMIT ${limit})
        ORDER BY "reservedAt" DESC, "orderId" DESC LIMIT ${limit}`.catch(refuseOutage);
    },
    async countPromises(itemId) {
      const rows = await prisma.$queryRaw<{ count: number }[]>`
        SELECT count(*)::int AS count FROM (
          (${openSql(itemId, 'HELD')}) UNION ALL (${openSql(itemId, 'CONFIRMED')})
        ) AS promises`.catch(refuseOutage);
      return rows[0]!.count;
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

/**
 * By the index of the reservations in this state, as lines have none by item: few reservations are open, and very many have ended. LIMIT 1
 * keeps PostgreSQL from reading all lines instead: each is looked up by its key.
 */
function openSql(itemId: ItemId, state: 'HELD' | 'CONFIRMED', after?: PromisePosition) {
  const isLater = after
    ? Prisma.sql`AND (r."createdAt", r."orderId") < (${after.reservedAt}, ${after.orderId}::uuid)`
    : Prisma.empty;
  return Prisma.sql`
    SELECT r."orderId", l.quantity, r."createdAt" AS "reservedAt"
    FROM reservations r CROSS JOIN LATERAL (
      SELECT quantity FROM reservation_lines WHERE "orderId" = r."orderId" AND "itemId" = ${itemId}::uuid LIMIT 1
    ) AS l
    WHERE r.state = ${Prisma.raw(`'${state}'`)} ${isLater}
    ORDER BY r."createdAt" DESC, r."orderId" DESC`;
}

/** By the normal form; of names that share one, by their characters. */
function isAfter({ itemName, id }: { itemName: string; id: string }) {
  return Prisma.sql`("nameKey", "itemName" COLLATE "C", id) >
    (item_name_key(${itemName}) COLLATE names, ${itemName}::text COLLATE "C", ${id}::uuid)`;
}
