// The SQL in runbooks works: every statement runs on a migrated database.
import { createDatabase, type TestDatabase } from '@oms/test-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { files, read } from '../../repo/tidy/repository.ts';

let database: TestDatabase;
beforeAll(async () => {
  // It has what the others have, and reservations.
  database = await createDatabase('inventory');
});
afterAll(() => database.drop());

const statements = files
  .filter((file) => file.startsWith('docs/runbooks/'))
  .flatMap((file) => statementsIn(read(file)).map((sql): [string, string] => [file, sql]));

test('there are some', () => expect(statements.length).toBeGreaterThan(5));

test.each(statements)('%s: %s', async (_, sql) => {
  const { rows } = await database.pool.query(sql.replaceAll('<pid>', '0').replaceAll('<service>', 'inventory'));
  expect(rows).toEqual(expect.any(Array));
});

/** In backticks, or indented as a block. */
function statementsIn(page: string): string[] {
  const inline = [...page.matchAll(/`(SELECT [^`]+)`/g)].map(([, sql = '']) => sql);
  const blocks = [...page.matchAll(/^ {6}SELECT .*(?:\n {6}.*)*/gm)].map(([sql]) => sql);
  return [...inline, ...blocks].map((sql) => sql.replace(/\s+/g, ' ').trim());
}
