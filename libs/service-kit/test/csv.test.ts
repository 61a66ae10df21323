import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvLineOf, parseCsvLine } from '../src/csv.ts';

const text = fc.string({ unit: fc.constantFrom(...'",\'=+-@\t abc'.split(''), 'ü') });

test('what is written is read again, whatever is in the texts', () => {
  fc.assert(
    fc.property(fc.array(text, { minLength: 1 }), (cells) => {
      expect(parseCsvLine(csvLineOf(cells))).toEqual(cells);
    }),
  );
});

test.each([
  ['=1+1', "'=1+1"],
  ['-x', "'-x"],
  ["'@x", "''@x"],
  ['a=b', 'a=b'],
  ["'hello", "'hello"],
  ['a\r\nb', 'a b'],
  [-3, '-3'],
  [null, ''],
])('%j is written as %j: no text is a formula', (value, cell) => {
  expect(csvLineOf([value])).toBe(cell);
});

test.each(['a,"b', 'a"b,c', '"a"b,c'])('%s has wrong quotes', (line) => {
  expect(parseCsvLine(line)).toBeUndefined();
});
