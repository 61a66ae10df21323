// Leases: a due notification is leased to one sender, and only the holder of the lease may record the outcome.
import { createGroupCommit } from '@oms/group-commit';
import { inTransaction } from '@oms/messaging';
import type { MetricsRegistry } from '@oms/service-kit';
import type pg from 'pg';
import { begin, type Begun, type Settled } from '../domain/notification.ts';
import type { Channel } from '../domain/rules.ts';

export type LeasedDelivery = {
  id: string;
  channel: Channel;
  target: string;
  subject: string | null;
  body: string;
  createdAt: Date;
  attempts: number;
  lease: string;
};

export type Claim = { channel: Channel; countMax: number; leaseMs: number; inFlight: readonly string[] };
export type Settlement = Settled & { id: string; lease: string };

export type Deliveries = {
  /** Leases up to `countMax` due notifications of a channel, none of them `inFlight` here already. */
  claim(claim: Claim): Promise<LeasedDelivery[]>;
  /** @returns false when another sender has the lease now; then its outcome counts */
  settle(settlement: Settlement): Promise<boolean>;
  close(): Promise<void>;
};

type DueRow = Omit<LeasedDelivery, 'lease'> & { status: 'PENDING' | 'SENDING' };

// FOR UPDATE keeps the rows still until the lease is written; SKIP LOCKED lets several senders pass each other without waiting.
// A row that is SENDING is due when its lease has run out. The database's clock is the only one: processes may disagree.
const lockDue = `
  SELECT id, status, channel, target, subject, body, "createdAt", attempts
    FROM notifications
   WHERE channel = $1::"NotificationChannel" AND status IN ('PENDING', 'SENDING')
     AND "nextAttemptAt" <= clock_timestamp() AND id <> ALL ($2::uuid[])
   ORDER BY "nextAttemptAt"
   LIMIT $3
     FOR UPDATE SKIP LOCKED`;

const writeLeases = `
  UPDATE notifications n
     SET status = b.status::"NotificationStatus", attempts = b.attempts,
         lease = CASE WHEN b.status = 'SENDING' THEN gen_random_uuid() END,
         "nextAttemptAt" = clock_timestamp() + $6 * interval '1 millisecond',
         "maybeSentBefore" = n."maybeSentBefore" OR b."maybeSentBefore",
         "lastError" = coalesce(b."lastError", n."lastError")
    FROM unnest($1::uuid[], $2::text[], $3::int[], $4::boolean[], $5::text[])
      AS b (id, status, attempts, "maybeSentBefore", "lastError")
   WHERE n.id = b.id
  RETURNING n.id, n.lease`;

// The lease in the condition is the fence: a sender that was suspended until its lease expired changes nothing.
const writeOutcomes = `
  UPDATE notifications n
     SET status = o.status::"NotificationStatus", lease = NULL,
         "nextAttemptAt" = clock_timestamp() + o."delayMs" * interval '1 millisecond',
         "maybeSentBefore" = n."maybeSentBefore" OR o."maybeSentBefore",
         "lastError" = o."lastError",
         "sentAt" = CASE WHEN o.status = 'SENT' THEN clock_timestamp() END
    FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::float8[], $5::boolean[], $6::text[])
      AS o (id, lease, status, "delayMs", "maybeSentBefore", "lastError")
   WHERE n.id = o.id AND n.lease = o.lease
  RETURNING n.id`;

export function createDeliveries({ pool, metrics }: { pool: pg.Pool; metrics?: MetricsRegistry }): Deliveries {
  const settlements = createGroupCommit<Settlement, boolean>({
    name: 'settlements',
    commit: (batch) => writeSettlements(pool, batch),
    // No caller waits at the other end: what was sent is to be recorded.
    deadlineMs: 60_000,
    ...(metrics && { metrics }),
  });
  return {
    claim: (claim) => inTransaction(pool, (client) => leaseDue(client, claim)),
    settle: (settlement) => settlements.submit(settlement),
    close: () => settlements.stop(),
  };
}

async function leaseDue(client: pg.ClientBase, claim: Claim): Promise<LeasedDelivery[]> {
  const { channel, countMax, leaseMs, inFlight } = claim;
  const due = await client.query<DueRow>({ name: 'lock-due', text: lockDue, values: [channel, inFlight, countMax] });
  if (due.rows.length === 0) return [];
  const begun = due.rows.map((row) => begin(row));
  const column = <K extends keyof Begun>(key: K) => begun.map((one) => one[key]);
  const ids = due.rows.map(({ id }) => id);
  const values = [ids, column('status'), column('attempts'), column('maybeSentBefore'), column('lastError'), leaseMs];
  const written = await client.query<{ id: string; lease: string | null }>({
    name: 'write-leases',
    text: writeLeases,
    values,
  });
  const leases = new Map(written.rows.map(({ id, lease }) => [id, lease]));
  return due.rows.flatMap(({ status: _status, ...row }, at) => {
    const lease = leases.get(row.id);
    return lease ? [{ ...row, attempts: begun[at]?.attempts ?? row.attempts, lease }] : [];
  });
}

async function writeSettlements(pool: pg.Pool, batch: readonly Settlement[]): Promise<{ value: boolean }[]> {
  const column = <K extends keyof Settlement>(key: K) => batch.map((one) => one[key]);
  const values = [
    column('id'),
    column('lease'),
    column('status'),
    column('delayMs'),
    column('maybeSentBefore'),
    column('lastError'),
  ];
  const { rows } = await pool.query<{ id: string }>({ name: 'write-outcomes', text: writeOutcomes, values });
  const recorded = new Set(rows.map(({ id }) => id));
  return batch.map(({ id }) => ({ value: recorded.has(id) }));
}
