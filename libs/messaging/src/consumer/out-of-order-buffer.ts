// Messages put aside until it is their turn, byte for byte as they came: one row each in messaging.parked.

import type { Message } from '@oms/contracts';
import type pg from 'pg';
import type { Stream } from './applied-versions.ts';
import type { MessageHeaders, ReceivedMessage, TopicPartition } from '../kafka/client.ts';
import type { ParkedHead } from './ordering.ts';

export type Parked = { received: ReceivedMessage; head: ParkedHead; parkedAt: Date };

export type Waiting = {
  topic: string;
  partition: number;
  aggregateId: string;
  /** The lowest version that is parked. */
  first: number;
  /** The last one applied; null for an aggregate never heard of. */
  applied: number | null;
};

const parkSql = `
  INSERT INTO messaging.parked
    ("consumer", "eventId", "aggregateId", "aggregateVersion", "topic", "partition", "offset", "key", "value", "headers")
  SELECT $1, m.* FROM unnest($2::uuid[], $3::uuid[], $4::int[], $5::text[], $6::int[], $7::bigint[], $8::bytea[],
    $9::bytea[], $10::jsonb[]) AS m
  ON CONFLICT DO NOTHING`;

export async function park(
  client: pg.ClientBase,
  group: string,
  entries: readonly { message: Message; received: ReceivedMessage }[],
): Promise<void> {
  await client.query(parkSql, [
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
export async function readParked(
  client: pg.ClientBase,
  group: string,
  heads: readonly ParkedHead[],
): Promise<Map<string, Parked>> {
  const { rows } = await client.query<Row>(readSql, [group, heads.map(({ eventId }) => eventId)]);
  return new Map(rows.map((row) => [row.eventId, parkedOf(row)]));
}

const ofAggregateSql = `
  SELECT ${columns} FROM messaging.parked
  WHERE "consumer" = $1 AND "topic" = $2 AND "aggregateId" = $3 AND "parkedAt" <= now() - make_interval(secs => $4)
  ORDER BY "aggregateVersion" LIMIT $5`;

type Whose = Stream & { aggregateId: string };

/** Those of one aggregate that have waited so long, at most 100, by rising version. */
export async function readExpired(pool: pg.Pool, o: Whose & { gapTimeoutMs: number }): Promise<Parked[]> {
  const values = [o.group, o.topic, o.aggregateId, o.gapTimeoutMs / 1_000, 100];
  return (await pool.query<Row>(ofAggregateSql, values)).rows.map(parkedOf);
}

/** The one with the lowest version of an aggregate. */
export async function readFirst(pool: pg.Pool, o: Whose): Promise<Parked | undefined> {
  const { rows } = await pool.query<Row>(ofAggregateSql, [o.group, o.topic, o.aggregateId, 0, 1]);
  return rows.map(parkedOf)[0];
}

const unparkSql = `DELETE FROM messaging.parked WHERE "consumer" = $1 AND "eventId" = ANY ($2::uuid[])`;

export async function unpark(
  client: Pick<pg.ClientBase, 'query'>,
  group: string,
  heads: readonly ParkedHead[],
): Promise<void> {
  if (heads.length > 0) await client.query(unparkSql, [group, heads.map(({ eventId }) => eventId)]);
}

const waitingSql = `
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

/** Aggregates, at most 100, of which something is parked that waits too long or has its turn, in these partitions. */
export async function readWaiting(
  pool: pg.Pool,
  o: { group: string; gapTimeoutMs: number },
  partitions: readonly TopicPartition[],
): Promise<Waiting[]> {
  const places = [partitions.map(({ topic }) => topic), partitions.map(({ partition }) => partition)];
  return (await pool.query<Waiting>(waitingSql, [o.group, o.gapTimeoutMs / 1_000, ...places])).rows;
}

const sampleSql = `
  SELECT
    (SELECT count(*)::int FROM messaging.parked WHERE "consumer" = $1) AS "count",
    coalesce((SELECT extract(epoch FROM clock_timestamp() - "parkedAt")
              FROM messaging.parked WHERE "consumer" = $1 ORDER BY "parkedAt" LIMIT 1), 0)::float8 AS "oldestAgeSeconds"`;

/** How many are parked, and how long the oldest has been; 0 when there is none. */
export async function sampleParked(pool: pg.Pool, group: string): Promise<{ count: number; oldestAgeSeconds: number }> {
  const { rows } = await pool.query<{ count: number; oldestAgeSeconds: number }>(sampleSql, [group]);
  return rows[0]!;
}

type Row = ParkedHead & {
  topic: string;
  partition: number;
  offset: string;
  key: Buffer | null;
  value: Buffer;
  headers: JsonHeaders;
  parkedAt: Date;
};
type JsonHeaders = Record<string, string | string[]>;

function parkedOf({ eventId, aggregateId, aggregateVersion, offset, headers, parkedAt, ...row }: Row): Parked {
  return {
    head: { eventId, aggregateId, aggregateVersion },
    received: { ...row, offset: BigInt(offset), headers: headersFromJson(headers) },
    parkedAt,
  };
}

/** Header values are bytes of any kind, so base64. */
function headersToJson(headers: MessageHeaders): JsonHeaders {
  const text = (value: Buffer | string) => Buffer.from(value as string).toString('base64');
  return mapValues(headers, (value) => (Array.isArray(value) ? value.map(text) : text(value)));
}

function headersFromJson(headers: JsonHeaders): MessageHeaders {
  const bytes = (value: string) => Buffer.from(value, 'base64');
  return mapValues(headers, (value) => (Array.isArray(value) ? value.map(bytes) : bytes(value)));
}

function mapValues<A, B>(from: Record<string, A>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(from).map(([name, value]) => [name, change(value)]));
}
