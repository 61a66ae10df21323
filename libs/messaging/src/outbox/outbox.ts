// Messages are committed in the same transaction as the rows they are about, or not at all. All statements on messaging.outbox.

import { topicOf, type Codec, type EventType, type OutgoingMessage, type Topic } from '@oms/contracts';
import { failpoint } from '@oms/failpoint';
import type pg from 'pg';
import { cloudEventHeaders } from '../headers.ts';

/** A message as stored in messaging.outbox: encoded, with the headers it will have in Kafka. */
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
  /** The W3C trace context of the request that a message comes from. */
  traceparentOf?: (message: Pick<OutgoingMessage, 'eventId'>) => string | undefined;
};

export type Outbox = {
  /**
   * Stores `messages` in the caller's transaction, in the given order, with one statement.
   * After the commit, give the result to `relay.enqueue` (a lost call delays a message by a second, and loses none).
   * Lock or insert the aggregate's row before: then the ids of one aggregate grow with its versions, which the relay relies on.
   */
  append(
    client: pg.ClientBase,
    messages: readonly OutgoingMessage[],
    options?: AppendOptions,
  ): Promise<StoredMessage[]>;
};

/** A row without its payload and headers. */
export type OutboxRow = Pick<StoredMessage, 'id' | 'topic' | 'aggregateId' | 'aggregateVersion'> & { bytes: number };

export type SweptMessage = { message: StoredMessage; createdAtMs: number };

/** What the relay does with the table. No statement takes a lock that an append would wait for. */
export type OutboxTable = {
  /** Lists rows, oldest first, except those held in memory. */
  list(heldIds: readonly string[], countMax: number): Promise<OutboxRow[]>;
  /** Reads whole messages, oldest first. */
  read(ids: readonly string[]): Promise<SweptMessage[]>;
  remove(ids: readonly string[]): Promise<void>;
  /** `depth` is counted up to 100,000. */
  sample(): Promise<{ depth: number; oldestAgeMs: number }>;
};

type OutboxOptions = { codec: Codec; source: string };

// ORDER BY gives the ids the order of the arguments. The rows are returned in the same order.
const appendSql = `
  INSERT INTO messaging.outbox
    ("eventId", "eventType", "topic", "aggregateId", "aggregateVersion", "payload", "headers")
  SELECT m."eventId", m."eventType", m."topic", m."aggregateId", m."aggregateVersion", m."payload", m."headers"
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::int[], $6::bytea[], $7::jsonb[])
    WITH ORDINALITY AS m("eventId", "eventType", "topic", "aggregateId", "aggregateVersion", "payload", "headers", "position")
  ORDER BY m."position"
  RETURNING "id"`;

export function createOutbox({ codec, source }: OutboxOptions): Outbox {
  return {
    async append(client, messages, { traceparentOf } = {}) {
      if (messages.length === 0) return [];
      const encoded = messages.map((message) => encode({ codec, source }, message, traceparentOf?.(message)));
      const { rows } = await client.query<{ id: string }>({
        name: 'messaging.append',
        text: appendSql,
        values: [
          encoded.map((message) => message.eventId),
          encoded.map((message) => message.eventType),
          encoded.map((message) => message.topic),
          encoded.map((message) => message.aggregateId),
          encoded.map((message) => message.aggregateVersion),
          encoded.map((message) => message.payload),
          encoded.map((message) => JSON.stringify(message.headers)),
        ],
      });
      failpoint('outbox.appended');
      return encoded.map((message, i) => ({ id: rows[i]!.id, ...message }));
    },
  };
}

function encode(
  { codec, source }: OutboxOptions,
  message: OutgoingMessage,
  traceparent: string | undefined,
): Omit<StoredMessage, 'id'> {
  return {
    topic: topicOf[message.eventType],
    aggregateId: message.aggregateId,
    aggregateVersion: message.aggregateVersion,
    eventId: message.eventId,
    eventType: message.eventType,
    payload: codec.encode(message),
    headers: cloudEventHeaders(message, source, traceparent),
  };
}

// From the first row each time: a cursor by id would skip a row whose transaction took its id early and committed late.
// A snapshot that shows a version also shows the earlier versions of its aggregate, and those have smaller ids, so that
// LIMIT never cuts off an earlier version and keeps a later one.
const listSql = `
  SELECT "id", "topic", "aggregateId", "aggregateVersion", octet_length("payload") AS "bytes"
  FROM messaging.outbox
  WHERE "id" <> ALL ($1::bigint[])
  ORDER BY "id"
  LIMIT $2`;

const readSql = `
  SELECT "id", "topic", "aggregateId", "aggregateVersion", "eventId", "eventType", "payload", "headers", "createdAt"
  FROM messaging.outbox
  WHERE "id" = ANY ($1::bigint[])
  ORDER BY "id"`;

// If a crash undoes a deletion, the message is sent a second time and every inbox ignores it. So the commit need not wait
// for the disk.
const removeSql = `
  DELETE FROM messaging.outbox
  USING (SELECT set_config('synchronous_commit', 'off', true)) AS "relaxed"
  WHERE "id" = ANY ($1::bigint[])`;

const sampleSql = `
  SELECT
    (SELECT count(*)::int FROM (SELECT FROM messaging.outbox LIMIT 100000) AS "some") AS "depth",
    coalesce((SELECT extract(epoch FROM clock_timestamp() - "createdAt") * 1000
              FROM messaging.outbox ORDER BY "id" LIMIT 1), 0)::float8 AS "oldestAgeMs"`;

export function createOutboxTable(pool: pg.Pool): OutboxTable {
  return {
    async list(heldIds, countMax) {
      const { rows } = await pool.query<OutboxRow>(listSql, [heldIds, countMax]);
      return rows;
    },
    async read(ids) {
      const { rows } = await pool.query<StoredMessage & { createdAt: Date }>({
        name: 'messaging.read',
        text: readSql,
        values: [ids],
      });
      return rows.map(({ createdAt, ...message }) => ({ message, createdAtMs: createdAt.getTime() }));
    },
    async remove(ids) {
      await pool.query({ name: 'messaging.remove', text: removeSql, values: [ids] });
    },
    async sample() {
      const { rows } = await pool.query<{ depth: number; oldestAgeMs: number }>(sampleSql);
      return rows[0]!;
    },
  };
}
