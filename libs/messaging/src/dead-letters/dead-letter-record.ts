// Which messages a group sent to its dead letters, by aggregate, in messaging.dead_letters: the topic itself cannot be searched quickly.

import type pg from 'pg';

export type RecordedDeadLetter = {
  /** Where the message was read. */
  topic: string;
  partition: number;
  offset: bigint;
  aggregateId: string | null;
  aggregateVersion: number | null;
  eventId: string | null;
  eventType: string | null;
  reason: string;
  error: string;
};

// A message that comes back after a redrive has another offset, and so a row of its own.
const recordSql = `
  INSERT INTO messaging.dead_letters
    ("consumer", "topic", "partition", "offset", "aggregateId", "aggregateVersion", "eventId", "eventType", "reason", "error")
  SELECT $1, d.* FROM unnest($2::text[], $3::int[], $4::bigint[], $5::uuid[], $6::int[], $7::uuid[], $8::text[], $9::text[],
    $10::text[]) AS d
  ON CONFLICT ("consumer", "topic", "partition", "offset") DO UPDATE SET
    "reason" = excluded."reason", "error" = excluded."error", "at" = excluded."at"`;

/** What strangers wrote is stored only where its form is known: a text that PostgreSQL refuses would stop the partition. */
export async function recordDeadLetters(
  pool: pg.Pool,
  group: string,
  deadLetters: readonly RecordedDeadLetter[],
): Promise<void> {
  const column = <K extends keyof RecordedDeadLetter>(key: K) => deadLetters.map((each) => each[key]);
  await pool.query(recordSql, [
    group,
    column('topic'),
    column('partition'),
    column('offset').map(String),
    column('aggregateId').map((id) => (id !== null && uuid.test(id) ? id : null)),
    column('aggregateVersion'),
    column('eventId').map((id) => (id !== null && uuid.test(id) ? id : null)),
    column('eventType').map((type) => (type !== null && /^[A-Z_]{1,100}$/.test(type) ? type : null)),
    column('reason'),
    column('error').map((text) => text.replaceAll('\0', '').toWellFormed()),
  ]);
}

export const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const deleteOldSql = `DELETE FROM messaging.dead_letters WHERE "at" < now() - make_interval(days => $1)`;

export async function deleteOldDeadLetterRecords(pool: pg.Pool, days: number): Promise<number> {
  return (await pool.query(deleteOldSql, [days])).rowCount ?? 0;
}
