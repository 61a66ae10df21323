// The sending part of notification on a database of its own, and the rows of its table.
import { randomUUID } from 'node:crypto';
import { inTransaction } from '@oms/messaging';
import { createLogger, createMetrics } from '@oms/service-kit';
import { createDatabase, until, type TestDatabase } from '@oms/test-kit';
import type pg from 'pg';
import type { Senders } from '../src/channels/channel.ts';
import { createDispatch, type Dispatch } from '../src/channels/dispatch.ts';
import type { Draft } from '../src/domain/rules.ts';
import { createDeliveries } from '../src/store/deliveries.ts';
import { insertNotifications } from '../src/store/notifications.ts';

export type Row = { id: string; status: string; attempts: number; maybeSentBefore: boolean; lastError: string | null };
export type Sending = Awaited<ReturnType<typeof createSending>>;

type Settings = { pollMs?: number; leaseMs?: number; pool?: pg.Pool };

export const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
export const from = 'OMS <no-reply@oms.example>';

export async function createSending() {
  const db: TestDatabase = await createDatabase('notification');
  const started: Dispatch[] = [];

  function start(senders: Senders, { pool = db.pool, ...settings }: Settings = { pollMs: 20 }): Dispatch {
    const dispatch = createDispatch({
      senders,
      deliveries: createDeliveries({ pool }),
      logger: createLogger({ name: 'notification', level: 'silent' }),
      metrics: createMetrics('notification'),
      ...settings,
    });
    dispatch.start();
    started.push(dispatch);
    return dispatch;
  }

  async function insertAll(changes: readonly Partial<Draft>[]): Promise<string[]> {
    const drafts = changes.map(draft);
    await inTransaction(db.pool, (client) => insertNotifications(client, drafts));
    const events = drafts.map(({ eventId }) => eventId);
    const { rows } = await db.pool.query<{ id: string }>('SELECT id FROM notifications WHERE "eventId" = ANY ($1)', [
      events,
    ]);
    return rows.map(({ id }) => id);
  }

  async function row(id: string): Promise<Row> {
    const { rows } = await db.pool.query<Row>('SELECT * FROM notifications WHERE id = $1', [id]);
    if (!rows[0]) throw new Error(`there is no notification ${id}`);
    return rows[0];
  }

  /** What a test has no time to wait for: the pause before the next attempt. */
  async function hurry(id: string): Promise<void> {
    await db.pool.query(`UPDATE notifications SET "nextAttemptAt" = now() WHERE id = $1 AND status = 'PENDING'`, [id]);
  }

  return {
    databaseUrl: db.databaseUrl,
    pool: db.pool,
    start,
    insertAll,
    row,
    hurry,
    async insert(changes: Partial<Draft>): Promise<string> {
      const [id = ''] = await insertAll([changes]);
      return id;
    },
    async count(status: string): Promise<number> {
      const { rowCount } = await db.pool.query('SELECT 1 FROM notifications WHERE status::text = $1', [status]);
      return rowCount ?? 0;
    },
    async untilSent(id: string, { hurrying = false }: { hurrying?: boolean } = {}): Promise<Row> {
      return until('the notification is sent', async () => {
        if (hurrying) await hurry(id);
        const found = await row(id);
        return found.status === 'SENT' && found;
      });
    },
    async untilFailedOnce(id: string): Promise<Row> {
      return until('an attempt has failed', async () => {
        const found = await row(id);
        return found.lastError !== null && found;
      });
    },
    /** Stops the senders and forgets the notifications. */
    async clear(): Promise<void> {
      await Promise.all(started.splice(0).map((dispatch) => dispatch.stop()));
      await db.pool.query('TRUNCATE notifications');
    },
    drop: () => db.drop(),
  };
}

export function draft(changes: Partial<Draft> = {}): Draft {
  return {
    event: 'LOW_STOCK',
    eventId: randomUUID(),
    ruleId: randomUUID(),
    orderId: null,
    itemId: randomUUID(),
    channel: 'EMAIL',
    target: 'ops@oms.example',
    subject: 'Low stock',
    body: '<p>Low stock</p>',
    ...changes,
  };
}
