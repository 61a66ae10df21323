// Leases: who may send what, and whose word counts.
import { randomUUID } from 'node:crypto';
import { inTransaction } from '@oms/messaging';
import { createDatabase, type TestDatabase } from '@oms/test-kit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { settle } from '../src/domain/notification.ts';
import type { Draft } from '../src/domain/rules.ts';
import { createDeliveries, type Deliveries } from '../src/store/deliveries.ts';
import { insertNotifications, retryNotification } from '../src/store/notifications.ts';
import { draft } from './sending-fixture.ts';

let db: TestDatabase;
let deliveries: Deliveries;
const claim = { channel: 'EMAIL', countMax: 100, leaseMs: 60_000, inFlight: [] } as const;
const sent = settle(1, { kind: 'accepted' }, 0);
const refused = settle(1, { kind: 'refused', reason: '450 busy' }, 0);

beforeAll(async () => {
  db = await createDatabase('notification');
  deliveries = createDeliveries({ pool: db.pool });
});
beforeEach(() => db.pool.query('TRUNCATE notifications'));
afterAll(() => db.drop());

describe('a lease', () => {
  test('goes to one sender only, however many ask at the same time', async () => {
    await insert(60);
    const claims = await Promise.all(Array.from({ length: 6 }, () => deliveries.claim({ ...claim, countMax: 20 })));
    const ids = claims.flat().map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const rest = await deliveries.claim(claim);
    expect(ids.length + rest.length).toBe(60);
  });

  test('is for one channel', async () => {
    await insert(1, { channel: 'SLACK' });
    expect(await deliveries.claim(claim)).toEqual([]);
    expect(await deliveries.claim({ ...claim, channel: 'SLACK' })).toHaveLength(1);
  });

  test('makes the delivery SENDING and counts the attempt', async () => {
    await insert(1);
    const [delivery] = await deliveries.claim(claim);
    expect(delivery).toMatchObject({ attempts: 1, target: 'ops@oms.example' });
    expect(await rows()).toEqual([expect.objectContaining({ status: 'SENDING', attempts: 1, maybeSentBefore: false })]);
  });

  test('that ran out lets another sender repeat, and the repeat is known as one', async () => {
    await insert(1);
    const [first] = await deliveries.claim({ ...claim, leaseMs: 0 });
    const [second] = await deliveries.claim(claim);
    expect(second).toMatchObject({ id: first?.id, attempts: 2 });
    expect(await rows()).toEqual([
      expect.objectContaining({
        status: 'SENDING',
        maybeSentBefore: true,
        lastError: expect.stringContaining('attempt 1'),
      }),
    ]);
  });

  test('that ran out is not taken again by the very sender that is still at it', async () => {
    await insert(1);
    const [delivery] = await deliveries.claim({ ...claim, leaseMs: 0 });
    expect(await deliveries.claim({ ...claim, inFlight: [delivery!.id] })).toEqual([]);
  });

  test('that ran out on the last attempt ends the delivery', async () => {
    await insert(1);
    for (let attempt = 1; attempt <= 8; attempt += 1) {
      expect(await deliveries.claim({ ...claim, leaseMs: 0 })).toHaveLength(1);
    }
    expect(await deliveries.claim(claim)).toEqual([]);
    expect(await rows()).toEqual([expect.objectContaining({ status: 'FAILED', attempts: 8, lease: null })]);
  });
});

describe('an outcome', () => {
  test('is recorded by the holder of the lease', async () => {
    await insert(2);
    const leased = await deliveries.claim(claim);
    const recorded = await Promise.all(leased.map(({ id, lease }) => deliveries.settle({ id, lease, ...sent })));
    expect(recorded).toEqual([true, true]);
    expect((await rows()).map(({ status }) => status)).toEqual(['SENT', 'SENT']);
  });

  test('from a sender whose lease has gone to another changes nothing', async () => {
    await insert(1);
    const [late] = await deliveries.claim({ ...claim, leaseMs: 0 });
    const [holder] = await deliveries.claim(claim);
    expect(await deliveries.settle({ id: late!.id, lease: late!.lease, ...refused })).toBe(false);
    expect(await deliveries.settle({ id: holder!.id, lease: holder!.lease, ...sent })).toBe(true);
    expect(await rows()).toEqual([expect.objectContaining({ status: 'SENT', maybeSentBefore: true })]);
  });

  test('of a failure puts the delivery back for later', async () => {
    await insert(1);
    const [delivery] = await deliveries.claim(claim);
    await deliveries.settle({ id: delivery!.id, lease: delivery!.lease, ...refused });
    expect(await deliveries.claim(claim)).toEqual([]);
    const [row] = await rows();
    expect(row).toMatchObject({ status: 'PENDING', lastError: '450 busy', maybeSentBefore: false });
    expect(row!.nextAttemptAt.getTime() - Date.now()).toBeGreaterThan(1000);
  });
});

describe('a retry', () => {
  test('puts a failed notification back in line at once', async () => {
    await insert(1);
    const [delivery] = await deliveries.claim(claim);
    const failed = settle(1, { kind: 'refused', reason: '550 no such user', final: true }, 0);
    await deliveries.settle({ id: delivery!.id, lease: delivery!.lease, ...failed });
    expect(await retried(delivery!.id)).toBe(true);
    expect(await deliveries.claim(claim)).toEqual([expect.objectContaining({ attempts: 1 })]);
  });

  test('of one that did not fail is refused; of one that does not exist is not found', async () => {
    await insert(1);
    const [row] = await rows();
    await expect(retried(row!.id)).rejects.toMatchObject({ code: 'NOT_FAILED' });
    expect(await retried(randomUUID())).toBe(false);
  });
});

type Row = { id: string; status: string; lastError: string | null; nextAttemptAt: Date };

async function rows(): Promise<Row[]> {
  return (await db.pool.query<Row>('SELECT * FROM notifications ORDER BY id')).rows;
}

function retried(id: string): Promise<boolean> {
  return inTransaction(db.pool, (client) => retryNotification(client, id));
}

async function insert(count: number, changes: Partial<Draft> = {}): Promise<void> {
  const drafts = Array.from({ length: count }, () => draft(changes));
  await inTransaction(db.pool, (client) => insertNotifications(client, drafts));
}
