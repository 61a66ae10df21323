/** The schema of an order's explanation. */

import { nameSchemas, Timestamp, Type } from '@oms/service-kit';
import { stuckCauses } from '../domain/stuck.ts';
import { waitCauses } from '../domain/wait.ts';
import { Order } from './schemas.ts';

const OrNull = (description: string) => Type.Union([Type.String(), Type.Null()], { description });
const TimeOrNull = (description: string) => Type.Union([Timestamp, Type.Null()], { description });

const Wait = Type.Object({
  cause: Type.Enum([...waitCauses], { description: 'What kind of thing the order waits for' }),
  what: Type.String({ description: 'What it waits for, in words', examples: ['the kitchen to accept the order'] }),
  whose: Type.String({ description: 'Whose turn it is, and what they can do', examples: ['the kitchen'] }),
  since: TimeOrNull('Since when; null if that is not known'),
  deadline: TimeOrNull('Until when; null if there is no deadline'),
  atDeadline: OrNull('What happens at the deadline'),
});

const TimelineEntry = Type.Object({
  at: Timestamp,
  service: Type.String({ examples: ['inventory'] }),
  kind: Type.String({ examples: ['PLACED', 'CHANGED', 'RESERVED', 'APPLIED', 'DEAD_LETTER', 'NOTIFICATION_SENT'] }),
  text: Type.String({ description: 'What happened, in words' }),
  traceId: Type.Optional(Type.String({ description: 'The trace of the request' })),
  message: Type.Optional(
    Type.Object({
      topic: Type.String(),
      partition: Type.Union([Type.Integer(), Type.Null()]),
      offset: OrNull('null if it was not kept'),
      eventId: OrNull('The id of the message'),
      consumer: OrNull('The consumer group'),
    }),
  ),
});

export const Explanation = Type.Object({
  order: Order,
  waitsFor: Type.Union([Wait, Type.Null()], {
    description: 'What the order waits for now, the most concrete cause; null if it waits for nothing',
  }),
  alsoWaitsFor: Type.Array(Wait, { description: 'All other causes, such as the next step of the order' }),
  timeline: Type.Array(TimelineEntry, { description: 'All services together, the oldest entry first' }),
  stuck: Type.Array(
    Type.Object({
      cause: Type.Enum([...stuckCauses], { description: 'What is overdue' }),
      source: Type.String({ description: 'The service that found it' }),
      since: Timestamp,
    }),
    { description: 'Why the order counts as stuck, as the last search found it; empty if it does not' },
  ),
  retries: Type.Array(
    Type.Object({
      service: Type.String(),
      what: Type.String(),
      attempts: Type.Integer(),
      nextAt: TimeOrNull('When it is tried again; null if it is not tried again by itself'),
      error: OrNull('Why the last attempt failed'),
    }),
    { description: 'What is tried again' },
  ),
  missing: Type.Array(Type.Object({ what: Type.String(), reason: Type.String() }), {
    description: 'What could not be found out: services that did not answer within 1 s, and evidence that was not kept',
  }),
  traceId: OrNull('The trace of the placement; null if it was not traced'),
});

nameSchemas({ Explanation, OrderWait: Wait, TimelineEntry });
