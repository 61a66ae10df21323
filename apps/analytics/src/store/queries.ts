// All queries on the read models: sums in SQL, plain rows through Prisma, by one pool.
import { PrismaPg } from '@prisma/adapter-pg';
import type pg from 'pg';
import type { Buckets } from '../domain/buckets.ts';
import type { Window } from '@oms/service-kit/window';
import { PrismaClient } from './generated/client.ts';
import { countSales, countSalesPerBucket, topItems } from './sales-figures.ts';
import { readStockLevels, type StockPage } from './stock-table.ts';
import { countOutcomes, measureLeadTimes } from './timeline-figures.ts';

export type Queries = ReturnType<typeof createQueries>;

export function createQueries(pool: pg.Pool) {
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
  return {
    countSales: (window: Window) => countSales(pool, window),
    countSalesPerBucket: (buckets: Buckets) => countSalesPerBucket(pool, buckets),
    topItems: (window: Window, limit: number) => topItems(pool, window, limit),
    countOutcomes: (window: Window) => countOutcomes(pool, window),
    measureLeadTimes: (window: Window) => measureLeadTimes(pool, window),
    stockLevels: (page: StockPage) => readStockLevels(prisma, page),
    stop: () => prisma.$disconnect(),
  };
}
