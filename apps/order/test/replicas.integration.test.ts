/** Two replicas of the write path on one real PostgreSQL, made to overlap. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OrderId } from '@oms/contracts';
import { createDatabase, until, type TestDatabase } from '@oms/test-kit';
import type { Settled } from '../src/store/transact.ts';
import { newIds, placing, startReplica, stepping, type Replica } from './replica.ts';

let database: TestDatabase;
let one: Replica;
let other: Replica;

beforeAll(async () => {
  database = await createDatabase('order');
  [one, other] = await Promise.all([startReplica(database.databaseUrl), startReplica(database.databaseUrl)]);
});
afterAll(async () => {
  await Promise.all([one.stop(), other.stop()]);
  await database.drop();
});

describe('two replicas', () => {
  test('that place the same orders at once place each of them once, and neither fails', async () => {
    const ids = newIds(100);
    // Another transaction has begun to settle one of them, so both batches are under way before either can end.
    const settled = await whileHeld(
      `INSERT INTO "placements" ("orderId", "attempt", "outcome", "createdAt") VALUES ($1, 1, 'ABANDONED', now())`,
      ids[50]!,
      () => [
        ...ids.map((id) => one.transact.submit(placing(id))),
        ...ids.toReversed().map((id) => other.transact.submit(placing(id))),
      ],
    );
    expect(settled.filter((outcome) => outcome.changed)).toHaveLength(100);
    const { rows } = await database.pool.query(
      `SELECT (SELECT count(*)::int FROM "orders" WHERE "id" = ANY ($1)) AS "orders",
              (SELECT count(*)::int FROM messaging.outbox WHERE "aggregateId" = ANY ($1::uuid[])) AS "messages"`,
      [ids],
    );
    expect(rows).toEqual([{ orders: 100, messages: 200 }]);
  });

  test('that change the same orders at once, in opposite sequence, wait for each other in turn', async () => {
    const ids = newIds(60);
    await Promise.all(ids.map((id) => one.transact.submit(placing(id))));
    for (const to of ['PREPARING', 'OUT_FOR_DELIVERY', 'DELIVERED'] as const) {
      const settled = await whileHeld('SELECT 1 FROM "orders" WHERE "id" = $1 FOR UPDATE', ids[30]!, () => [
        ...ids.map((id) => one.transact.submit(stepping(id, to))),
        ...ids.toReversed().map((id) => other.transact.submit(stepping(id, to))),
      ]);
      expect(settled.filter((outcome) => outcome.changed)).toHaveLength(60);
    }
    const { rows } = await database.pool.query(
      `SELECT count(*)::int AS "changes", array_agg(DISTINCT h."version" ORDER BY h."version") AS "versions"
       FROM "order_history" h WHERE h."orderId" = ANY ($1)`,
      [ids],
    );
    expect(rows).toEqual([{ changes: 240, versions: [1, 2, 3, 4] }]);
  });
});

/** What `work` began, while another transaction holds a lock on `id` until both replicas wait for it. */
async function whileHeld(statement: string, id: OrderId, work: () => Promise<Settled>[]): Promise<Settled[]> {
  const splitsBefore = [await one.splits(), await other.splits()];
  const blocker = await database.pool.connect();
  await blocker.query('BEGIN');
  await blocker.query(statement, [id]);
  const outcomes = Promise.all(work());
  await until('both replicas wait for a lock', async () => {
    const { rows } = await database.pool.query(
      `SELECT count(*)::int AS "waiting" FROM pg_stat_activity
       WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return rows[0].waiting === 2;
  });
  await blocker.query('ROLLBACK');
  blocker.release();
  const settled = await outcomes;
  // No batch failed and was retried one by one: there was no deadlock, no lost lock and no second row.
  expect([await one.splits(), await other.splits()]).toEqual(splitsBefore);
  return settled;
}
