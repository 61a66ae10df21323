// The out-of-order buffer: messages that arrived before an earlier version of their aggregate, stored byte for byte in messaging.parked.

import type { Message } from '@oms/contracts';
import type pg from 'pg';
import type { HeaderValue, MessageHeaders, ReceivedMessage, TopicPartition } from '../kafka/client.ts';
import type { GroupTopic } from './inbox.ts';
import type { MessageHead } from './ordering.ts';

export type BufferedMessage = { received: ReceivedMessage; head: MessageHead; bufferedAt: Date };

/** An aggregate with buffered messages. */
export type WaitingAggregate = {
  topic: string;
  partition: number;
  aggregateId: string;
  /** The lowest buffered version. */
  first: number;
  /** The last applied version; null for an unknown aggregate. */
  applied: number | null;
};

const addSql = `
  INSERT INTO messaging.parked
    ("consumer", "eventId", "aggregateId", "aggregateVersion", "topic", "partition", "offset", "key", "value", "headers")
  SELECT $1, m.* FROM unnest($2::uuid[], $3::uuid[], $4::int[], $5::text[], $6::int[], $7::bigint[], $8::bytea[],
    $9::bytea[], $10::jsonb[]) AS m
  ON CONFLICT DO NOTHING`;

export async function addToBuffer(
  client: pg.ClientBase,
  group: string,
  entries: readonly { message: Message; received: ReceivedMessage }[],
): Promise<void> {
  await client.query(addSql, [
    group,
    entries.map(({ message }) => message.eventId),
    entries.map(({ message }) => message.aggregateId),
    entries.map(({ message }) => message.aggregateVersion),
    entries.map(({ received }) => received.topic),
    entries.map(({ received }) => received.partition),
    entries.map(({ received }) => received.offset.toString()),
    entries.map(({ received }) => received.key),
    entries.map(({ received }) => received.value),
    entries.map(({ received }) => JSON.stringify(headersToJson(received.headers))),
  ]);
}

const columns = `"eventId", "aggregateId", "aggregateVersion", "topic", "partition", "offset", "key", "value", "headers", "parkedAt"`;
const readSql = `SELECT ${columns} FROM messaging.parked WHERE "consumer" = $1 AND "eventId" = ANY ($2::uuid[])`;

/** By event id, in lower case. */
export async function readBuffered(
  client: pg.ClientBase,
  group: string,
  heads: readonly MessageHead[],
): Promise<Map<string, BufferedMessage>> {
  const { rows } = await client.query<Row>(readSql, [group, heads.map(({ eventId }) => eventId)]);
  return new Map(rows.map((row) => [row.eventId, toBufferedMessage(row)]));
}

const ofAggregateSql = `
  SELECT ${columns} FROM messaging.parked
  WHERE "consumer" = $1 AND "topic" = $2 AND "aggregateId" = $3 AND "parkedAt" <= now() - make_interval(secs => $4)
  ORDER BY "aggregateVersion" LIMIT $5`;

type AggregateKey = GroupTopic & { aggregateId: string };

/** The messages of one aggregate that have waited for the gap timeout, at most 100, by rising version. */
export async function readExpired(
  pool: pg.Pool,
  { group, topic, aggregateId }: AggregateKey,
  gapTimeoutMs: number,
): Promise<BufferedMessage[]> {
  const { rows } = await pool.query<Row>(ofAggregateSql, [group, topic, aggregateId, gapTimeoutMs / 1_000, 100]);
  return rows.map(toBufferedMessage);
}

/** The message of an aggregate with the lowest version. */
export async function readFirst(
  pool: pg.Pool,
  { group, topic, aggregateId }: AggregateKey,
): Promise<BufferedMessage | undefined> {
  const { rows } = await pool.query<Row>(ofAggregateSql, [group, topic, aggregateId, 0, 1]);
  return rows.map(toBufferedMessage)[0];
}

const removeSql = `DELETE FROM messaging.parked WHERE "consumer" = $1 AND "eventId" = ANY ($2::uuid[])`;

