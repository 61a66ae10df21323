/** The schemas of the event streams: positions, filters, and the reply. */

import { Type, Uuid } from '@oms/service-kit';
import { orderStatuses } from '../domain/order.ts';
import { positionPattern } from '../streams/positions.ts';

const LastVersion = Type.String({
  pattern: '^[0-9]{1,9}$',
  'x-rule': 'must be the id of an event of this stream: a version such as 3',
  description: 'The version that the client has; 0 for all changes from the placement on',
});

const LastPosition = Type.String({
  pattern: positionPattern,
  maxLength: 8_192,
  'x-rule': 'must be the id of an event of this stream: a position such as 0:120,1:98',
  description: 'The position that the client has: the id of the last event that it received',
});

export const OrderEventsHeaders = Type.Object({ 'last-event-id': Type.Optional(LastVersion) });
export const OrderEventsQuery = Type.Object({ lastEventId: Type.Optional(LastVersion) });

export const AllOrderEventsHeaders = Type.Object({ 'last-event-id': Type.Optional(LastPosition) });
export const AllOrderEventsQuery = Type.Object({
  customerId: Type.Optional(Uuid),
  status: Type.Optional(
    Type.Array(Type.Enum([...orderStatuses], { description: 'Only changes from or to one of these statuses' }), {
      minItems: 1,
      maxItems: orderStatuses.length,
    }),
  ),
  lastEventId: Type.Optional(LastPosition),
});

export const EventStream = {
  description: 'Events until the client disconnects; HTML Living Standard, 9.2 Server-sent events',
  content: {
    'text/event-stream': {
      schema: Type.String({
        description: 'Event stream',
        examples: ['event: continued\nid: 2\ndata: {"position":"2"}\n\n'],
      }),
    },
  },
} as const;
