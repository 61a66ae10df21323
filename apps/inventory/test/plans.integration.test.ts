/** The write path reads by index from the first order on: a plan made while a table was empty is kept while it fills. */
import { createMetrics, createPool } from '@oms/service-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type pg from 'pg';
import { createQueries } from '../src/store/queries.ts';
import { createStockWriter } from '../src/store/transact.ts';
import { openWritePath, reservation, type WritePath } from './write-path-fixture.ts';

let writePath: WritePath;
beforeAll(async () => {
  writePath = await openWritePath();
});
afterAll(() => writePath.close());

test('lists by category, by what is out, and of the orders that wait for an item are read by index', async () => {
  const { pool } = writePath;
  await pool.query(`
    INSERT INTO inventory ("itemName", quantity, unit, price, category, "createdAt", "updatedAt")
    SELECT 'Dish ' || n, CASE WHEN n % 100 = 0 THEN 0 ELSE n END, 'piece', 1, 'Category ' || n % 1000, now(), now()
    FROM generate_series(1, 20000) AS n`);
  await pool.query(`
    INSERT INTO reservations ("orderId", attempt, state, "createdAt", "updatedAt")
    SELECT gen_random_uuid(), 1, CASE WHEN n % 100 = 0 THEN 'CONFIRMED' ELSE 'SOLD' END::"ReservationState", now(), now()
    FROM generate_series(1, 20000) AS n`);
  await pool.query('INSERT INTO reservation_lines SELECT "orderId", gen_random_uuid(), $1, 1, 1 FROM reservations', [
    'Dish',
  ]);
  await pool.query('ANALYZE inventory, reservations, reservation_lines');
  const itemId = await writePath.create('Waited for', 10);
  await writePath.stock.submit(reservation([[itemId, 2]]));
  const queries = createQueries(pool);
  const before = await scansOf(pool);
  const categories = ['Category 0', 'Category 1', 'Category 2'];
  const found = [
    await queries.items({ outOfStock: true, limit: 50 }),
    await queries.items({ categories, limit: 50 }),
    await queries.items({ categories, outOfStock: true, limit: 50 }),
    await queries.items({ categories, outOfStock: false, lowStock: true, q: 'dish', limit: 50 }),
    await queries.promises(itemId, { limit: 50, after: undefined }),
  ];
  expect(found.map(({ length }) => length)).toEqual([50, 50, 20, 2, 1]);
  expect(await queries.countPromises(itemId)).toBe(1);
  expect(await scansOf(pool)).toEqual(before);
});

test('no table is read from end to end', async () => {
  const itemId = await writePath.create('By its key', 1_000);
  const pool = createPool({ name: 'plans', databaseUrl: writePath.databaseUrl, max: 1, byIndex: true });
  const { transact } = writePath;
  const stock = createStockWriter({
    pool,
    transact,
    enqueue() {},
    assertReady() {},
    queueMax: 10_000,
    metrics: createMetrics('inventory'),
  });
  try {
    const before = await scansOf(pool);
    // More often than PostgreSQL tries plans of its own for each call before it keeps one for all.
    for (let times = 0; times < 12; times++) {
      const command = reservation([[itemId, 1]]);
      await stock.submit(command);
      await stock.submit({ type: 'Confirm', orderId: command.orderId, attempt: null, at: new Date() });
    }
    expect(await scansOf(pool)).toEqual(before);
  } finally {
    await stock.close();
    await pool.end();
  }
});

/** How often each table was read from end to end. */
async function scansOf(pool: pg.Pool): Promise<{ table: string; times: number }[]> {
  await pool.query('SELECT pg_stat_force_next_flush()');
  const { rows } = await pool.query<{ table: string; times: number }>(
    `SELECT relname AS "table", seq_scan::int AS times FROM pg_stat_user_tables
     WHERE relname IN ('inventory', 'reservations', 'reservation_lines', 'movements') ORDER BY relname`,
  );
  return rows;
}
