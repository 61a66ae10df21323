/** Reads of orders: one, a list, a history. They read the tables that commands write, so they are always up to date. */

import type { Pool } from 'pg';
import type { Window } from '@oms/service-kit/window';
import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient, type Order as PrismaOrder, type OrderHistory as PrismaHistory } from './generated/client.ts';
import type { Order, OrderStatus } from '../domain/order.ts';
import { historyFromRow, type HistoryEntry, type HistoryRow } from './history-row.ts';
import { orderFromRow, type OrderRow } from './order-row.ts';
import { refuseOutage } from './outage.ts';

export type Queries = {
  get(id: string): Promise<Order | null>;
  /** The newest first, at most `limit`, after the order that `after` names. */
  list(filter: ListFilter): Promise<Order[]>;
  /** The oldest first, at most `limit`, after the version that `after` names. */
  history(orderId: string, page: { limit: number; after: number }): Promise<HistoryEntry[]>;
  stop(): Promise<void>;
};

export type ListFilter = {
  readonly customerIds: readonly string[];
  readonly status?: OrderStatus | undefined;
  readonly created: Window;
  readonly after?: { createdAt: Date; id: string } | undefined;
  readonly limit: number;
};

export function createQueries(pool: Pool): Queries {
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
  return {
    async get(id) {
      const row = await prisma.order.findUnique({ where: { id } }).catch(refuseOutage);
      return row && orderOf(row);
    },
    async list({ customerIds, status, created: { from, to }, after, limit }) {
      const rows = await prisma.order
        .findMany({
          where: {
            AND: customerIds.map((customerId) => ({ customerId })),
            ...(status && { status }),
            createdAt: { ...(from && { gte: from }), ...(to && { lt: to }) },
            ...(after && earlierThan(after)),
          },
          orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
          take: limit,
        })
        .catch(refuseOutage);
      return rows.map(orderOf);
    },
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

/** The first condition follows from the second; it lets the index on createdAt begin in the right place. */
function earlierThan({ createdAt, id }: { createdAt: Date; id: string }) {
  return { OR: [{ createdAt: { lt: createdAt } }, { createdAt, id: { lt: id } }] };
}

/** Prisma knows neither what the JSON holds nor our id types; only our row mapping writes these columns. */
function orderOf(row: PrismaOrder): Order {
  return orderFromRow({ ...row, totalAmount: row.totalAmount.toFixed(2) } as OrderRow);
}

function entryOf(row: PrismaHistory): HistoryEntry {
  return historyFromRow(row as HistoryRow);
}
