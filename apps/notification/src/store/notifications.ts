// Notifications come to be once per event and rule, however often the message is applied.
import { inTransaction } from '@oms/messaging';
import { isOutage, isOutcomeUnknown } from '@oms/service-kit/outage';
import { Refusal } from '@oms/service-kit/refusal';
import type pg from 'pg';
import { retry, type Status } from '../domain/notification.ts';
import type { Draft } from '../domain/rules.ts';

// ON CONFLICT waits for a concurrent transaction that inserts the same event and rule, and then does nothing: one of the two wins.
const insertDrafts = `
  INSERT INTO notifications (event, "eventId", "ruleId", "orderId", "itemId", channel, target, subject, body)
  SELECT event::"NotificationEvent", "eventId", "ruleId", "orderId", "itemId", channel::"NotificationChannel", target, subject, body
    FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::text[], $9::text[])
      AS draft (event, "eventId", "ruleId", "orderId", "itemId", channel, target, subject, body)
  ON CONFLICT ("eventId", "ruleId") DO NOTHING`;

/** @returns how many were not there before */
export async function insertNotifications(client: pg.ClientBase, drafts: readonly Draft[]): Promise<number> {
  if (drafts.length === 0) return 0;
  const column = <K extends keyof Draft>(key: K) => drafts.map((draft) => draft[key]);
  const values = [
    column('event'),
    column('eventId'),
    column('ruleId'),
    column('orderId'),
    column('itemId'),
    column('channel'),
    column('target'),
    column('subject'),
    column('body'),
  ];
  const { rowCount } = await client.query({ name: 'insert-notifications', text: insertDrafts, values });
  return rowCount ?? 0;
}

// The row is locked from the look to the change, so that two callers can't both revive it.
const lockNotification = 'SELECT status FROM notifications WHERE id = $1 FOR UPDATE';
const reviveNotification = `
  UPDATE notifications SET status = $2::"NotificationStatus", attempts = $3, "nextAttemptAt" = clock_timestamp()
   WHERE id = $1`;

/** @returns false when there is no such notification. @throws Refusal NOT_FAILED */
export async function retryNotification(client: pg.ClientBase, id: string): Promise<boolean> {
  const found = await client.query<{ status: Status }>(lockNotification, [id]);
  const row = found.rows[0];
  if (!row) return false;
  const { status, attempts } = retry(id, row.status);
  await client.query(reviveNotification, [id, status, attempts]);
  return true;
}

/**
 * As `retryNotification`, in a transaction of its own. If the answer to its COMMIT is lost, it is tried again: a notification that is not
 * failed any more was retried by the first attempt.
 */
export async function retryInTransaction(pool: pg.Pool, id: string): Promise<boolean> {
  const attempt = () => inTransaction(pool, (client) => retryNotification(client, id));
  try {
    return await attempt();
  } catch (error) {
    if (!isOutcomeUnknown(error)) throw error;
    return attempt().catch((second: unknown) => {
      if (second instanceof Refusal && second.code === 'NOT_FAILED') return true;
      throw isOutage(second) ? error : second;
    });
  }
}
