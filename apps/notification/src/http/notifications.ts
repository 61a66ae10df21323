// Staff and admins list the notifications, and retry one that failed.
import { decodeCursor, encodeCursor, Refusal, type Http } from '@oms/service-kit';
import type { NotificationView, Queries } from '../store/queries.ts';
import { NotificationList, NotificationParams, NotificationQuery, NotificationSchema } from './schemas.ts';

export type NotificationRoutes = {
  queries: Queries;
  /** Puts a FAILED notification back in line. False when there is none with this id. */
  retry: (id: string) => Promise<boolean>;
};

const roles = ['staff', 'admin'] as const;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function addNotificationRoutes(http: Http, { queries, retry }: NotificationRoutes): void {
  http.get(
    '/v1/notifications',
    {
      config: { roles, problems: ['DATABASE_UNAVAILABLE'] },
      schema: {
        summary: 'List notifications, newest first',
        tags: ['notifications'],
        querystring: NotificationQuery,
        response: { 200: NotificationList },
      },
    },
    async ({ query }) => {
      const { limit, cursor, ...filter } = query;
      const rows = await queries.list({ ...filter, after: cursor && lastId(cursor), limit: limit + 1 });
      return { data: rows.slice(0, limit), nextCursor: nextCursor(rows, limit) };
    },
  );

  http.post(
    '/v1/notifications/:id/retry',
    {
      config: { roles, problems: ['NOT_FOUND', 'NOT_FAILED', 'DATABASE_UNAVAILABLE'] },
      schema: {
        summary: 'Try a failed notification again',
        tags: ['notifications'],
        params: NotificationParams,
        response: { 202: NotificationSchema },
      },
    },
    async ({ params: { id } }, reply) => {
      const known = await retry(id);
      const notification = known ? await queries.get(id) : null;
      if (!notification)
        throw new Refusal('NOT_FOUND', `There is no notification ${id}; the list has those there are.`);
      return reply.code(202).send(notification);
    },
  );
}

function lastId(cursor: string): string {
  const [id = ''] = decodeCursor(cursor, 1);
  if (uuid.test(id)) return id;
  throw new Refusal('VALIDATION_FAILED', `The cursor "${cursor}" is not one that this list gave out.`, {
    errors: [{ field: 'cursor', message: 'must be the nextCursor of an earlier page; leave it out to start anew' }],
  });
}

function nextCursor(rows: readonly NotificationView[], limit: number): string | null {
  const last = rows[limit - 1];
  return rows.length > limit && last ? encodeCursor([last.id]) : null;
}
