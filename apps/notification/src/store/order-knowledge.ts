// What was sent about one order, and what is tried again, for people who ask how it stands. Addresses are left out.
import type { KnownOfOrder } from '@oms/service-kit';
import type pg from 'pg';

type Row = {
  event: string;
  channel: string;
  subject: string | null;
  status: string;
  attempts: number;
  nextAttemptAt: Date;
  maybeSentBefore: boolean;
  lastError: string | null;
  createdAt: Date;
  sentAt: Date | null;
};

const rowsMax = 200;
const sql = `
  SELECT event::text, channel::text, subject, status::text, attempts, "nextAttemptAt", "maybeSentBefore", "lastError", "createdAt", "sentAt"
    FROM notifications WHERE "orderId" = $1 ORDER BY id LIMIT ${rowsMax}`;

export async function readOrderKnowledge(pool: pg.Pool, orderId: string): Promise<KnownOfOrder> {
  const { rows } = await pool.query<Row>({ name: 'order-knowledge', text: sql, values: [orderId] });
  return { entries: rows.flatMap(entriesOf), retries: rows.flatMap(retriesOf), missing: [] };
}

function entriesOf(row: Row) {
  const { createdAt, sentAt, attempts, maybeSentBefore } = row;
  const what = nameOf(row);
  const sent = `${what} was accepted by its receiver, attempt ${attempts}${maybeSentBefore ? '; an earlier attempt may have arrived too' : ''}`;
  return [
    { at: createdAt.toISOString(), kind: 'NOTIFICATION', text: `${what} was created` },
    ...(sentAt === null ? [] : [{ at: sentAt.toISOString(), kind: 'NOTIFICATION_SENT', text: sent }]),
  ];
}

/** What is not delivered yet; one that failed for good has no next attempt. */
function retriesOf(row: Row) {
  const { status, attempts, nextAttemptAt, lastError: error } = row;
  if (status === 'SENT') return [];
  const nextAt = status === 'FAILED' ? null : nextAttemptAt.toISOString();
  return [{ what: nameOf(row), attempts, nextAt, error }];
}

function nameOf({ channel, subject, event }: Row): string {
  return `${channel} ${subject === null ? `about ${event}` : `“${subject}”`}`;
}
