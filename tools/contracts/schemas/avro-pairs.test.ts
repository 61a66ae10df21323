// Our check says of the pairs of Avro's own tests what Avro's Java library says, or refuses more and says why. It never accepts more.
import { expect, test } from 'vitest';
import { avroPairs } from './cases/avro-pairs.ts';
import javaResults from './cases/java-results.json' with { type: 'json' };
import { incompatibilities } from './compatibility.ts';

test('there are more than two hundred pairs of different names, and a result for each', () => {
  const names = avroPairs.map(({ name }) => name);
  expect(names.length).toBeGreaterThan(200);
  expect(new Set(names).size).toBe(names.length);
  expect(Object.keys(javaResults)).toEqual(names);
});

test.each(avroPairs)('$name', ({ writer, reader, java, differs }) => {
  const found = incompatibilities(writer, reader);
  expect(found.length === 0).toBe(java && differs === undefined);
  // a reason is there where it is needed only
  expect(differs === undefined || java).toBe(true);
  for (const { rule } of found) expect(rule).not.toBe('');
});
