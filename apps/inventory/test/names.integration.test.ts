/** Names of items are compared, searched and sorted by their normal form, which the service and its database compute alike. */
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nameKeyOf } from '../src/domain/item-name.ts';
import { numberDuplicateNames } from '../src/store/duplicate-names.ts';
import { newItem, startService, type RunningService } from './running-service.ts';

let service: RunningService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

const create = (itemName: string, over: object = {}) =>
  service.codeOf('POST', '/v1/inventory', { body: newItem(itemName, { ...over }) });
const namesOf = async (query: string) => {
  const { body } = await service.ask('GET', `/v1/inventory?limit=200&${query}`);
  return (body.data as { itemName: string }[]).map(({ itemName }) => itemName);
};

describe('a name', () => {
  const taken = [409, 'DUPLICATE_ITEM_NAME'];

  test.each([
    ['case', 'MARGHERITA pizza'],
    ['a blank at the end', 'Margherita Pizza '],
    ['a blank at the start', ' Margherita Pizza'],
    ['two blanks', 'Margherita  Pizza'],
    ['a no-break space', 'Margherita\u00a0Pizza'],
    ['an ideographic space', 'Margherita\u3000Pizza'],
    ['a zero-width space', 'Marg\u200bherita Pizza'],
    ['a byte order mark', '\ufeffMargherita Pizza'],
    ['a soft hyphen', 'Marghe\u00adrita Pizza'],
    ['the width of its characters', 'Ｍａｒｇｈｅｒｉｔａ Pizza'],
  ])('that differs by %s only is taken', async (_what, other) => {
    await create('Margherita Pizza');
    expect(await create(other)).toEqual(taken);
    const { id } = await service.create(randomUUID());
    expect(await service.codeOf('PATCH', `/v1/inventory/${id}`, { body: { itemName: other } })).toEqual(taken);
  });

  test.each([
    ['Crème brûlée', 'Cre\u0300me bru\u0302le\u0301e'],
    ['Weißwurst', 'WEISSWURST'],
    ['ΣΊΣΥΦΟΣ', 'σίσυφος'],
    ['ﬁsh & chips', 'Fish & Chips'],
  ])('%s is the same as %s', async (name, same) => {
    await create(name);
    expect(await create(same)).toEqual(taken);
  });

  test.each([
    ['Cola', 'Cola 2'],
    ['Pate', 'Pâté'],
    ['Kir', 'Kır'],
  ])('%s is not the same as %s', async (name, other) => {
    expect([(await create(name))[0], (await create(other))[0]]).toEqual([201, 201]);
  });

  test('may change in case or blanks by its own item', async () => {
    const { id } = await service.create('quattro stagioni');
    const renamed = await service.ask('PATCH', `/v1/inventory/${id}`, { body: { itemName: 'Quattro  Stagioni' } });
    expect([renamed.status, renamed.body.itemName]).toEqual([200, 'Quattro  Stagioni']);
    await service.ask('DELETE', `/v1/inventory/${id}`);
    expect((await create('QUATTRO STAGIONI'))[0]).toBe(201);
  });

  test('wanted by 20 at once in different spellings is given once', async () => {
    const wanted = Array.from({ length: 20 }, (_, i) =>
      create(`${' '.repeat(i % 4)}${i % 2 ? 'rush' : 'RUSH'} ${'\u200b'.repeat(i)}hour`),
    );
    const statuses = (await Promise.all(wanted)).map(([status]) => status);
    expect(statuses.toSorted()).toEqual([201, ...Array<number>(19).fill(409)]);
  });

  test('that is as long as a name can be has a normal form that the index can hold', async () => {
    const name = '\ufdfa'.repeat(255);
    expect((await create(name))[0]).toBe(201);
    expect(await create(name)).toEqual(taken);
    expect((await create(`${'\ufdfa'.repeat(254)}\ufdfb`))[0]).toBe(201);
  });
});

test('the list is sorted as people sort, and searched by the normal form, page by page', async () => {
  const category = 'Sorted';
  const sorted = ['Apple', 'apple pie', 'Eclair', 'Éclair', 'zabaione', 'Zebra', 'Ｚｅｂｒａ stripes'];
  for (const name of sorted.toReversed()) await service.create(name, { category });
  expect(await namesOf(`category=${category}`)).toEqual(sorted);
  expect(await namesOf(`category=${category}&q=ZEBRA`)).toEqual(['Zebra', 'Ｚｅｂｒａ stripes']);
  expect(await namesOf(`category=${category}&q=${encodeURIComponent('e\u0301CLAIR')}`)).toEqual(['Éclair']);
  expect(await namesOf(`category=${category}&q=${encodeURIComponent('pple\u00a0\u200bpi')}`)).toEqual(['apple pie']);
  const seen: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const { body } = await service.ask(
      'GET',
      `/v1/inventory?category=${category}&limit=2${cursor && `&cursor=${cursor}`}`,
    );
    seen.push(...(body.data as { itemName: string }[]).map(({ itemName }) => itemName));
    cursor = body.nextCursor as string | null;
  }
  expect(seen).toEqual(sorted);
});

test('the list continues after the name that its last item had, whatever it is called now', async () => {
  const category = 'Renamed';
  const ids = new Map<string, string>();
  for (const name of ['ra', 'rb', 'rc', 'rd', 're']) ids.set(name, (await service.create(name, { category })).id);
  const first = await service.ask('GET', `/v1/inventory?category=${category}&limit=2`);
  await service.ask('PATCH', `/v1/inventory/${ids.get('rb')}`, { body: { itemName: 'rz' } });
  await service.ask('DELETE', `/v1/inventory/${ids.get('ra')}`);
  const path = `/v1/inventory?category=${category}&limit=200&cursor=${first.body.nextCursor}`;
  const second = await service.ask('GET', path);
  expect((second.body.data as { itemName: string }[]).map(({ itemName }) => itemName)).toEqual([
    'rc',
    'rd',
    're',
    'rz',
  ]);
  expect(await service.codeOf('GET', path.replace(category, 'Other'))).toEqual([400, 'VALIDATION_FAILED']);
});

