/** The door to a service's dead letters, for admins: look at what could not be applied, and put it back. The same in every service. */

import { decodeCursor, encodeCursor } from '../cursor.ts';
import { Refusal } from '../refusal.ts';
import type { Http } from './create-http.ts';
import {
  LetterInFull,
  LetterList,
  LetterParams,
  LetterQuery,
  RedriveBody,
  RedriveReport,
  type DeadLetters,
  type LetterPlace,
} from './dead-letter-schemas.ts';

/** @param o.path where the list is, as in `/v1/inventory/dead-letters` */
export function deadLetterRoutes(http: Http, o: { path: string; letters: DeadLetters }): void {
  const tags = ['dead letters'];
  const roles = ['admin'] as const;
  const problems = ['DEAD_LETTERS_UNAVAILABLE'];

  http.get(
    o.path,
    {
      config: { roles, problems },
      schema: {
        tags,
        summary: 'List messages that this service could not apply, by topic, in the order they came',
        description:
          'A page may hold fewer than `limit`, as few letters may fit the filters: `nextCursor` tells the end.',
        querystring: LetterQuery,
        response: { 200: LetterList },
      },
    },
    async ({ query: { limit, cursor, ...filter }, log }) => {
      const from = cursor === undefined ? undefined : placeIn(cursor);
      const { deadLetters, next } = await answered(log, o.letters.list(filter, { limit, from }));
      return { data: deadLetters, nextCursor: next && cursorOf(next) };
    },
  );

  http.get(
    `${o.path}/:id`,
    {
      config: { roles, problems: [...problems, 'NOT_FOUND'] },
      schema: {
        tags,
        summary: 'Show a dead letter with all its headers and what it says',
        params: LetterParams,
        response: { 200: LetterInFull },
      },
    },
    async ({ params: { id }, log }) => {
      const letter = await answered(log, o.letters.get(id));
      if (letter) return letter;
      throw new Refusal(
        'NOT_FOUND',
        `This service has no dead letter ${JSON.stringify(id)}; the list has those there are.`,
      );
    },
  );

  http.post(
    `${o.path}/redrive`,
    {
      config: { roles, problems },
      schema: {
        tags,
        summary: 'Put dead letters back on their topics, or tell what that would do',
        body: RedriveBody,
        response: { 200: RedriveReport },
      },
    },
    ({ body: { id, limit, dryRun, force, ...filter }, caller, log }) =>
      answered(log, o.letters.redrive({ filter, id, limit, dryRun, force, by: caller.id })),
  );
}

type Log = { warn(told: object, text: string): void };

async function answered<T>(log: Log, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (err) {
    log.warn({ err }, 'Cannot get at the dead letters');
    throw new Refusal(
      'DEAD_LETTERS_UNAVAILABLE',
      'Kafka or the database does not answer. Some letters may have been put back: the list will tell which. Please try again.',
    );
  }
}

function cursorOf({ topic, partition, offset }: LetterPlace): string {
  return encodeCursor([topic, String(partition), offset.toString()]);
}

function placeIn(cursor: string): LetterPlace {
  const [topic = '', partition = '', offset = ''] = decodeCursor(cursor, 3);
  if (/^\d{1,9}$/.test(partition) && /^\d{1,18}$/.test(offset)) {
    return { topic, partition: Number(partition), offset: BigInt(offset) };
  }
  throw new Refusal('VALIDATION_FAILED', `The cursor "${cursor}" is not one that this list gave out.`, {
    errors: [{ field: 'cursor', message: 'must be the nextCursor of an earlier page; leave it out to start anew' }],
  });
}
