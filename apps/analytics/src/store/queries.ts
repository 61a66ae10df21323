// Everything that may be asked of the read models.
import { PrismaPg } from '@prisma/adapter-pg';
import { Refusal } from '@oms/service-kit/refusal';
import type pg from 'pg';
import type { Buckets } from '../domain/buckets.ts';
import type { StockLevel } from '../domain/stock-level.ts';
import type { Window } from '../domain/window.ts';
import { PrismaClient } from './generated/client.ts';
import { countSales, countSalesPerBucket, topItems } from './sales-figures.ts';
import { countFates, measureLeadTimes } from './timeline-figures.ts';

export type StockPage = { levels: StockLevel[]; nextItemId: string | null };
export type Queries = ReturnType<typeof createQueries>;

/** Reads go through one pool: sums in SQL, plain rows through Prisma. */
export function createQueries(pool: pg.Pool) {
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
  return {
    countSales: (window: Window) => countSales(pool, window),
    countSalesPerBucket: (buckets: Buckets) => countSalesPerBucket(pool, buckets),
    topItems: (window: Window, limit: number) => topItems(pool, window, limit),
    countFates: (window: Window) => countFates(pool, window),
    measureLeadTimes: (window: Window) => measureLeadTimes(pool, window),
    stockLevels: (page: { limit: number; afterItemId?: string }) => stockLevels(prisma, page),
    close: () => prisma.$disconnect(),
  };
}

/** A page of the items there are: those below their threshold first, then by name. */
async function stockLevels(prisma: PrismaClient, page: { limit: number; afterItemId?: string }): Promise<StockPage> {
  const rows = await prisma.stockLevel.findMany({
    where: { deleted: false, ...(page.afterItemId !== undefined && (await after(prisma, page.afterItemId))) },
    orderBy: [{ low: 'desc' }, { itemName: 'asc' }, { itemId: 'asc' }],
    take: page.limit + 1,
  });
  const levels = rows.slice(0, page.limit).map((row) => ({ ...row, priceCents: Number(row.priceCents) }));
  return { levels, nextItemId: rows.length > page.limit ? (levels.at(-1)?.itemId ?? null) : null };
}

/** What comes after an item in the order of the list; an item keeps its row when it is deleted, so its place is still known. */
async function after(prisma: PrismaClient, itemId: string) {
  const last = await prisma.stockLevel.findUnique({ where: { itemId } });
  if (last === null) {
    const message = `names the item ${itemId}, which is not known here; leave it out to start anew`;
    throw new Refusal('VALIDATION_FAILED', `The cursor ${message}.`, { errors: [{ field: 'cursor', message }] });
  }
  const sameName = { low: last.low, itemName: last.itemName, itemId: { gt: itemId } };
  const sameLow = { low: last.low, itemName: { gt: last.itemName } };
  return { OR: [sameName, sameLow, ...(last.low ? [{ low: false }] : [])] };
}
