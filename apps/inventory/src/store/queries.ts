/** What can be asked of items, their ledger and reservations. Read from the tables the writes go to, so always up to date. */
import { PrismaPg } from '@prisma/adapter-pg';
import { parseCents, type ItemId, type OrderId } from '@oms/contracts';
import type pg from 'pg';
import type { Item } from '../domain/item.ts';
import type { Movement } from '../domain/ledger.ts';
import { PrismaClient, type Inventory, type Movement as MovementRow } from './generated/client.ts';
import { refuseOutage } from './outage.ts';

export type ItemFilter = {
  readonly category?: string | undefined;
  readonly lowStock?: boolean | undefined;
  /** Part of the name, in any case. */
  readonly q?: string | undefined;
  /** Go on after the item of this name. */
  readonly afterName?: string | undefined;
  readonly limit: number;
};
export type KeptMovement = Movement & { id: string };

export type Queries = {
  item(itemId: ItemId): Promise<Item | null>;
  /** By name, at most `limit`. */
  items(filter: ItemFilter): Promise<Item[]>;
  /** The newest first, at most `limit`, before the version `beforeVersion`; also of an item that was deleted. */
  movements(itemId: ItemId, page: { limit: number; beforeVersion: number | null }): Promise<KeptMovement[]>;
  close(): Promise<void>;
};

export function createQueries(pool: pg.Pool): Queries {
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
  return {
    async item(id) {
      const row = await prisma.inventory.findUnique({ where: { id } }).catch(refuseOutage);
      return row && itemOf(row);
    },
    async items({ category, lowStock, q, afterName, limit }) {
      const { threshold } = prisma.inventory.fields;
      const where = {
        ...(category !== undefined && { category }),
        ...(lowStock !== undefined && { quantity: lowStock ? { lt: threshold } : { gte: threshold } }),
        itemName: {
          ...(q !== undefined && { contains: literal(q), mode: 'insensitive' as const }),
          ...(afterName !== undefined && { gt: afterName }),
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

/** Prisma hands the text to LIKE as it is; what LIKE takes for a wildcard is a plain character to whoever searches. */
function literal(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}

function itemOf({ price, id, ...row }: Inventory): Item {
  return { ...row, id: id as ItemId, priceCents: parseCents(price.toFixed(2)), removed: false };
}

function movementOf({ itemId, orderId, ...row }: MovementRow): KeptMovement {
  return { ...row, itemId: itemId as ItemId, orderId: orderId as OrderId | null };
}
