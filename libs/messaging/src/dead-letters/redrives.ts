// Who put which dead letter back, when: written down before it is sent, and once more when Kafka has taken it.

import type pg from 'pg';
import { idOf, type DeadLetter, type DeadLetterPosition } from './letters.ts';

const lastSql = `
  SELECT DISTINCT ON ("topic", "partition", "offset")
    "topic", "partition", "offset", "by", "force", "at",
    bool_or("sentAt" IS NOT NULL) OVER (PARTITION BY "topic", "partition", "offset") AS "sent"
  FROM messaging.redrives
  WHERE "consumer" = $1 AND ("topic", "partition", "offset") IN
    (SELECT * FROM unnest($2::text[], $3::int[], $4::bigint[]))
  ORDER BY "topic", "partition", "offset", "id" DESC`;

type Row = { topic: string; partition: number; offset: string; by: string; force: boolean; at: Date; sent: boolean };

/** By letter id, the last time each was put back. `sent` when Kafka took it that time or an earlier one. */
export async function redrivesOf(
  pool: pg.Pool,
  group: string,
  places: readonly DeadLetterPosition[],
): Promise<Map<string, DeadLetter['redriven']>> {
  if (places.length === 0) return new Map();
  const { rows } = await pool.query<Row>(lastSql, [group, ...columnsOf(places)]);
  return new Map(
    rows.map(({ by, force, at, sent, ...place }) => [
      idOf({ ...place, offset: BigInt(place.offset) }),
      { by, force, at: at.toISOString(), sent },
    ]),
  );
}

const recordSql = `
  INSERT INTO messaging.redrives ("consumer", "by", "force", "at", "topic", "partition", "offset", "eventId")
  SELECT $1, $2, $3::boolean, $4::timestamptz, l.* FROM unnest($5::text[], $6::int[], $7::bigint[], $8::text[]) AS l
  RETURNING "id"`;

/** Answers the ids of the rows. One without `sentAt` says that sending was begun and perhaps not ended: send it again. */
export async function recordRedrives(
  pool: pg.Pool,
  o: { group: string; by: string; force: boolean; at: Date },
  letters: readonly (DeadLetterPosition & { eventId: string | null })[],
): Promise<string[]> {
  const values = [o.group, o.by, o.force, o.at, ...columnsOf(letters), letters.map(({ eventId }) => eventId)];
  const { rows } = await pool.query<{ id: string }>(recordSql, values);
  return rows.map(({ id }) => id);
}

export async function markSent(pool: pg.Pool, ids: readonly string[]): Promise<void> {
  await pool.query('UPDATE messaging.redrives SET "sentAt" = now() WHERE "id" = ANY ($1::bigint[])', [ids]);
}

function columnsOf(places: readonly DeadLetterPosition[]) {
  return [
    places.map(({ topic }) => topic),
    places.map(({ partition }) => partition),
    places.map(({ offset }) => offset.toString()),
  ];
}
