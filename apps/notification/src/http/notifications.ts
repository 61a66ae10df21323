// Staff and admins list the notifications, and retry one that failed.
import { columnsOf, createCursors, ExportedFile, Refusal, sendExport, type Http, type Static } from '@oms/service-kit';
import type { Queries } from '../store/queries.ts';
import {
  NotificationExportQuery,
  NotificationList,
  NotificationParams,
  NotificationQuery,
  NotificationSchema,
} from './schemas.ts';

export type NotificationRoutes = {
  queries: Queries;
  /** Puts a FAILED notification back in line. False when there is none with this id. */
  retry: (id: string) => Promise<boolean>;
};

const roles = ['staff', 'admin'] as const;
const columns = columnsOf<Static<typeof NotificationSchema>>(
  Object.keys(NotificationSchema.properties) as (keyof Static<typeof NotificationSchema>)[],
);
/** The newest first: ids rise with time. */
const cursors = createCursors({ list: 'notification/notifications', sort: { id: 'uuid' } });

export function addNotificationRoutes(http: Http, { queries, retry }: NotificationRoutes): void {
  http.get(
    '/v1/notifications',
    {
      config: { roles, problems: ['DATABASE_UNAVAILABLE'] },
      schema: {
        operationId: 'listNotifications',
        summary: 'List notifications, newest first',
        tags: ['notifications'],
        querystring: NotificationQuery,
        response: { 200: NotificationList },
      },
    },
    async ({ query }) => {
      const { limit, cursor, ...filters } = query;
      const after = cursors.after(cursor, filters)?.id;
      const rows = await queries.list({ ...filters, after, limit: limit + 1 });
      return cursors.pageOf(rows, { limit, filters, sortOf: ({ id }) => ({ id }) });
    },
  );

  http.get(
    '/v1/notifications/export',
    {
      exposeHeadRoute: false,
      config: { roles, problems: ['DATABASE_UNAVAILABLE'] },
      schema: {
        operationId: 'exportNotifications',
        summary: 'All notifications as CSV or JSON lines, newest first',
        tags: ['notifications'],
        querystring: NotificationExportQuery,
        response: { 200: ExportedFile },
      },
    },
    ({ query: { format, ...filters } }, reply) =>
      sendExport(reply.request, reply, {
        name: 'notifications',
        format,
        columns,
        page: (last, limit) => queries.list({ ...filters, after: last?.id, limit }),
        view: (notification) => notification,
      }),
  );

  http.post(
    '/v1/notifications/:id/retry',
    {
      config: { roles, problems: ['NOT_FOUND', 'NOT_FAILED', 'DATABASE_UNAVAILABLE'] },
      schema: {
        operationId: 'retryNotification',
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
