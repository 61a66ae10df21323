/** The shapes in which a service shows the messages that it could not apply. */

import { ListOf, ListQuery, Timestamp, Type, Uuid, type Static } from '../schemas.ts';

const OrNull = Type.Union([Type.String(), Type.Null()]);
const Id = Type.String({ description: '`<topic>-<partition>-<offset>`', examples: ['order-events-0-17'] });

export const Letter = Type.Object({
  id: Id,
  topic: Type.String({ description: 'Where it was said, and goes when it is put back' }),
  reason: Type.String({ examples: ['APPLY_FAILED', 'VERSION_GAP', 'BAD_MAGIC'] }),
  error: Type.String({ description: 'What was wrong, in words' }),
  eventType: OrNull,
  eventId: OrNull,
  aggregateId: OrNull,
  aggregateVersion: Type.Union([Type.Integer(), Type.Null()]),
  partition: Type.Integer({ description: 'Where it lay when it could not be applied' }),
  offset: Type.String({ description: 'Where it lay there' }),
  at: Type.String({ description: 'When it became a dead letter', examples: ['2026-01-31T12:00:00.000Z'] }),
  attempts: Type.Integer(),
  redrives: Type.Integer({ description: 'How often it had been put back before it became this letter' }),
  redriven: Type.Union(
    [
      Type.Object({
        by: Type.String({ description: 'Who: the `sub` of their token' }),
        at: Timestamp,
        force: Type.Boolean(),
        sent: Type.Boolean({ description: 'False when it is not known whether Kafka took it: put it back again' }),
      }),
      Type.Null(),
    ],
    { description: 'The last time it was put back' },
  ),
});

export const LetterList = ListOf(Letter);

export const LetterInFull = Type.Object({
  ...Letter.properties,
  headers: Type.Record(Type.String(), Type.String()),
  size: Type.Integer({ description: 'Bytes' }),
  message: Type.Unknown({ description: 'The message, money in cents; null when its bytes are none that can be read' }),
  hex: Type.Union([Type.String(), Type.Null()], { description: 'The first 256 bytes, when they can not be read' }),
});

const filter = {
  topic: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  reason: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  eventType: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  aggregateId: Type.Optional(Uuid),
  from: Type.Optional(Timestamp),
  to: Type.Optional(Timestamp),
  redriven: Type.Optional(Type.Boolean()),
};

export const LetterQuery = Type.Object({ ...ListQuery.properties, ...filter });
export const LetterParams = Type.Object({ id: Type.String({ maxLength: 200 }) });

export const RedriveBody = Type.Object({
  ...filter,
  id: Type.Optional(Type.String({ maxLength: 200, description: 'This letter only' })),
  limit: Type.Integer({ minimum: 1, maximum: 1_000, default: 100, description: 'How many are put back at most' }),
  dryRun: Type.Boolean({ default: false, description: 'Tell what would be done, and do nothing' }),
  force: Type.Boolean({ default: false, description: 'Also those that were put back already, or too often' }),
});

export const RedriveReport = Type.Object({
  dryRun: Type.Boolean(),
  byReason: Type.Record(Type.String(), Type.Integer(), { description: 'How many are put back, or would be' }),
  ids: Type.Array(Id),
  refused: Type.Object({
    alreadyRedriven: Type.Integer(),
    tooOften: Type.Integer({ description: 'Came back three times: what it lacks, another try will not bring' }),
  }),
  more: Type.Boolean({ description: 'There may be more: ask again' }),
});

/** What the routes need of who keeps the letters, in the words above. */
export type LetterFilter = Pick<Static<typeof LetterQuery>, keyof typeof filter>;
export type LetterPlace = { topic: string; partition: number; offset: bigint };
export type DeadLetters = {
  list(
    filter: LetterFilter,
    o: { limit: number; from?: LetterPlace | undefined },
  ): Promise<{ deadLetters: Static<typeof Letter>[]; next: LetterPlace | null }>;
  get(id: string): Promise<Static<typeof LetterInFull> | null>;
  redrive(wish: {
    filter: LetterFilter;
    id?: string | undefined;
    limit: number;
    dryRun: boolean;
    force: boolean;
    by: string;
  }): Promise<Static<typeof RedriveReport>>;
};
