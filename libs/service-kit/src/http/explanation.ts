// The route by which the order service asks each service what it knows of one order: its messages, what it did, and what it tries again.

import { Timestamp, Type, Uuid, type Static } from '../schemas.ts';
import type { Http } from './create-http.ts';

const OrNull = (description?: string) =>
  Type.Union([Type.String(), Type.Null()], description === undefined ? {} : { description });
const IntegerOrNull = Type.Union([Type.Integer(), Type.Null()]);
const place = { topic: Type.String(), partition: Type.Integer(), offset: Type.String() };

/** What a consumer group knows of the messages of one aggregate; `createAggregateEvidence` of @oms/messaging provides it. */
export const MessageEvidence = Type.Object({
  consumer: Type.Object({
    group: Type.String(),
    assignedPartitions: Type.Integer({ description: 'Partitions that the process that answers reads' }),
    lastProgressAt: OrNull(),
  }),
  partitions: Type.Array(
    Type.Object({
      topic: Type.String(),
      partition: Type.Integer(),
      committed: Type.String({ description: 'The offset from which the group continues; -1 if it has committed none' }),
      end: Type.String(),
      lag: Type.Integer(),
      stopped: Type.Union([
        Type.Object({ offset: Type.String(), error: Type.String(), since: Timestamp }),
        Type.Null(),
      ]),
    }),
    { description: 'The partitions that the messages of the order are in' },
  ),
  applied: Type.Array(
    Type.Object({
      eventId: Uuid,
      topic: Type.String(),
      partition: IntegerOrNull,
      offset: OrNull('null where an earlier release applied the message'),
      at: Timestamp,
    }),
  ),
  versions: Type.Array(Type.Object({ topic: Type.String(), version: Type.Integer(), at: Timestamp })),
  waiting: Type.Array(Type.Object({ ...place, eventId: Uuid, version: Type.Integer(), since: Timestamp }), {
    description: 'Messages that wait for an earlier version',
  }),
  deadLetters: Type.Array(
    Type.Object({
      ...place,
      eventId: OrNull(),
      eventType: OrNull(),
      version: IntegerOrNull,
      reason: Type.String(),
      error: Type.String(),
      at: Timestamp,
      applied: Type.Boolean({ description: 'It was redriven, and then applied' }),
    }),
  ),
  missing: Type.Array(Type.Object({ what: Type.String(), reason: Type.String() })),
});
export type MessageEvidence = Static<typeof MessageEvidence>;

/** What a service knows of one order, besides its messages. */
const known = {
  /** What it did, in its own words. */
  entries: Type.Array(Type.Object({ at: Timestamp, kind: Type.String(), text: Type.String() })),
  retries: Type.Array(
    Type.Object({
      what: Type.String(),
      attempts: Type.Integer(),
      nextAt: OrNull('When it is tried again; null when it is not tried by itself any more'),
      error: OrNull(),
    }),
  ),
  missing: Type.Array(Type.Object({ what: Type.String(), reason: Type.String() })),
  /** Of inventory only; null when it holds no reservation of the order. */
  reservation: Type.Optional(
    Type.Union([Type.Object({ state: Type.String(), attempt: Type.Integer(), since: Timestamp }), Type.Null()]),
  ),
};
export const ServiceExplanation = Type.Object({ messages: MessageEvidence, ...known });
export type ServiceExplanation = Static<typeof ServiceExplanation>;
export type KnownOfOrder = Omit<ServiceExplanation, 'messages'>;

const Params = Type.Object({ id: Uuid });
const Body = Type.Object({
  eventIds: Type.Array(Uuid, {
    maxItems: 1_000,
    description: 'The messages of the order, as the order service knows them',
  }),
});

export type ExplanationRouteOptions = {
  /** Both throw the service's own refusal while its database does not answer. */
  messages: (orderId: string, eventIds: readonly string[]) => Promise<MessageEvidence>;
  known: (orderId: string) => Promise<KnownOfOrder>;
  /** The code of that refusal. */
  unavailable: string;
};

export function explanationRoute(http: Http, { messages, known, unavailable }: ExplanationRouteOptions): void {
  http.post(
    '/internal/orders/:id/explanation',
    {
      config: { roles: ['service'], problems: [unavailable] },
      schema: {
        tags: ['internal'],
        summary: 'What this service knows of an order: the messages it applied, what it did, and what it tries again',
        params: Params,
        body: Body,
        response: { 200: ServiceExplanation },
      },
    },
    async ({ params, body }) => {
      const orderId = params.id.toLowerCase();
      const [evidence, own] = await Promise.all([messages(orderId, body.eventIds), known(orderId)]);
      return { messages: evidence, ...own };
    },
  );
}
