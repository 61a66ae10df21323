// The rows of one consumer group about one aggregate. All statements are by an index, and bounded.

import type pg from 'pg';

export type EvidenceRows = {
  applied: AppliedMessage[];
  /** The last version that was applied, by topic. */
  versions: { topic: string; version: number; at: string }[];
  /** Messages in the out-of-order buffer: an earlier version is missing. */
  waiting: { topic: string; partition: number; offset: string; eventId: string; version: number; since: string }[];
  deadLetters: DeadLetterEvidence[];
  /** All partitions of the group that have stopped. */
  stopped: { topic: string; partition: number; offset: string; error: string; since: string }[];
};

export type AppliedMessage = {
  eventId: string;
  topic: string;
  /** Null where an earlier release applied the message. */
  partition: number | null;
  offset: string | null;
  at: string;
};

export type DeadLetterEvidence = {
  topic: string;
  /** Where the message was read. */
  partition: number;
  offset: string;
  eventId: string | null;
  eventType: string | null;
  version: number | null;
  reason: string;
  error: string;
  at: string;
  /** The message was redriven, and then applied. */
  applied: boolean;
};

const appliedSql = `
  SELECT "eventId", "topic", "partition", "offset", "appliedAt" AS "at" FROM messaging.inbox
  WHERE "eventId" = ANY ($2::uuid[]) AND "consumer" = $1 ORDER BY "appliedAt"`;
const versionsSql = `
  SELECT "topic", "version", "appliedAt" AS "at" FROM messaging.applied_versions
  WHERE "aggregateId" = $2 AND "consumer" = $1 ORDER BY "topic"`;
const waitingSql = `
  SELECT "topic", "partition", "offset", "eventId", "aggregateVersion" AS "version", "parkedAt" AS "since"
  FROM messaging.parked WHERE "consumer" = $1 AND "aggregateId" = $2 ORDER BY "topic", "aggregateVersion" LIMIT 100`;
const deadLettersSql = `
  SELECT d."topic", d."partition", d."offset", d."eventId", d."eventType", d."aggregateVersion" AS "version", d."reason", d."error",
    d."at", EXISTS (SELECT FROM messaging.inbox i WHERE i."eventId" = d."eventId" AND i."consumer" = d."consumer") AS "applied"
  FROM messaging.dead_letters d WHERE d."consumer" = $1 AND d."aggregateId" = $2 ORDER BY d."at" LIMIT 100`;
const stoppedSql = `
  SELECT "topic", "partition", "first" AS "offset", "error", "stoppedAt" AS "since"
  FROM messaging.stopped_partitions WHERE "consumer" = $1 LIMIT 100`;

export async function readRows(
  pool: pg.Pool,
  { group, aggregateId, eventIds }: { group: string; aggregateId: string; eventIds: readonly string[] },
): Promise<EvidenceRows> {
  const read = async (text: string, ...values: unknown[]) => (await pool.query<Row>(text, values)).rows.map(withTexts);
  const [applied, versions, waiting, deadLetters, stopped] = await Promise.all([
    read(appliedSql, group, eventIds),
    read(versionsSql, group, aggregateId),
    read(waitingSql, group, aggregateId),
    read(deadLettersSql, group, aggregateId),
    read(stoppedSql, group),
  ]);
  return { applied, versions, waiting, deadLetters, stopped } as unknown as EvidenceRows;
}

type Row = Record<string, unknown>;

/** The times of a row as texts, as the types above have them. */
function withTexts(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, value instanceof Date ? value.toISOString() : value]),
  );
}
