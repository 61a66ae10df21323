// Which messages a consumer group has applied: written in the transaction of their effect, so that neither is ever there alone.

import type pg from 'pg';

// In the order of the partition: two members with the same messages (one of them a zombie) wait for each other, and do not deadlock.
const recordSql = `
  INSERT INTO messaging.inbox ("eventId", "consumer", "topic")
  SELECT m."eventId", $2, $3 FROM unnest($1::uuid[]) AS m("eventId")
  ON CONFLICT DO NOTHING
  RETURNING "eventId"`;

/** Records what is new and answers it, in order, each message once. */
export async function recordNew<M extends { eventId: string }>(
  client: pg.ClientBase,
  o: { group: string; topic: string; messages: readonly M[] },
): Promise<M[]> {
  const { rows } = await client.query<{ eventId: string }>({
    name: 'messaging.record',
    text: recordSql,
    values: [o.messages.map((message) => message.eventId), o.group, o.topic],
  });
  const fresh = new Set(rows.map((row) => row.eventId));
  return o.messages.filter((message) => fresh.delete(message.eventId.toLowerCase()));
}

/** Takes back what `recordNew` wrote in this transaction: these are not applied after all. */
export async function unrecord(
  client: pg.ClientBase,
  o: { group: string; messages: readonly { eventId: string }[] },
): Promise<void> {
  if (o.messages.length === 0) return;
  await client.query('DELETE FROM messaging.inbox WHERE "eventId" = ANY ($1::uuid[]) AND "consumer" = $2', [
    o.messages.map((message) => message.eventId),
    o.group,
  ]);
}

// Small steps, so that no commit waits for long; SKIP LOCKED, so that two processes cleaning at once share the work.
const forgetSql = `
  DELETE FROM messaging.inbox
  WHERE ("eventId", "consumer") IN (
    SELECT "eventId", "consumer" FROM messaging.inbox
    WHERE "appliedAt" < now() - make_interval(days => $1)
    ORDER BY "appliedAt"
    LIMIT 1000
    FOR UPDATE SKIP LOCKED)`;

/** Forgets up to 1,000 rows older than so many days; answers how many. */
export async function forgetOld(pool: pg.Pool, days: number): Promise<number> {
  const { rowCount } = await pool.query(forgetSql, [days]);
  return rowCount ?? 0;
}
