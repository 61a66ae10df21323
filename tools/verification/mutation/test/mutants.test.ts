// Mutants follow the code: a line that is gone cannot be broken, and its mutant must not count as caught.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../../database/migrate/databases.ts';
import { mutants } from '../all.ts';

test('there are at least 25, each with a name of its own, something it breaks, and a proof', () => {
  expect(mutants.length).toBeGreaterThanOrEqual(25);
  expect(new Set(mutants.map(({ id }) => id)).size).toBe(mutants.length);
  expect(mutants.filter(({ breaks, proofs }) => breaks === '' || proofs.length === 0)).toEqual([]);
});

test('the text of each occurs once in its file, and is replaced by another', () => {
  const wrong = mutants.flatMap(({ id, edits }) =>
    edits.flatMap(({ file, search, replace }) => {
      const times = readFileSync(join(root, file), 'utf8').split(search).length - 1;
      return times === 1 && search !== replace
        ? []
        : [`${id}: ${JSON.stringify(search)} occurs ${times} times in ${file}`];
    }),
  );
  expect(wrong).toEqual([]);
});

test('every proof exists', () => {
  const files = mutants.flatMap(({ proofs }) => proofs.filter((proof) => !proof.startsWith('simulate')));
  const missing = files.map((proof) => proof.split(' ')[1] ?? '').filter((file) => !existsSync(join(root, file)));
  expect([...new Set(missing)]).toEqual([]);
});
