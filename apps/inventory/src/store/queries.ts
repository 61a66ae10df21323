/** Reads of items and their ledger, from the tables that the writes go to, so always up to date. */
import { PrismaPg } from '@prisma/adapter-pg';
import type { ItemId } from '@oms/contracts';
import type pg from 'pg';
import type { Item } from '../domain/item.ts';
import { PrismaClient } from './generated/client.ts';
import { itemOf } from './item-rows.ts';
import { movementOf, type StoredMovement } from './movement-rows.ts';
import { refuseOutage } from './outage.ts';

export type ItemFilter = {
  readonly category?: string | undefined;
  readonly lowStock?: boolean | undefined;
  /** Part of the name, upper or lower case. */
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
      const { threshold } = prisma.inventory.fields;
      const where = {
        ...(category !== undefined && { category }),
        ...(lowStock !== undefined && { quantity: lowStock ? { lt: threshold } : { gte: threshold } }),
        itemName: {
          ...(q !== undefined && { contains: literal(q), mode: 'insensitive' as const }),
          ...(after !== undefined && { gt: after.itemName }),
        },
      };
      const rows = await prisma.inventory
        .findMany({ where, orderBy: { itemName: 'asc' }, take: limit })
        .catch(refuseOutage);
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

/** Prisma passes the text to LIKE as it is. Its wildcards are escaped, as a user means them as plain characters. */
function literal(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}
