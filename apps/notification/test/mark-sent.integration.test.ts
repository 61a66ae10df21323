// After a restore: what was sent before is marked as sent, and nothing is sent twice.
import { inTransaction } from '@oms/messaging';
import { createDatabase, type TestDatabase } from '@oms/test-kit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { draftNotifications, type Draft } from '../src/domain/rules.ts';
import { createRender } from '../src/domain/templates.ts';
import { createDeliveries } from '../src/store/deliveries.ts';
import { insertNotifications } from '../src/store/notifications.ts';
import { createRules } from '../src/store/rules.ts';
import { insertSent, settleDue } from '../src/recovery/mark-sent.ts';
import { lowStock } from './message-fixtures.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createDatabase('notification');
});
beforeEach(() => db.pool.query('TRUNCATE notifications'));
afterAll(() => db.drop());

async function drafts(): Promise<Draft[]> {
  const rules = await inTransaction(db.pool, (client) => createRules().current(client));
  return draftNotifications([lowStock()], rules, createRender());
}

async function statuses(): Promise<string[]> {
  const { rows } = await db.pool.query<{ state: string }>(
    `SELECT concat_ws(' ', status, attempts) AS state FROM notifications ORDER BY id`,
  );
  return rows.map(({ state }) => state);
}

describe('what was sent before', () => {
  test('is SENT from its beginning, and no sender takes it up', async () => {
    const sent = await drafts();
    await inTransaction(db.pool, (client) => insertSent(client, sent));
    expect(await statuses()).toEqual(['SENT 0', 'SENT 0']);
    const deliveries = createDeliveries({ pool: db.pool });
    const claim = { countMax: 10, leaseMs: 1_000, inFlight: [] };
    expect(await deliveries.claim({ channel: 'EMAIL', ...claim })).toEqual([]);
    await deliveries.close();
  });

  test('leaves what a receiver has refused to be tried again', async () => {
    const sent = await drafts();
    await inTransaction(db.pool, (client) => insertNotifications(client, sent));
    await db.pool.query('UPDATE notifications SET attempts = 2');
    await inTransaction(db.pool, (client) => insertSent(client, sent));
    expect(await statuses()).toEqual(['PENDING 2', 'PENDING 2']);
  });
});

describe('what was due at the moment of the restore', () => {
  const later = () => new Date(Date.now() + 60_000);

  test('left right after it: it is taken as sent, also what was under way', async () => {
    const sent = await drafts();
    await inTransaction(db.pool, (client) => insertNotifications(client, sent));
    await db.pool.query(
      `UPDATE notifications SET status = 'SENDING', attempts = 1, lease = gen_random_uuid() WHERE channel = 'EMAIL'`,
    );
    expect(await settleDue(db.pool, later(), { fix: false })).toBe(2);
    expect((await statuses()).toSorted()).toEqual(['PENDING 0', 'SENDING 1']);
    expect(await settleDue(db.pool, later(), { fix: true })).toBe(2);
    expect((await statuses()).toSorted()).toEqual(['SENT 0', 'SENT 1']);
  });

  test('does not include what was made since, or what is to be tried again', async () => {
    const moment = new Date(Date.now() - 60_000);
    const sent = await drafts();
    await inTransaction(db.pool, (client) => insertNotifications(client, sent));
    expect(await settleDue(db.pool, moment, { fix: true })).toBe(0);
    await db.pool.query('UPDATE notifications SET attempts = 1');
    expect(await settleDue(db.pool, later(), { fix: true })).toBe(0);
  });
});
