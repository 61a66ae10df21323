// What a consumer group has applied: messages (inbox) and the last version of each aggregate, written in the transaction of the effect.

import type pg from 'pg';
import type { Logger } from 'pino';
import { deleteOldDeadLetterRecords } from '../dead-letters/dead-letter-record.ts';
import type { MessageHead } from './ordering.ts';

export type GroupTopic = { group: string; topic: string };

// In the order of the partition: two members with the same messages (one of them a zombie) wait for each other and do not deadlock.
const recordSql = `
  INSERT INTO messaging.inbox ("eventId", "consumer", "topic", "partition", "offset")
  SELECT m."eventId", $2, $3, m."partition", m."offset"
  FROM unnest($1::uuid[], $4::int[], $5::bigint[]) AS m("eventId", "partition", "offset")
  ON CONFLICT DO NOTHING
  RETURNING "eventId"`;

/** Records the new ones of `arrivals` and returns their messages, in order, each once. */
export async function recordNew<M extends { eventId: string }>(
  client: pg.ClientBase,
  { group, topic }: GroupTopic,
  arrivals: readonly { message: M; received: { partition: number; offset: bigint } }[],
): Promise<M[]> {
  const { rows } = await client.query<{ eventId: string }>({
    name: 'messaging.record-place',
    text: recordSql,
    values: [
      arrivals.map(({ message }) => message.eventId),
      group,
      topic,
      arrivals.map(({ received }) => received.partition),
      arrivals.map(({ received }) => received.offset.toString()),
    ],
  });
  const fresh = new Set(rows.map((row) => row.eventId));
  const messages = arrivals.map(({ message }) => message);
  return messages.filter((message) => fresh.delete(message.eventId.toLowerCase()));
}

/** Deletes what `recordNew` wrote in this transaction: these messages are not applied after all. */
export async function unrecord(
  client: pg.ClientBase,
  group: string,
  messages: readonly { eventId: string }[],
): Promise<void> {
  if (messages.length === 0) return;
  await client.query('DELETE FROM messaging.inbox WHERE "eventId" = ANY ($1::uuid[]) AND "consumer" = $2', [
    messages.map((message) => message.eventId),
    group,
  ]);
}

const lockSql = `
  SELECT "since" FROM messaging.guarded_partitions
  WHERE "consumer" = $1 AND "topic" = $2 AND "partition" = $3
  FOR UPDATE`;
const insertPartitionSql = `
  INSERT INTO messaging.guarded_partitions ("consumer", "topic", "partition", "since") VALUES ($1, $2, $3, $4)
  ON CONFLICT DO NOTHING`;

/**
 * Until the transaction ends, no other member applies messages of this partition for the group: a zombie and its successor take
 * turns, and each then reads what the other has committed. `offset` is stored the first time.
 */
export async function lockPartition(
  client: pg.ClientBase,
  { group, topic, partition, offset }: GroupTopic & { partition: number; offset: bigint },
): Promise<void> {
  const lock = { name: 'messaging.hold', text: lockSql, values: [group, topic, partition] };
  if ((await client.query(lock)).rowCount === 1) return;
  await client.query(insertPartitionSql, [group, topic, partition, offset.toString()]);
  await client.query(lock);
}

/** The first offset at which the group checked versions. It may have applied earlier messages without recording their versions. */
export async function firstOrderedOffset(
  pool: pg.Pool,
  { group, topic, partition }: GroupTopic & { partition: number },
): Promise<bigint> {
  const sql = lockSql.replace('FOR UPDATE', '');
  const { rows } = await pool.query<{ since: string }>(sql, [group, topic, partition]);
  return BigInt(rows[0]?.since ?? 0);
}

// One statement for both: the out-of-order buffer is nearly always empty, and then costs next to nothing.
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

/** The last applied version of these aggregates, and their buffered messages (the first 2,000). */
export async function readOrderingState(
  client: pg.ClientBase,
  { group, topic }: GroupTopic,
  aggregateIds: readonly string[],
): Promise<{ applied: Map<string, number>; buffered: MessageHead[] }> {
  const { rows } = await client.query<{ aggregateId: string; version: number; eventId: string | null }>({
    name: 'messaging.state',
    text: stateSql,
    values: [group, topic, aggregateIds],
  });
  const applied = new Map<string, number>();
  const buffered: MessageHead[] = [];
  for (const { aggregateId, version, eventId } of rows) {
    if (eventId === null) applied.set(aggregateId, version);
    else buffered.push({ eventId, aggregateId, aggregateVersion: version });
  }
  return { applied, buffered };
}

