/** What can be asked of orders: one, a list, a history. Read from the same tables the writes go to, so always up to date. */

import type { Pool } from 'pg';
import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient, type Order as OrderRow, type OrderHistory as HistoryRow } from './generated/client.ts';
import type { OrderStatus } from '../domain/order.ts';
import type { AddressView, ItemView, OrderView } from './order-view.ts';
import { refuseOutage } from './outage.ts';

export type Queries = {
  get(id: string): Promise<OrderView | null>;
  /** The newest first, at most `limit`, after the row that `after` names. */
  list(filter: ListFilter): Promise<OrderView[]>;
  /** The oldest first, at most `limit`, after the version that `after` names. */
  history(orderId: string, page: { limit: number; after: number }): Promise<ChangeView[]>;
  close(): Promise<void>;
};

export type ListFilter = {
  readonly customerIds: readonly string[];
  readonly status?: OrderStatus | undefined;
  readonly createdFrom?: Date | undefined;
  readonly createdTo?: Date | undefined;
  readonly after?: { createdAt: Date; id: string } | undefined;
  readonly limit: number;
};

export type ChangeView = {
  version: number;
  from: OrderStatus | null;
  to: OrderStatus;
  at: string;
  by: string;
  byRole: string;
  reason: string | null;
  note: string | null;
};

export function createQueries(pool: Pool): Queries {
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
  return {
    async get(id) {
      const row = await prisma.order.findUnique({ where: { id } }).catch(refuseOutage);
      return row && viewOfRow(row);
    },
    async list({ customerIds, status, createdFrom, createdTo, after, limit }) {
      const rows = await prisma.order
        .findMany({
          where: {
            AND: customerIds.map((customerId) => ({ customerId })),
            ...(status && { status }),
            createdAt: { ...(createdFrom && { gte: createdFrom }), ...(createdTo && { lt: createdTo }) },
            ...(after && earlierThan(after)),
          },
          orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
          take: limit,
        })
        .catch(refuseOutage);
      return rows.map(viewOfRow);
    },
    async history(orderId, { limit, after }) {
      const where = { orderId, version: { gt: after } };
      const rows = await prisma.orderHistory
        .findMany({ where, orderBy: { version: 'asc' }, take: limit })
        .catch(refuseOutage);
      return rows.map(viewOfChange);
    },
    close: () => prisma.$disconnect(),
  };
}

/** The first condition follows from the second; it lets the index on createdAt begin in the right place. */
function earlierThan({ createdAt, id }: { createdAt: Date; id: string }) {
  return { OR: [{ createdAt: { lt: createdAt } }, { createdAt, id: { lt: id } }] };
}

function viewOfRow(row: OrderRow): OrderView {
  return {
    id: row.id,
    customerId: row.customerId,
    status: row.status,
    totalAmount: row.totalAmount.toFixed(2),
    // The columns hold what order-view.ts made of an order, and nothing else writes them.
    items: row.items as ItemView[],
    deliveryAddress: row.deliveryAddress as AddressView,
    promisedDeliveryAt: row.promisedDeliveryAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    version: row.version,
  };
}

function viewOfChange(row: HistoryRow): ChangeView {
  return {
    ...{ version: row.version, from: row.fromStatus, to: row.toStatus, at: row.at.toISOString() },
    ...{ by: row.changedBy, byRole: row.changedByRole, reason: row.reason, note: row.note },
  };
}
