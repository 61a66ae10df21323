// A silent server holds no caller longer than the deadline, and a session in a bad state is not used again.
import { isOutage } from '@oms/outage';
import {
  createDatabase,
  createFaultProxy,
  until,
  type FaultProxy,
  type NetworkFault,
  type TestDatabase,
} from '@oms/test-kit';
import type pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createPool, databaseDeadlines, isWritable } from '../src/index.ts';

const statementMs = 500;
const silenceMs = statementMs + databaseDeadlines.silenceMs - databaseDeadlines.statementMs;
const slackMs = 1_500;

let database: TestDatabase;
let proxy: FaultProxy;
let pool: pg.Pool;

beforeEach(async () => {
  database = await createDatabase('messaging');
  await database.pool.query('CREATE TABLE notes (id INT PRIMARY KEY)');
  const { hostname, port } = new URL(database.databaseUrl);
  proxy = await createFaultProxy({ host: hostname, port: Number(port) });
  pool = createPool({ name: 'pool-test', databaseUrl: proxy.through(database.databaseUrl), max: 3, statementMs });
});
afterEach(async () => {
  proxy.set('open');
  await pool.end();
  await proxy.close();
  await database.drop();
});

let lastId = 0;
const insert = (by: pg.Pool | pg.PoolClient = pool) => by.query('INSERT INTO notes VALUES ($1)', [(lastId += 1)]);
const pidOf = async (by: pg.Pool | pg.PoolClient = pool) => {
  const { rows } = await by.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return rows[0]!.pid;
};
const failureOf = async (work: () => Promise<unknown>) => {
  const startMs = performance.now();
  const error = await work().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return { error, tookMs: performance.now() - startMs };
};
/** Opens all connections of the pool, and returns them. */
const fill = () => Promise.all([1, 2, 3].map(() => pool.connect()));

describe.each<NetworkFault>(['black hole', 'requests lost', 'answers lost', 'drip'])(
  'when the network is a fault: %s',
  (fault) => {
    test('a statement on an open connection, and one that needs a new connection, fail within their deadline as an outage', async () => {
      await insert();
      proxy.set(fault);
      const open = await failureOf(insert);
      expect(isOutage(open.error), String(open.error)).toBe(true);
      expect(open.tookMs).toBeLessThan(silenceMs + slackMs);
      expect(pool.totalCount, 'the silent connection is destroyed').toBe(0);
      const fresh = await failureOf(insert);
      expect(isOutage(fresh.error), String(fresh.error)).toBe(true);
      expect(fresh.tookMs).toBeLessThan(databaseDeadlines.connectMs + slackMs);
      proxy.set('open');
      await insert();
      expect(await isWritable(pool)).toBe(true);
    }, 30_000);
  },
);

test('more callers than connections are answered within the deadlines too, and served at once afterwards', async () => {
  for (const client of await fill()) client.release();
  proxy.set('black hole');
  const failures = await Promise.all(Array.from({ length: 20 }, () => failureOf(insert)));
  for (const { error, tookMs } of failures) {
    expect(isOutage(error), String(error)).toBe(true);
    expect(tookMs).toBeLessThan(databaseDeadlines.connectMs + silenceMs + slackMs);
  }
  proxy.set('open');
  const { error, tookMs } = await failureOf(insert);
  expect([error, tookMs < 1_000]).toEqual([undefined, true]);
}, 30_000);

test('a slow statement is cancelled by PostgreSQL, and the connection is used again', async () => {
  const client = await pool.connect();
  const pid = await pidOf(client);
  const { error } = await failureOf(() => client.query('SELECT pg_sleep(5)'));
  expect([(error as { code?: string }).code, isOutage(error)]).toEqual(['57014', true]);
  client.release();
  expect(await pidOf()).toBe(pid);
});

test('a constraint that fails costs no connection', async () => {
  const client = await pool.connect();
  const pid = await pidOf(client);
  await client.query('BEGIN');
  await insert(client);
  await expect(client.query('INSERT INTO notes VALUES ($1)', [lastId])).rejects.toMatchObject({ code: '23505' });
  await expect(client.query('SELECT 1')).rejects.toMatchObject({ code: '25P02' });
  await client.query('ROLLBACK');
  client.release();
  expect(await pidOf()).toBe(pid);
});

describe('a session in a bad state', () => {
  test('that is read-only, as after a failover: no connection enters the pool, and the first attempt afterwards works', async () => {
    const name = new URL(database.databaseUrl).pathname.slice(1);
    const client = await pool.connect();
    client.release();
    await database.pool.query(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
    proxy.set('refusing');
    proxy.set('open');
    await until('the connection that was cut is gone', () => pool.totalCount === 0);
    for (const work of [insert, () => isWritable(pool), insert]) {
      const { error } = await failureOf(work);
      expect([(error as { code?: string }).code, isOutage(error)]).toEqual(['25006', true]);
    }
    // The pool of the test may have opened a read-only session by now, too.
    await database.pool.query('SET default_transaction_read_only = off');
    await database.pool.query(`ALTER DATABASE ${name} RESET default_transaction_read_only`);
    await insert();
    expect(await isWritable(pool)).toBe(true);
  });

  test.each([
    ['became read-only while it was open', 'SET default_transaction_read_only = on'],
    ['looks for tables in another place', 'SET search_path = nowhere'],
    ['has lost its rights', 'SET ROLE pg_monitor'],
  ])('that %s is thrown away with the others that were opened before, busy or idle', async (_what, damage) => {
    const clients = await fill();
    for (const client of clients) await client.query(damage);
    const [first, second, third] = clients as [pg.PoolClient, pg.PoolClient, pg.PoolClient];
    const bad = await Promise.all(clients.map(pidOf));
    first.release();
    second.release();
    await expect(insert()).rejects.toThrow();
    third.release();
    for (const client of await fill()) {
      expect(bad).not.toContain(await pidOf(client));
      await insert(client);
      client.release();
    }
  });

  test('that was left by a swallowed error is thrown away too', async () => {
    const client = await pool.connect();
    const pid = await pidOf(client);
    await client.query('SELECT no_such_column FROM notes').catch(() => {});
    client.release();
    expect(await pidOf()).not.toBe(pid);
  });

  test('that is not in UTC is refused in words', async () => {
    const url = new URL(database.databaseUrl);
    const other = createPool({ name: 'pool-test', databaseUrl: url.href, max: 1 });
    other.options.options = '-c timezone=Europe/Berlin';
    await expect(other.query('SELECT 1')).rejects.toThrow("SET timezone = 'UTC'");
    await other.end();
  });
});