export async function removeFromBuffer(
  client: Pick<pg.ClientBase, 'query'>,
  group: string,
  heads: readonly MessageHead[],
): Promise<void> {
  if (heads.length > 0) await client.query(removeSql, [group, heads.map(({ eventId }) => eventId)]);
}

const dueSql = `
  SELECT p."topic", p."partition", p."aggregateId", p."first", v."version" AS "applied"
  FROM (
    SELECT "topic", "partition", "aggregateId", min("aggregateVersion") AS "first", min("parkedAt") AS "oldestAt"
    FROM messaging.parked
    WHERE "consumer" = $1 AND ("topic", "partition") IN (SELECT * FROM unnest($3::text[], $4::int[]))
    GROUP BY "topic", "partition", "aggregateId") p
  LEFT JOIN messaging.applied_versions v
    ON v."aggregateId" = p."aggregateId" AND v."consumer" = $1 AND v."topic" = p."topic"
  WHERE p."oldestAt" <= now() - make_interval(secs => $2) OR v."version" >= p."first" - 1
  ORDER BY p."oldestAt"
  LIMIT 100`;

/** Aggregates of these partitions, at most 100, with a buffered message that has waited for the gap timeout or is ready. */
export async function readDueAggregates(
  pool: pg.Pool,
  { group, gapTimeoutMs }: { group: string; gapTimeoutMs: number },
  partitions: readonly TopicPartition[],
): Promise<WaitingAggregate[]> {
  const { rows } = await pool.query<WaitingAggregate>(dueSql, [
    group,
    gapTimeoutMs / 1_000,
    partitions.map(({ topic }) => topic),
    partitions.map(({ partition }) => partition),
  ]);
  return rows;
}

const sampleSql = `
  SELECT
    (SELECT count(*)::int FROM messaging.parked WHERE "consumer" = $1) AS "count",
    coalesce((SELECT extract(epoch FROM clock_timestamp() - "parkedAt")
              FROM messaging.parked WHERE "consumer" = $1 ORDER BY "parkedAt" LIMIT 1), 0)::float8 AS "oldestAgeSeconds"`;

/** How many messages the group has buffered, and the age of the oldest; 0 when there is none. */
export async function sampleBuffer(pool: pg.Pool, group: string): Promise<{ count: number; oldestAgeSeconds: number }> {
  const { rows } = await pool.query<{ count: number; oldestAgeSeconds: number }>(sampleSql, [group]);
  return rows[0]!;
}

type Row = MessageHead & {
  topic: string;
  partition: number;
  offset: string;
  key: Buffer | null;
  value: Buffer;
  headers: JsonHeaders;
  parkedAt: Date;
};
type JsonHeader = string | null;
type JsonHeaders = Record<string, JsonHeader | JsonHeader[]>;

function toBufferedMessage(row: Row): BufferedMessage {
  const { eventId, aggregateId, aggregateVersion, topic, partition, offset, key, value, headers, parkedAt } = row;
  return {
    head: { eventId, aggregateId, aggregateVersion },
    received: { topic, partition, offset: BigInt(offset), key, value, headers: headersFromJson(headers) },
    bufferedAt: parkedAt,
  };
}

/** Header values may be any bytes, so they are stored as base64. */
function headersToJson(headers: MessageHeaders): JsonHeaders {
  const encode = (value: HeaderValue) => (value === null ? null : Buffer.from(value as string).toString('base64'));
  return mapValues(headers, (value) => (Array.isArray(value) ? value.map(encode) : encode(value)));
}

function headersFromJson(headers: JsonHeaders): MessageHeaders {
  const decode = (value: JsonHeader) => (value === null ? null : Buffer.from(value, 'base64'));
  return mapValues(headers, (value) => (Array.isArray(value) ? value.map(decode) : decode(value)));
}

function mapValues<A, B>(from: Record<string, A>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(from).map(([name, value]) => [name, change(value)]));
}
