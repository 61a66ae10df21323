// Sessions of the real PostgreSQL under the scheduler: who waits for a lock, who continues when it is released, and who loses a deadlock.

import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createDatabase, type Database } from '../postgres/database.ts';
import { startPostgresServer, type PostgresServer } from '../postgres/server.ts';
import { takeOverConnections } from '../postgres/socket.ts';
import { openDatabases, type Databases } from '../postgres/databases.ts';
import { takeOverGlobals } from '../world/globals.ts';
import { createProcess } from '../world/process.ts';
import { createWorld, type World } from '../world/world.ts';

let server: PostgresServer;
let databases: Databases;
let world: World;
let database: Database;
let undo: (() => void)[];
const a = '00000000-0000-4000-8000-00000000000a';
const b = '00000000-0000-4000-8000-00000000000b';

beforeAll(async () => {
  server = await startPostgresServer();
  databases = await openDatabases(server);
}, 60_000);
afterAll(async () => {
  await databases.close();
  await server.stop();
});
beforeEach(async () => {
  await databases.reset();
  world = createWorld(1);
  world.hasFaults = false;
  database = createDatabase(world, 'inventory', databases.of('inventory'));
  await database.control.query(
    `INSERT INTO inventory (id, "itemName", quantity, threshold, unit, price, category, "createdAt", "updatedAt")
     SELECT id, id::text, 5, 1, 'piece', 1, 'Mains', '2026-01-01', '2026-01-01' FROM unnest($1::uuid[]) AS id`,
    [[a, b]],
  );
  undo = [takeOverGlobals(world), takeOverConnections(world, () => database)];
});
afterEach(async () => {
  for (const each of undo.reverse()) each();
  await database.close();
});

/** Statements of one simulated process, one after the other, each after a pause; answers what came of them. */
function client(name: string, steps: readonly [pauseMs: number, sql: string][]): Promise<string[]> {
  const process = createProcess('inventory', name, 1);
  const outcomes: string[] = [];
  return new Promise((resolve) => {
    world.scheduler.after(0, process, () => {
      void (async () => {
        const connection = new pg.Client({ connectionString: 'postgres://simulated/inventory' });
        connection.on('error', () => {});
        await connection.connect();
        for (const [pauseMs, sql] of steps) {
          await new Promise((later) => setTimeout(later, pauseMs));
          const outcome = await connection.query(sql).then(
            ({ command, rowCount }) => `${command} ${rowCount}`,
            (error: { code?: string }) => String(error.code),
          );
          outcomes.push(`${outcome} at ${Math.floor(world.scheduler.now() / 100) * 100}`);
        }
        resolve(outcomes);
      })();
    });
  });
}

async function play<T>(clients: readonly Promise<T>[]): Promise<T[]> {
  let done = false;
  void Promise.all(clients).then(() => (done = true));
  await world.scheduler.play(() => done);
  return Promise.all(clients);
}

const take = (id: string) => `UPDATE inventory SET quantity = quantity - 1 WHERE id = '${id}'`;

test('a statement that waits for a row continues at the very commit that releases it', async () => {
  const [first, second] = await play([
    client('first', [
      [100, 'BEGIN'],
      [100, take(a)],
      [2_000, 'COMMIT'],
    ]),
    client('second', [[500, take(a)]]),
  ]);
  expect(first).toEqual(['BEGIN null at 100', 'UPDATE 1 at 200', 'COMMIT null at 2200']);
  expect(second).toEqual(['UPDATE 1 at 2200']);
});

test('of two that wait for each other, the one that came last is refused, and the other continues', async () => {
  const [first, second] = await play([
    client('first', [
      [100, 'BEGIN'],
      [100, take(a)],
      [400, take(b)],
      [100, 'COMMIT'],
    ]),
    client('second', [
      [100, 'BEGIN'],
      [200, take(b)],
      [500, take(a)],
      [100, 'ROLLBACK'],
    ]),
  ]);
  expect(second?.[2]).toBe('40P01 at 800');
  expect(first?.[2]).toBe('UPDATE 1 at 800');
});

test('a session that waits longer than its statement may is cancelled in virtual time', async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const process = createProcess('inventory', 'patient', 1);
  world.scheduler.after(300, process, () => {
    const pool = new pg.Pool({ connectionString: 'postgres://simulated/inventory', statement_timeout: 15_000 });
    pool.query(take(a)).then(
      () => resolve('answered'),
      (error: { code?: string }) => resolve(`${error.code} at ${Math.round(world.scheduler.now() / 1_000)} s`),
    );
  });
  const [, outcome] = await play<unknown>([
    client('first', [
      [100, 'BEGIN'],
      [100, take(a)],
      [20_000, 'COMMIT'],
    ]),
    promise,
  ]);
  expect(outcome).toBe('57014 at 15 s');
});

test('what a client that died had open is rolled back, and the session that waited continues', async () => {
  const target = createProcess('inventory', 'target', 1);
  world.scheduler.after(0, target, () => {
    const connection = new pg.Client({ connectionString: 'postgres://simulated/inventory' });
    void connection.connect().then(async () => {
      await connection.query('BEGIN');
      await connection.query(take(a));
    });
  });
  world.scheduler.after(1_000, null, () => {
    target.alive = false;
    for (const act of target.onDeath) act();
  });
  const [second] = await play([client('second', [[500, take(a)]])]);
  expect(second).toEqual(['UPDATE 1 at 1000']);
  expect((await database.control.query('SELECT quantity FROM inventory WHERE id = $1', [a])).rows).toEqual([
    { quantity: 4 },
  ]);
});