test('items that shared a name before it was unique stay, can be changed, and are listed until one is renamed', async () => {
  const { id: first } = await service.create('Twin');
  // As the migration leaves them.
  const { rows } = await service.pool.query<{ id: string }>(
    `INSERT INTO inventory ("itemName", unit, price, category, "createdAt", "updatedAt", "nameDuplicate")
     VALUES ('twin', 'piece', 1, 'Pizza', now(), now(), 1) RETURNING id`,
  );
  const second = rows[0]!.id;
  const listed = async () => {
    const { body } = await service.ask('GET', '/v1/inventory/duplicate-names');
    return (body.data as { items: { id: string }[] }[]).map(({ items }) => items.map(({ id }) => id));
  };
  expect(await listed()).toEqual([[first, second]]);
  expect(await service.codeOf('GET', '/v1/inventory/duplicate-names', { as: 'customer' })).toEqual([403, 'FORBIDDEN']);
  const change = (id: string, body: object) => service.codeOf('PATCH', `/v1/inventory/${id}`, { body });
  expect((await change(second, { itemName: 'twin', price: '2.00' }))[0]).toBe(200);
  expect((await change(second, { itemName: 'TWIN' }))[0]).toBe(409);
  expect((await create('TWIN'))[0]).toBe(409);
  expect(await namesOf('q=twin')).toEqual(['Twin', 'twin']);
  expect((await change(second, { itemName: 'Another' }))[0]).toBe(200);
  expect(await listed()).toEqual([]);
  expect((await change(second, { itemName: 'twin' }))[0]).toBe(409);
});

describe('names that are the same already', () => {
  const insert = (names: readonly string[]) => `
    INSERT INTO inventory ("itemName", unit, price, category, "createdAt", "updatedAt", version)
    SELECT name, 'piece', 1, 'Pizza', now() + number * interval '1 second', now() + interval '1 hour', 7
    FROM unnest(ARRAY['${names.join("','")}']) WITH ORDINALITY AS n (name, number)`;
  const numbersSql = `SELECT "itemName", "nameDuplicate", "detailsVersion" FROM inventory WHERE "nameKey" = 'soup' ORDER BY "nameDuplicate"`;
  const spellings = ['Soup', 'SOUP', 'soup '];

  test('do not stop the migration, which numbers all but the oldest', async () => {
    const migration = await readFile(
      new URL('../prisma/migrations/20261129100000_names_and_details/migration.sql', import.meta.url),
      'utf8',
    );
    const client = await service.pool.connect();
    try {
      await client.query(`
        BEGIN;
        ALTER TABLE inventory DROP COLUMN "detailsVersion", DROP COLUMN "nameKey", DROP COLUMN "nameDuplicate";
        DROP FUNCTION item_name_key;
        DROP COLLATION names;
        ${insert(spellings)};
        ${migration}`);
      const { rows } = await client.query(numbersSql);
      expect(rows).toEqual(
        spellings.map((itemName, nameDuplicate) => ({ itemName, nameDuplicate, detailsVersion: 7 })),
      );
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
  });

  test('come back in a recovery', async () => {
    const client = await service.pool.connect();
    try {
      await client.query(`BEGIN; SET CONSTRAINTS "inventory_nameKey_key" DEFERRED; ${insert(spellings)}`);
      const { rows: items } = await client.query<{ id: string }>(`SELECT id FROM inventory WHERE "nameKey" = 'soup'`);
      await numberDuplicateNames(
        client,
        items.map(({ id }) => id),
      );
      await client.query('SET CONSTRAINTS "inventory_nameKey_key" IMMEDIATE');
      expect((await client.query(numbersSql)).rows.map(({ nameDuplicate }) => nameDuplicate as number)).toEqual([
        0, 1, 2,
      ]);
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
  });
});

test('the service and its database have one normal form of each letter', async () => {
  const singles = Array.from({ length: 0x1_f000 }, (_, code) => String.fromCodePoint(code + 1)).filter(
    // Cherokee is folded to capitals by one and to lower case by the other, which tells the same names apart.
    (one) => one.isWellFormed() && !/[\p{Cn}\p{Script=Cherokee}]/u.test(one),
  );
  const { rows } = await service.pool.query<{ name: string; key: string }>(
    'SELECT name, item_name_key(name) AS key FROM unnest($1::text[]) AS n (name)',
    [singles.map((one) => `a${one}b`)],
  );
  // One of the two may know more of Unicode: what the other leaves as it is.
  const found = rows.filter(({ name, key }) => key !== name && nameKeyOf(name) !== name && nameKeyOf(name) !== key);
  expect(found).toEqual([]);
});

test('the service and its database have one normal form of texts', async () => {
  const letter = fc.constantFrom(...'ßẞΣςİıﬁÀéＡa \u00a0\u200d\u3164\u2003\u0345\u0301\u1e9b\u0323');
  const names = fc.sample(fc.string({ unit: letter, maxLength: 12 }), 3_000);
  const { rows } = await service.pool.query<{ name: string; key: string }>(
    'SELECT name, item_name_key(name) AS key FROM unnest($1::text[]) AS n (name)',
    [names],
  );
  for (const { name, key } of rows) expect([name, nameKeyOf(name)]).toEqual([name, key]);
});
