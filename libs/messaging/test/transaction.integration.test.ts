import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { afterCommit, CommitUnknownError, createOutbox, createSchemaCache, inTransaction } from '../src/index.ts';
import { createGate, type Gate } from './tcp-proxy.ts';
import { newOrderId, placed } from './messages.ts';
import { createRig, type Rig } from './fixture.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await createRig();
  await rig.pool.query('CREATE TABLE notes (id INT PRIMARY KEY, later INT UNIQUE DEFERRABLE INITIALLY DEFERRED)');
});
afterEach(() => rig.end());

const notes = async () =>
  (await rig.pool.query<{ id: number }>('SELECT id FROM notes ORDER BY id')).rows.map((r) => r.id);
const insert = (client: pg.ClientBase, id: number, later = id) =>
  client.query('INSERT INTO notes VALUES ($1, $2)', [id, later]);

test('what the work wrote is committed, and its result is answered', async () => {
  const answer = await inTransaction(rig.pool, async (client) => {
    await insert(client, 1);
    return 'done';
  });
  expect(answer).toBe('done');
  expect(await notes()).toEqual([1]);
});

test('an error of the work is thrown as it is, and nothing stays', async () => {
  const error = new Error('mine');
  const tried = inTransaction(rig.pool, async (client) => {
    await insert(client, 1);
    throw error;
  });
  await expect(tried).rejects.toBe(error);
  expect(await notes()).toEqual([]);
});

test('what is to be done after the commit is done then, and only then', async () => {
  const seen: string[] = [];
  await inTransaction(rig.pool, async (client) => {
    await insert(client, 1);
    afterCommit(() => seen.push('committed'));
    expect(seen).toEqual([]);
  });
  expect(seen).toEqual(['committed']);
  const tried = inTransaction(rig.pool, async (client) => {
    await insert(client, 2, 1);
    afterCommit(() => seen.push('rolled back'));
  });
  await expect(tried).rejects.toMatchObject({ code: '23505' });
  expect(seen).toEqual(['committed']);
  expect(() => afterCommit(() => {})).toThrow('outside a transaction');
});

test('a constraint that fails at COMMIT is a plain failure, not an unknown one', async () => {
  await inTransaction(rig.pool, (client) => insert(client, 1, 7));
  const tried = inTransaction(rig.pool, (client) => insert(client, 2, 7));
  await expect(tried).rejects.toMatchObject({ code: '23505' });
  await expect(tried).rejects.not.toBeInstanceOf(CommitUnknownError);
  expect(await notes()).toEqual([1]);
});

test('a swallowed statement error does not pass for a commit', async () => {
  const tried = inTransaction(rig.pool, async (client) => {
    await insert(client, 1);
    await client.query('SELECT 1 / 0').catch(() => {});
  });
  await expect(tried).rejects.toThrow('a statement of this transaction had failed');
  expect(await notes()).toEqual([]);
});

test('a transaction inside a transaction of the same pool is refused', async () => {
  const tried = inTransaction(rig.pool, () => inTransaction(rig.pool, (client) => insert(client, 1)));
  await expect(tried).rejects.toThrow('Pass the outer client on');
});

test('work that goes on after its transaction may begin another', async () => {
  let later: Promise<unknown> = Promise.resolve();
  let release: (value: unknown) => void = () => {};
  const ended = new Promise((resolve) => (release = resolve));
  await inTransaction(rig.pool, (client) => {
    later = ended.then(() => inTransaction(rig.pool, (other) => insert(other, 2)));
    return insert(client, 1);
  });
  release(undefined);
  await later;
  expect(await notes()).toEqual([1, 2]);
});

describe('with a connection that breaks', () => {
  let gate: Gate;
  let pool: pg.Pool;
  beforeEach(async () => {
    const url = new URL(rig.databaseUrl);
    gate = await createGate({ host: url.hostname, port: Number(url.port) });
    url.port = String(gate.port);
    pool = new pg.Pool({ connectionString: url.href, max: 1 });
    pool.on('error', () => {});
    rig.atEnd(async () => {
      await pool.end();
      await gate.end();
    });
  });

  test('a lost answer to COMMIT is told as unknown, and the pool goes on with a fresh connection', async () => {
    gate.onRequest = (bytes) => bytes.includes('COMMIT');
    const tried = inTransaction(pool, (client) => insert(client, 1));
    await expect(tried).rejects.toBeInstanceOf(CommitUnknownError);
    await expect(tried).rejects.toMatchObject({ outcomeUnknown: true });
    gate.onRequest = () => false;
    await inTransaction(pool, (client) => insert(client, 2));
    expect(await notes()).toContain(2);
  });

  test('a connection that breaks before COMMIT is a plain failure: nothing was committed', async () => {
    const tried = inTransaction(pool, async (client) => {
      await insert(client, 1);
      const gone = new Promise((resolve) => client.once('end', resolve));
      gate.close();
      await gone;
    });
    await expect(tried).rejects.not.toBeInstanceOf(CommitUnknownError);
    gate.open();
    await inTransaction(pool, (client) => insert(client, 2));
    expect(await notes()).toEqual([2]);
  });

  test('a connection that breaks under a statement does not go back to the pool', async () => {
    gate.onRequest = (bytes) => bytes.includes('INSERT');
    await expect(inTransaction(pool, (client) => insert(client, 1))).rejects.toThrow();
    gate.onRequest = () => false;
    await inTransaction(pool, (client) => insert(client, 2));
    expect(await notes()).toEqual([2]);
    expect(pool.totalCount).toBe(1);
  });
});

test('an outbox that cannot encode a message stores none of them', async () => {
  const outbox = createOutbox({ codec: rig.codec, source: '/test' });
  const broken = { ...placed(newOrderId()), totalAmount: 0.5 };
  await expect(inTransaction(rig.pool, (c) => outbox.append(c, [placed(newOrderId()), broken]))).rejects.toThrow();
  expect(await rig.depth()).toBe(0);
});

test('schemas are kept by their id, and a subject once known is not forgotten', async () => {
  const cache = createSchemaCache(rig.pool);
  const row = { schemaId: 90_001, subject: 's', fingerprint: 'f', schema: '"string"' };
  await cache.save([row]);
  await cache.save([{ ...row, subject: null }]);
  await cache.save([]);
  expect((await cache.load()).filter((each) => each.schemaId === 90_001)).toEqual([row]);
});
