// Messages are committed with the rows they tell of, or not at all.

import { topicOf, type Codec, type EventType, type OutgoingMessage, type Topic } from '@oms/contracts';
import { failpoint } from '@oms/failpoint';
import type pg from 'pg';
import { cloudEventHeaders } from './cloud-events.ts';

/** A message as it lies in messaging.outbox: encoded, with the headers it will carry. */
export type StoredMessage = {
  id: string;
  topic: Topic;
  aggregateId: string;
  aggregateVersion: number;
  eventId: string;
  eventType: EventType;
  payload: Buffer;
  headers: Record<string, string>;
};

export type AppendOptions = {
  /** The W3C trace context of the request a message comes from. */
  traceparentOf?: (message: Pick<OutgoingMessage, 'eventId'>) => string | undefined;
};

export type Outbox = {
  /**
   * Stores `messages` in the caller's transaction, in the order given, by one statement.
   * Hand the result to the relay after the commit (a lost hand-over costs a second, never a message).
   * Call it after the aggregate's row is locked or inserted: then ids of one aggregate grow with its versions, which the relay relies on.
   */
  append(client: pg.ClientBase, messages: readonly OutgoingMessage[], o?: AppendOptions): Promise<StoredMessage[]>;
};

// ORDER BY makes the ids follow the order of the arguments; they are read back in the same order.
const appendSql = `
  INSERT INTO messaging.outbox
    ("eventId", "eventType", "topic", "aggregateId", "aggregateVersion", "payload", "headers")
  SELECT m."eventId", m."eventType", m."topic", m."aggregateId", m."aggregateVersion", m."payload", m."headers"
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::int[], $6::bytea[], $7::jsonb[])
    WITH ORDINALITY AS m("eventId", "eventType", "topic", "aggregateId", "aggregateVersion", "payload", "headers", "position")
  ORDER BY m."position"
  RETURNING "id"`;

export function createOutbox(o: { codec: Codec; source: string }): Outbox {
  return {
    async append(client, messages, options = {}) {
      if (messages.length === 0) return [];
      const unsaved = messages.map((message) => encode(o, message, options.traceparentOf?.(message)));
      const { rows } = await client.query<{ id: string }>({
        name: 'messaging.append',
        text: appendSql,
        values: [
          unsaved.map((m) => m.eventId),
          unsaved.map((m) => m.eventType),
          unsaved.map((m) => m.topic),
          unsaved.map((m) => m.aggregateId),
          unsaved.map((m) => m.aggregateVersion),
          unsaved.map((m) => m.payload),
          unsaved.map((m) => JSON.stringify(m.headers)),
        ],
      });
      failpoint('outbox.appended');
      return unsaved.map((message, i) => ({ id: rows[i]!.id, ...message }));
    },
  };
}

function encode(
  o: { codec: Codec; source: string },
  message: OutgoingMessage,
  traceparent: string | undefined,
): Omit<StoredMessage, 'id'> {
  return {
    topic: topicOf[message.eventType],
    aggregateId: message.aggregateId,
    aggregateVersion: message.aggregateVersion,
    eventId: message.eventId,
    eventType: message.eventType,
    payload: o.codec.encode(message),
    headers: cloudEventHeaders(message, o.source, traceparent),
  };
}