// Ordered by id, as every writer of several rows does, so that writers do not deadlock.
const writeVersionsSql = `
  INSERT INTO messaging.applied_versions ("aggregateId", "consumer", "topic", "version")
  SELECT m."aggregateId", $1, $2, m."version"
  FROM unnest($3::uuid[], $4::int[]) AS m("aggregateId", "version")
  ORDER BY m."aggregateId"
  ON CONFLICT ("aggregateId", "consumer", "topic")
  DO UPDATE SET "version" = excluded."version", "appliedAt" = excluded."appliedAt"`;

export async function writeVersions(
  client: pg.ClientBase,
  { group, topic }: GroupTopic,
  versions: ReadonlyMap<string, number>,
): Promise<void> {
  if (versions.size === 0) return;
  const values = [group, topic, [...versions.keys()], [...versions.values()]];
  await client.query({ name: 'messaging.versions', text: writeVersionsSql, values });
}

const insertVersionSql = `
  INSERT INTO messaging.applied_versions ("aggregateId", "consumer", "topic", "version") VALUES ($1, $2, $3, $4)
  ON CONFLICT DO NOTHING`;

/**
 * Called for a message that goes to the dead letters. If its aggregate is unknown, the version before it is recorded: later messages
 * must wait for this one, and none of them may count as the first one of the aggregate.
 */
export async function rememberDeadLetter(
  pool: pg.Pool,
  { group, topic }: GroupTopic,
  { aggregateId, aggregateVersion }: { aggregateId: string; aggregateVersion: number },
): Promise<void> {
  await pool.query(insertVersionSql, [aggregateId, group, topic, aggregateVersion - 1]);
}

// Topics keep messages for 30 days and delete whole segments, which are at most a week old when they close: a message older
// than this cannot come again.
const keptDays = 40;
const cleanEveryMs = 60 * 60 * 1000;
const stepPauseMs = 200;

// Small steps, so that no commit waits for long; SKIP LOCKED, so that two processes that clean at once share the work.
const deleteOldInboxSql = `
  DELETE FROM messaging.inbox
  WHERE ("eventId", "consumer") IN (
    SELECT "eventId", "consumer" FROM messaging.inbox
    WHERE "appliedAt" < now() - make_interval(days => $1)
    ORDER BY "appliedAt"
    LIMIT 1000
    FOR UPDATE SKIP LOCKED)`;

// By pages, not by an index: see the comment of the table in the migration. A deleted aggregate looks like an unknown one, so from
// then on "since" tells its group that the first messages of an unknown aggregate may be out of reach.
const deleteOldVersionsSql = `
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

export type InboxCleaner = { start(): void; stop(): Promise<void> };

/** Deletes old rows of inbox and versions every hour, in small steps. */
export function createInboxCleaner({ pool, logger }: { pool: pg.Pool; logger: Logger }): InboxCleaner {
  let timer: NodeJS.Timeout | undefined;
  let stopping = false;
  let running: Promise<void> | undefined;

  return {
    start: schedule,
    async stop() {
      stopping = true;
      clearTimeout(timer);
      await running;
    },
  };

  function schedule(): void {
    if (stopping) return;
    // At a random time, so that not all processes of a service clean at the same moment.
    const delayMs = cleanEveryMs * (0.5 + Math.random());
    timer = setTimeout(() => {
      running = clean().finally(schedule);
    }, delayMs);
    timer.unref();
  }

  async function clean(): Promise<void> {
    try {
      const messages = await deleteOldInboxRows();
      await deleteOldDeadLetterRecords(pool, keptDays);
      const versions = await deleteOldVersions(pool, keptDays, async () => {
        await pause();
        return !stopping;
      });
      if (messages + versions > 0) logger.info({ forgotten: messages, versions }, 'Cleaned the inbox');
    } catch (error) {
      logger.warn({ err: error }, 'Cannot clean the inbox; trying again in an hour');
    }
  }

  async function deleteOldInboxRows(): Promise<number> {
    let deleted = 0;
    for (let step = 1; step > 0 && !stopping; deleted += step) {
      step = (await pool.query(deleteOldInboxSql, [keptDays])).rowCount ?? 0;
      if (step > 0) await pause();
    }
    return deleted;
  }

  async function pause(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, stepPauseMs));
  }
}

/** Deletes versions that did not change for so many days, some pages at a time while `shouldContinue`; returns how many. */
export async function deleteOldVersions(
  pool: pg.Pool,
  days: number,
  shouldContinue: () => Promise<boolean>,
): Promise<number> {
  const count = async (sql: string, values: unknown[] = []) =>
    (await pool.query<{ n: number }>(sql, values)).rows[0]!.n;
  const pages = await count(pagesSql);
  let deleted = 0;
  for (let page = 0; page < pages && (await shouldContinue()); page += pagesPerStep) {
    deleted += await count(deleteOldVersionsSql, [`(${page},0)`, `(${page + pagesPerStep},0)`, days]);
  }
  return deleted;
}
