/** Reads of orders: one, a list, a history. They read the tables that commands write, so they are always up to date. */

import type { Pool } from 'pg';
import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient, type Order as PrismaOrder, type OrderHistory as PrismaHistory } from './generated/client.ts';
import type { Order } from '../domain/order.ts';
import { historyFromRow, type HistoryEntry, type HistoryRow } from './history-row.ts';
import { listOrders, type OrderList } from './list-orders.ts';
import { orderFromRow, type OrderRow } from './order-row.ts';
import { refuseOutage } from './outage.ts';

export type Queries = {
  get(id: string): Promise<Order | null>;
  list(list: OrderList): Promise<Order[]>;
  /** The oldest first, at most `limit`, after the version that `after` names. */
  history(orderId: string, page: { limit: number; after: number }): Promise<HistoryEntry[]>;
  stop(): Promise<void>;
};

export function createQueries(pool: Pool): Queries {
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool), omit: { order: { deadlineAt: true } } });
  return {
    async get(id) {
      const row = await prisma.order.findUnique({ where: { id } }).catch(refuseOutage);
      return row && orderOf(row);
    },
    list: (list) => listOrders(pool, list),
    async history(orderId, { limit, after }) {
      const where = { orderId, version: { gt: after } };
      const rows = await prisma.orderHistory
        .findMany({ where, orderBy: { version: 'asc' }, take: limit })
        .catch(refuseOutage);
      return rows.map(entryOf);
    },
    stop: () => prisma.$disconnect(),
  };
}

/** Prisma knows neither what the JSON holds nor our id types; only our row mapping writes these columns. */
function orderOf(row: Omit<PrismaOrder, 'deadlineAt'>): Order {
  return orderFromRow({ ...row, totalAmount: row.totalAmount.toFixed(2) } as OrderRow);
}

function entryOf(row: PrismaHistory): HistoryEntry {
  return historyFromRow(row as HistoryRow);
}
