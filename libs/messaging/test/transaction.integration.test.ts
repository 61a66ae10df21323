import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { afterCommit, CommitUnknownError, createOutbox, createSchemaCache, inTransaction } from '../src/index.ts';
import { createTcpProxy, type TcpProxy } from './tcp-proxy.ts';
import { newOrderId, placed } from './messages.ts';
import { createFixture, type Fixture } from './fixture.ts';

let fixture: Fixture;
beforeEach(async () => {
  fixture = await createFixture();
  await fixture.pool.query('CREATE TABLE notes (id INT PRIMARY KEY, later INT UNIQUE DEFERRABLE INITIALLY DEFERRED)');
});
afterEach(() => fixture.end());

const notes = async () =>
  (await fixture.pool.query<{ id: number }>('SELECT id FROM notes ORDER BY id')).rows.map((r) => r.id);
const insert = (client: pg.ClientBase, id: number, later = id) =>
  client.query('INSERT INTO notes VALUES ($1, $2)', [id, later]);

test('what the work wrote is committed, and its result is answered', async () => {
  const answer = await inTransaction(fixture.pool, async (client) => {
    await insert(client, 1);
    return 'done';
  });
  expect(answer).toBe('done');
  expect(await notes()).toEqual([1]);
});

test('an error of the work is thrown as it is, and nothing stays', async () => {
  const error = new Error('mine');
  const tried = inTransaction(fixture.pool, async (client) => {
    await insert(client, 1);
    throw error;
  });
  await expect(tried).rejects.toBe(error);
  expect(await notes()).toEqual([]);
});

test('what is to be done after the commit is done then, and only then', async () => {
  const seen: string[] = [];
  await inTransaction(fixture.pool, async (client) => {
    await insert(client, 1);
    afterCommit(() => seen.push('committed'));
    expect(seen).toEqual([]);
  });
  expect(seen).toEqual(['committed']);
  const tried = inTransaction(fixture.pool, async (client) => {
    await insert(client, 2, 1);
    afterCommit(() => seen.push('rolled back'));
  });
  await expect(tried).rejects.toMatchObject({ code: '23505' });
  expect(seen).toEqual(['committed']);
  expect(() => afterCommit(() => {})).toThrow('outside a transaction');
});

test('a constraint that fails at COMMIT is a plain failure, not an unknown one', async () => {
  await inTransaction(fixture.pool, (client) => insert(client, 1, 7));
  const tried = inTransaction(fixture.pool, (client) => insert(client, 2, 7));
  await expect(tried).rejects.toMatchObject({ code: '23505' });
  await expect(tried).rejects.not.toBeInstanceOf(CommitUnknownError);
  expect(await notes()).toEqual([1]);
});

test('a swallowed statement error does not pass for a commit', async () => {
  const tried = inTransaction(fixture.pool, async (client) => {
    await insert(client, 1);
    await client.query('SELECT 1 / 0').catch(() => {});
  });
  await expect(tried).rejects.toThrow('a statement of this transaction had failed');
  expect(await notes()).toEqual([]);
});

test('a transaction inside a transaction of the same pool is refused', async () => {
  const tried = inTransaction(fixture.pool, () => inTransaction(fixture.pool, (client) => insert(client, 1)));
  await expect(tried).rejects.toThrow('Pass the outer client on');
});

test('work that continues after its transaction may begin another', async () => {
  let later: Promise<unknown> = Promise.resolve();
  let release: (value: unknown) => void = () => {};
  const ended = new Promise((resolve) => (release = resolve));
  await inTransaction(fixture.pool, (client) => {
    later = ended.then(() => inTransaction(fixture.pool, (other) => insert(other, 2)));
    return insert(client, 1);
  });
  release(undefined);
  await later;
  expect(await notes()).toEqual([1, 2]);
});

describe('with a connection that breaks', () => {
  let proxy: TcpProxy;
  let pool: pg.Pool;
  beforeEach(async () => {
    const url = new URL(fixture.databaseUrl);
    proxy = await createTcpProxy({ host: url.hostname, port: Number(url.port) });
    url.port = String(proxy.port);
    pool = new pg.Pool({ connectionString: url.href, max: 1 });
    pool.on('error', () => {});
    fixture.atEnd(async () => {
      await pool.end();
      await proxy.end();
    });
  });

  test('a lost answer to COMMIT is reported as unknown, and the pool continues with a fresh connection', async () => {
    proxy.onRequest = (bytes) => bytes.includes('COMMIT');
    const tried = inTransaction(pool, (client) => insert(client, 1));
    await expect(tried).rejects.toBeInstanceOf(CommitUnknownError);
    await expect(tried).rejects.toMatchObject({ outcomeUnknown: true });
    proxy.onRequest = () => false;
    await inTransaction(pool, (client) => insert(client, 2));
    expect(await notes()).toContain(2);
  });

  test('a connection that breaks before COMMIT is a plain failure: nothing was committed', async () => {
    const tried = inTransaction(pool, async (client) => {
      await insert(client, 1);
      const gone = new Promise((resolve) => client.once('end', resolve));
      proxy.close();
      await gone;
    });
    await expect(tried).rejects.not.toBeInstanceOf(CommitUnknownError);
    proxy.open();
    await inTransaction(pool, (client) => insert(client, 2));
    expect(await notes()).toEqual([2]);
  });

  test('a connection that breaks under a statement does not go back to the pool', async () => {
    proxy.onRequest = (bytes) => bytes.includes('INSERT');
    await expect(inTransaction(pool, (client) => insert(client, 1))).rejects.toThrow();
    proxy.onRequest = () => false;
    await inTransaction(pool, (client) => insert(client, 2));
    expect(await notes()).toEqual([2]);
    expect(pool.totalCount).toBe(1);
  });
});

test('an outbox that cannot encode a message stores none of them', async () => {
  const outbox = createOutbox({ codec: fixture.codec, source: '/test' });
  const broken = { ...placed(newOrderId()), totalAmount: 0.5 };
  await expect(inTransaction(fixture.pool, (c) => outbox.append(c, [placed(newOrderId()), broken]))).rejects.toThrow();
  expect(await fixture.depth()).toBe(0);
});

test('schemas are kept by their id, and a subject once known is not forgotten', async () => {
  const cache = createSchemaCache(fixture.pool);
  const row = { schemaId: 90_001, subject: 's', fingerprint: 'f', schema: '"string"' };
  await cache.save([row]);
  await cache.save([{ ...row, subject: null }]);
  await cache.save([]);
  expect((await cache.load()).filter((each) => each.schemaId === 90_001)).toEqual([row]);
});
