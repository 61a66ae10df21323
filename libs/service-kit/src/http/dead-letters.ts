/** Routes for admins, the same in every service: list the messages that could not be applied, and redrive them. */

import { createCursors } from '../cursor.ts';
import { Refusal } from '../refusal.ts';
import { parseWindow } from '../window.ts';
import type { Http } from './create-http.ts';
import {
  DeadLetterDetails,
  DeadLetterList,
  DeadLetterParams,
  DeadLetterQuery,
  RedriveBody,
  RedriveReport,
  type DeadLetterAdmin,
} from './dead-letter-schemas.ts';
import { operationIdsOf, stoppedPartitionRoutes, type StoppedPartitionAdmin } from './stopped-partitions.ts';

/** @param path of the list, such as `/v1/inventory/dead-letters` */
export function deadLetterRoutes(
  http: Http,
  { path, admin }: { path: string; admin: DeadLetterAdmin & StoppedPartitionAdmin },
): void {
  stoppedPartitionRoutes(http, { path, admin });
  const tags = ['dead letters'];
  const operationId = operationIdsOf(path);
  const roles = ['admin'] as const;
  const problems = ['DEAD_LETTERS_UNAVAILABLE'];
  const sort = { topic: 'text', partition: 'integer', offset: 'bigint' } as const;
  const cursors = createCursors({ list: path, sort });

  http.get(
    path,
    {
      config: { roles, problems },
      schema: {
        tags,
        operationId: operationId('listDeadLetters'),
        summary: 'List the messages that this service could not apply, by topic, in the order in which they arrived',
        description:
          'A page may have fewer entries than `limit` because of the filters; the last page is the one without `nextCursor`.',
        querystring: DeadLetterQuery,
        response: { 200: DeadLetterList },
      },
    },
    async ({ query: { limit, cursor, ...filter }, log }) => {
      parseWindow(filter);
      const from = cursors.after(cursor, filter);
      const { deadLetters, next } = await orUnavailable(log, admin.list(filter, { limit, from }));
      return { data: deadLetters, nextCursor: next && cursors.encode(next, filter) };
    },
  );

  http.get(
    `${path}/:id`,
    {
      config: { roles, problems: [...problems, 'NOT_FOUND'] },
      schema: {
        tags,
        operationId: operationId('getDeadLetter'),
        summary: 'Show a dead letter with all its headers and its content',
        params: DeadLetterParams,
        response: { 200: DeadLetterDetails },
      },
    },
    async ({ params: { id }, log }) => {
      const deadLetter = await orUnavailable(log, admin.get(id));
      if (deadLetter) return deadLetter;
      throw new Refusal('NOT_FOUND', `This service has no dead letter ${JSON.stringify(id)}; see the list.`);
    },
  );

  http.post(
    `${path}/redrive`,
    {
      config: { roles, problems },
      schema: {
        tags,
        operationId: operationId('redriveDeadLetters'),
        summary: 'Redrive dead letters to their topics, or report what that would do',
        body: RedriveBody,
        response: { 200: RedriveReport },
      },
    },
    ({ body: { id, limit, dryRun, force, ...filter }, caller, log }) => {
      parseWindow(filter);
      return orUnavailable(log, admin.redrive({ filter, id, limit, dryRun, force, by: caller.id }));
    },
  );
}

type Log = { warn(fields: object, text: string): void };

async function orUnavailable<T>(log: Log, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (err) {
    log.warn({ err }, 'Cannot read or redrive dead letters');
    throw new Refusal(
      'DEAD_LETTERS_UNAVAILABLE',
      'Kafka or the database does not answer. Some dead letters may have been redriven; the list shows which. Try again shortly.',
    );
  }
}
