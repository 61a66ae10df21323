/** The write path reads by index from the first order on: a plan made while a table was empty is kept while it fills. */
import { createMetrics, createPool } from '@oms/service-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createStockWriter } from '../src/store/transact.ts';
import { openWritePath, reservation, type WritePath } from './write-path-fixture.ts';

let writePath: WritePath;
beforeAll(async () => {
  writePath = await openWritePath();
});
afterAll(() => writePath.close());

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
  const readWhole = async () => {
    await pool.query('SELECT pg_stat_force_next_flush()');
    const { rows } = await pool.query<{ table: string; times: number }>(
      `SELECT relname AS "table", seq_scan::int AS times FROM pg_stat_user_tables
       WHERE relname IN ('inventory', 'reservations', 'reservation_lines', 'movements') ORDER BY relname`,
    );
    return rows;
  };
  try {
    const before = await readWhole();
    // More often than PostgreSQL tries plans of its own for each call before it keeps one for all.
    for (let times = 0; times < 12; times++) {
      const command = reservation([[itemId, 1]]);
      await stock.submit(command);
      await stock.submit({ type: 'Confirm', orderId: command.orderId, attempt: null, at: new Date() });
    }
    expect(await readWhole()).toEqual(before);
  } finally {
    await stock.close();
    await pool.end();
  }
});
