// After the database was taken back: what was told before is not told again. Such rows are SENT, with no attempt of this database's.
import type pg from 'pg';
import type { Draft } from '../domain/rules.ts';
import { insertNotifications } from '../store/notifications.ts';

const setSent = `UPDATE notifications SET status = 'SENT', "sentAt" = clock_timestamp(), lease = NULL`;

/** Makes notifications that are SENT from their beginning, as they were made and sent once before. */
export async function insertSent(client: pg.ClientBase, drafts: readonly Draft[]): Promise<void> {
  await insertNotifications(client, drafts);
  const mine = `WHERE "eventId" = ANY ($1::uuid[]) AND status = 'PENDING' AND attempts = 0`;
  await client.query(`${setSent} ${mine}`, [drafts.map(({ eventId }) => eventId)]);
}

// Of the restored rows alone: what was made since is yet to be sent.
const due = `WHERE "createdAt" <= $1 AND (status = 'SENDING' OR (status = 'PENDING' AND attempts = 0))`;

/**
 * Those that were due, or under way, at the moment to which the database was taken back: they left right after it. One whose receiver had
 * refused it stays, and is tried again: whether it was ever taken is not known.
 * @returns how many there are
 */
export async function settleDue(pool: pg.Pool, moment: Date, o: { fix: boolean }): Promise<number> {
  if (o.fix) return (await pool.query(`${setSent} ${due}`, [moment])).rowCount ?? 0;
  const { rows } = await pool.query<{ n: number }>(`SELECT count(*)::int AS n FROM notifications ${due}`, [moment]);
  return rows[0]!.n;
}
