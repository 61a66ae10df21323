// How far each aggregate is applied, per consumer group and topic: read and written in the transaction of the effect.

import type pg from 'pg';
import type { ParkedHead } from './ordering.ts';

export type Stream = { group: string; topic: string };

const heldSql = `
  SELECT "since" FROM messaging.guarded_partitions
  WHERE "consumer" = $1 AND "topic" = $2 AND "partition" = $3
  FOR UPDATE`;
const firstHeldSql = `
  INSERT INTO messaging.guarded_partitions ("consumer", "topic", "partition", "since") VALUES ($1, $2, $3, $4)
  ON CONFLICT DO NOTHING`;

/**
 * Until the transaction ends, nobody else applies messages of this partition for the group: a zombie and its successor take
 * turns, and what each reads after this is what the other has committed. `offset` is remembered the first time.
 */
export async function holdPartition(
  client: pg.ClientBase,
  { group, topic, partition, offset }: Stream & { partition: number; offset: bigint },
): Promise<void> {
  const held = { name: 'messaging.hold', text: heldSql, values: [group, topic, partition] };
  if ((await client.query(held)).rowCount === 1) return;
  await client.query(firstHeldSql, [group, topic, partition, offset.toString()]);
  await client.query(held);
}

/** The first offset that the group looked at by version; what was said before it may have been applied unseen. */
export async function guardedSince(pool: pg.Pool, o: Stream & { partition: number }): Promise<bigint> {
  const { rows } = await pool.query<{ since: string }>(heldSql.replace('FOR UPDATE', ''), [
    o.group,
    o.topic,
    o.partition,
  ]);
  return BigInt(rows[0]?.since ?? 0);
}

// One look for both: what is parked is nearly always nothing, and then costs next to nothing.
const stateSql = `
  SELECT v."aggregateId", v."version", NULL AS "eventId"
  FROM messaging.applied_versions v
  WHERE v."consumer" = $1 AND v."topic" = $2 AND v."aggregateId" = ANY ($3::uuid[])
  UNION ALL (
    SELECT p."aggregateId", p."aggregateVersion", p."eventId"
    FROM messaging.parked p
    WHERE p."consumer" = $1 AND p."topic" = $2 AND p."aggregateId" = ANY ($3::uuid[])
    ORDER BY p."aggregateId", p."aggregateVersion"
    LIMIT 2000)`;

export type VersionState = { applied: Map<string, number>; parked: ParkedHead[] };

/** How far these aggregates are, and which of their messages are parked (the first 2,000). */
export async function readState(
  client: pg.ClientBase,
  o: Stream,
  aggregateIds: readonly string[],
): Promise<VersionState> {
  const { rows } = await client.query<{ aggregateId: string; version: number; eventId: string | null }>({
    name: 'messaging.state',
    text: stateSql,
    values: [o.group, o.topic, aggregateIds],
  });
  const applied = new Map<string, number>();
  const parked: ParkedHead[] = [];
  for (const { aggregateId, version, eventId } of rows) {
    if (eventId === null) applied.set(aggregateId, version);
    else parked.push({ eventId, aggregateId, aggregateVersion: version });
  }
  return { applied, parked };
}

// In the order of the ids, as every writer of several rows does it.
const writeSql = `
  INSERT INTO messaging.applied_versions ("aggregateId", "consumer", "topic", "version")
  SELECT m."aggregateId", $1, $2, m."version"
  FROM unnest($3::uuid[], $4::int[]) AS m("aggregateId", "version")
  ORDER BY m."aggregateId"
  ON CONFLICT ("aggregateId", "consumer", "topic")
  DO UPDATE SET "version" = excluded."version", "appliedAt" = excluded."appliedAt"`;

export async function writeVersions(
  client: pg.ClientBase,
  o: Stream,
  versions: ReadonlyMap<string, number>,
): Promise<void> {
  if (versions.size === 0) return;
  const values = [o.group, o.topic, [...versions.keys()], [...versions.values()]];
  await client.query({ name: 'messaging.versions', text: writeSql, values });
}

const heardSql = `
  INSERT INTO messaging.applied_versions ("aggregateId", "consumer", "topic", "version") VALUES ($1, $2, $3, $4)
  ON CONFLICT DO NOTHING`;

/**
 * A message went to the dead letters. When it is the first one heard of its aggregate, that is written down: those after it
 * must wait for it, and none of them may pass for the beginning.
 */
export async function rememberBuried(
  pool: pg.Pool,
  o: Stream,
  message: { aggregateId: string; aggregateVersion: number },
): Promise<void> {
  await pool.query(heardSql, [message.aggregateId, o.group, o.topic, message.aggregateVersion - 1]);
}

// By pages, not by an index: see the table's comment. An aggregate that was forgotten looks like one never heard of, so from
// then on its group knows that the past of such a one may be out of reach.
const forgetSql = `
  WITH gone AS (
    DELETE FROM messaging.applied_versions
    WHERE ctid >= $1::tid AND ctid < $2::tid AND "appliedAt" < now() - make_interval(days => $3)
    RETURNING "consumer", "topic"),
  cut AS (
    UPDATE messaging.guarded_partitions g SET "since" = 1 FROM (SELECT DISTINCT "consumer", "topic" FROM gone) AS f
    WHERE g."consumer" = f."consumer" AND g."topic" = f."topic" AND g."since" = 0)
  SELECT count(*)::int AS n FROM gone`;
const pagesSql = `SELECT (pg_relation_size('messaging.applied_versions') / current_setting('block_size')::int)::int AS n`;
const pagesPerStep = 500;

/** Forgets what was not touched for so many days, some pages at a time as long as `goOn` says; answers how many. */
export async function forgetOldVersions(pool: pg.Pool, days: number, goOn: () => Promise<boolean>): Promise<number> {
  const count = async (sql: string, values: unknown[] = []) =>
    (await pool.query<{ n: number }>(sql, values)).rows[0]!.n;
  const pages = await count(pagesSql);
  let forgotten = 0;
  for (let page = 0; page < pages && (await goOn()); page += pagesPerStep) {
    forgotten += await count(forgetSql, [`(${page},0)`, `(${page + pagesPerStep},0)`, days]);
  }
  return forgotten;
}
