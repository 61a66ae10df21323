// The relay's four statements on messaging.outbox. None takes a lock that an append would wait for.

import type pg from 'pg';
import type { StoredMessage } from './outbox.ts';
import type { SurveyedRow, SweptMessage } from '../relay/partition-queues.ts';

export type OutboxTable = {
  /** Rows without their bytes, oldest first, except those held in memory. */
  survey(heldIds: readonly string[], countMax: number): Promise<SurveyedRow[]>;
  /** Whole rows, oldest first. */
  read(ids: readonly string[]): Promise<SweptMessage[]>;
  remove(ids: readonly string[]): Promise<void>;
  /** `depth` stops counting at 100,000. */
  sample(): Promise<{ depth: number; oldestAgeMs: number }>;
};

// From the very first row each time: a cursor by id would pass over a row whose transaction took its id early and
// committed late. A snapshot that shows a version shows the earlier ones of its aggregate too, and they have smaller
// ids, so no LIMIT can separate them the wrong way round.
const surveySql = `
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

// The deletion need not survive a crash (the message would leave twice, and every inbox takes it once), so its commit
// does not wait for the disk.
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
    async survey(heldIds, countMax) {
      const { rows } = await pool.query<SurveyedRow>(surveySql, [heldIds, countMax]);
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
