// Reads of notifications, newest first; the id is a UUID that rises with time, so it is the sort key and the cursor.
import { PrismaPg } from '@prisma/adapter-pg';
import type pg from 'pg';
import type { Status } from '../domain/notification.ts';
import type { Channel, NotificationEvent } from '../domain/rules.ts';
import { PrismaClient, type Notification } from './generated/client.ts';

export type NotificationView = {
  id: string;
  event: NotificationEvent;
  orderId?: string;
  itemId?: string;
  channel: Channel;
  target: string;
  subject: string | null;
  status: Status;
  attempts: number;
  maybeSentBefore: boolean;
  lastError: string | null;
  createdAt: string;
  sentAt: string | null;
};

export type ListFilter = {
  status?: Status | undefined;
  channel?: Channel | undefined;
  orderId?: string | undefined;
  itemId?: string | undefined;
  /** The id of the last row of the page before. */
  after?: string | undefined;
  limit: number;
};

export type Queries = {
  list(filter: ListFilter): Promise<NotificationView[]>;
  get(id: string): Promise<NotificationView | null>;
  close(): Promise<void>;
};

export function createQueries({ pool }: { pool: pg.Pool }): Queries {
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
  return {
    async list({ status, channel, orderId, itemId, after, limit }) {
      const rows = await prisma.notification.findMany({
        where: {
          ...(status && { status }),
          ...(channel && { channel }),
          ...(orderId && { orderId }),
          ...(itemId && { itemId }),
          ...(after && { id: { lt: after } }),
        },
        orderBy: { id: 'desc' },
        take: limit,
      });
      return rows.map(viewOf);
    },
    async get(id) {
      const row = await prisma.notification.findUnique({ where: { id } });
      return row && viewOf(row);
    },
    close: () => prisma.$disconnect(),
  };
}

function viewOf(row: Notification): NotificationView {
  const { id, event, orderId, itemId, channel, target, subject, status, attempts, maybeSentBefore, lastError } = row;
  return {
    id,
    event,
    ...(orderId && { orderId }),
    ...(itemId && { itemId }),
    channel,
    target,
    subject,
    status,
    attempts,
    maybeSentBefore,
    lastError,
    createdAt: row.createdAt.toISOString(),
    sentAt: row.sentAt?.toISOString() ?? null,
  };
}
