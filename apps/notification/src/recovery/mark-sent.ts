// After a restore: what was sent before is not sent again. Such rows are SENT, without an attempt in this database.
import type pg from 'pg';
import type { Draft } from '../domain/rules.ts';
import { insertNotifications } from '../store/notifications.ts';

const setSent = `UPDATE notifications SET status = 'SENT', "sentAt" = clock_timestamp(), lease = NULL`;

/** Inserts notifications as SENT: they were made and sent before the restore. */
export async function insertSent(client: pg.ClientBase, drafts: readonly Draft[]): Promise<void> {
  await insertNotifications(client, drafts);
  const mine = `WHERE "eventId" = ANY ($1::uuid[]) AND status = 'PENDING' AND attempts = 0`;
  await client.query(`${setSent} ${mine}`, [drafts.map(({ eventId }) => eventId)]);
}

// Only restored rows: those that were made since are not sent yet.
const due = `WHERE "createdAt" <= $1 AND (status = 'SENDING' OR (status = 'PENDING' AND attempts = 0))`;

/**
 * Marks as sent what was due or in flight at the moment to which the database was restored: it was sent right after it. One that its
 * receiver had refused stays and is retried, because it is not known whether a later attempt succeeded.
 * @returns how many there are
 */
export async function settleDue(pool: pg.Pool, moment: Date, { fix }: { fix: boolean }): Promise<number> {
  if (fix) return (await pool.query(`${setSent} ${due}`, [moment])).rowCount ?? 0;
  const { rows } = await pool.query<{ n: number }>(`SELECT count(*)::int AS n FROM notifications ${due}`, [moment]);
  return rows[0]!.n;
}
