/** Schemas of the dead-letter routes: the messages that a service could not apply. */

import { ListOf, ListQuery, nameSchemas, Timestamp, Type, Uuid, type Static } from '../schemas.ts';

const OrNull = Type.Union([Type.String(), Type.Null()]);
const Id = Type.String({ description: '`<topic>-<partition>-<offset>`', examples: ['order-events-0-17'] });

export const DeadLetter = Type.Object({
  id: Id,
  topic: Type.String({ description: 'The topic it was published to, and is redriven to' }),
  reason: Type.String({ examples: ['APPLY_FAILED', 'VERSION_GAP', 'BAD_MAGIC'] }),
  error: Type.String({ description: 'The error, as text' }),
  eventType: OrNull,
  eventId: OrNull,
  aggregateId: OrNull,
  aggregateVersion: Type.Union([Type.Integer(), Type.Null()]),
  partition: Type.Integer({ description: 'The partition it was read from' }),
  offset: Type.String({ description: 'Its offset in that partition' }),
  at: Type.String({ description: 'When it was sent to the dead letters', examples: ['2026-01-31T12:00:00.000Z'] }),
  attempts: Type.Integer(),
  redrives: Type.Integer({ description: 'How often the message had been redriven before' }),
  redriven: Type.Union(
    [
      Type.Object({
        by: Type.String({ description: 'The `sub` of the token of who redrove it' }),
        at: Timestamp,
        force: Type.Boolean(),
        sent: Type.Boolean({ description: 'False when it is unknown whether Kafka has it: redrive it again' }),
      }),
      Type.Null(),
    ],
    { description: 'The last redrive' },
  ),
});

export const DeadLetterList = ListOf(DeadLetter);

export const DeadLetterDetails = Type.Object({
  ...DeadLetter.properties,
  headers: Type.Record(Type.String(), Type.String()),
  size: Type.Integer({ description: 'Bytes' }),
  message: Type.Unknown({ description: 'The decoded message, money in cents; null when it cannot be decoded' }),
  hex: Type.Union([Type.String(), Type.Null()], {
    description: 'The first 256 bytes, when the message cannot be decoded',
  }),
});

const filter = {
  topic: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  reason: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  eventType: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  aggregateId: Type.Optional(Uuid),
  from: Type.Optional(
    Type.String({ format: 'date-time', description: 'Only those that failed at this time or later' }),
  ),
  to: Type.Optional(Type.String({ format: 'date-time', description: 'Only those that failed before this time' })),
  redriven: Type.Optional(Type.Boolean()),
};

export const DeadLetterQuery = Type.Object({ ...ListQuery.properties, ...filter });
export const DeadLetterParams = Type.Object({ id: Type.String({ maxLength: 200 }) });

export const RedriveBody = Type.Object({
  ...filter,
  id: Type.Optional(Type.String({ maxLength: 200, description: 'Only this dead letter' })),
  limit: Type.Integer({ minimum: 1, maximum: 1_000, default: 100, description: 'Redrive so many at most' }),
  dryRun: Type.Boolean({ default: false, description: 'Only report what would be done' }),
  force: Type.Boolean({ default: false, description: 'Also those that were redriven already, or too often' }),
});

export const RedriveReport = Type.Object({
  dryRun: Type.Boolean(),
  byReason: Type.Record(Type.String(), Type.Integer(), { description: 'How many are redriven, or would be' }),
  ids: Type.Array(Id),
  refused: Type.Object({
    alreadyRedriven: Type.Integer(),
    tooOften: Type.Integer({ description: 'Failed three times after a redrive; another attempt would not help' }),
    withoutContent: Type.Integer({
      description: 'Only say where the message lies: it did not fit, or could not be read',
    }),
  }),
  more: Type.Boolean({ description: 'There may be more: send the request again' }),
});

nameSchemas({ DeadLetter, DeadLetterList, DeadLetterDetails, Redrive: RedriveBody, RedriveReport });

/** What the routes need; `createDeadLetterAdmin` of @oms/messaging provides it. */
export type DeadLetterFilter = Pick<Static<typeof DeadLetterQuery>, keyof typeof filter>;
export type DeadLetterPosition = { topic: string; partition: number; offset: bigint };
export type DeadLetterAdmin = {
  list(
    filter: DeadLetterFilter,
    page: { limit: number; from?: DeadLetterPosition | undefined },
  ): Promise<{ deadLetters: Static<typeof DeadLetter>[]; next: DeadLetterPosition | null }>;
  get(id: string): Promise<Static<typeof DeadLetterDetails> | null>;
  redrive(request: {
    filter: DeadLetterFilter;
    id?: string | undefined;
    limit: number;
    dryRun: boolean;
    force: boolean;
    by: string;
  }): Promise<Static<typeof RedriveReport>>;
};
