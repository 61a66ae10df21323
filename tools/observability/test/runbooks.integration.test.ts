// The SQL in runbooks works: every statement runs on the migrated database of a service.
import { createDatabase, type TestDatabase } from '@oms/test-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { files, read } from '../../repo/tidy/repository.ts';

/** Between them they have all tables that runbooks read. */
let databases: TestDatabase[];
beforeAll(async () => {
  databases = await Promise.all(['inventory', 'order'].map((service) => createDatabase(service)));
});
afterAll(() => Promise.all(databases.map((database) => database.drop())));

const statements = files
  .filter((file) => file.startsWith('docs/runbooks/'))
  .flatMap((file) => statementsIn(read(file)).map((sql): [string, string] => [file, sql]));

test('there are some', () => expect(statements.length).toBeGreaterThan(5));

test.each(statements)('%s: %s', async (_, sql) => {
  const statement = sql.replaceAll('<pid>', '0').replaceAll('<service>', 'inventory');
  const { rows } = await Promise.any(databases.map(({ pool }) => pool.query(statement)));
  expect(rows).toEqual(expect.any(Array));
});

/** In backticks, or indented as a block. */
function statementsIn(page: string): string[] {
  const inline = [...page.matchAll(/`(SELECT [^`]+)`/g)].map(([, sql = '']) => sql);
  const blocks = [...page.matchAll(/^ {6}SELECT .*(?:\n {6}.*)*/gm)].map(([sql]) => sql);
  return [...inline, ...blocks].map((sql) => sql.replace(/\s+/g, ' ').trim());
}
