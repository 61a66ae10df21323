import { expect, test } from 'vitest';
import { evolutionCases } from './cases/all.ts';
import { field, many, record, withIt, line, optional } from './cases/evolution-case.ts';
import { incompatibilities, type Incompatibility } from './compatibility.ts';
import type { ComplexSchema } from './schema-folder.ts';

/** What the check says of the last version beside each of the earlier ones, both ways. */
function incompatibilitiesOf(versions: readonly ComplexSchema[]): Incompatibility[] {
  const [newest = record(), ...earlier] = versions.toReversed();
  return earlier.flatMap((older) => [
    ...incompatibilities(older, newest),
    ...incompatibilities(newest, older, 'writer'),
  ]);
}

test('there are at least sixty cases that the registry decides alike, of different names', () => {
  expect(evolutionCases.filter((one) => one.stricter === undefined).length).toBeGreaterThanOrEqual(60);
  expect(new Set(evolutionCases.map((one) => one.name)).size).toBe(evolutionCases.length);
});

test.each(evolutionCases)('$name', ({ versions, field: at }) => {
  const found = incompatibilitiesOf(versions);
  expect([...new Set(found.map((one) => one.field))].slice(0, 1)).toEqual(at === null ? [] : [at]);
  for (const { rule, way } of found) {
    expect(rule).not.toBe('');
    expect(way).toMatch(/^[A-Z].*[^.]$/);
  }
});

test.each<[string, ComplexSchema, ComplexSchema, RegExp, RegExp]>([
  ['a field that came without a default', record(), withIt('string'), /without a default/, /^Make it \["null", type\]/],
  ['a type', withIt('string'), withIt('int'), /string cannot be read as int/, /add one of the new type/],
  [
    'a symbol',
    withIt({ type: 'enum', name: 'E', symbols: ['A', 'B'] }),
    withIt({ type: 'enum', name: 'E', symbols: ['A'] }),
    /lacks B/,
    /add a field with a new enum/,
  ],
  [
    'a name',
    withIt(line()),
    withIt({ ...line(), name: 'Row' }),
    /renamed to record oms.test.Row/,
    /Only a field can be renamed/,
  ],
  [
    'an alias',
    record(field('a', 'int')),
    record(field('a', 'int', { aliases: ['id'] })),
    /has both "a" and "id"/,
    /Take the alias off/,
  ],
  [
    'a nullable type, as the branch that is meant',
    record(optional('it', many('int'))),
    record(optional('it', many('string'))),
    /int cannot be read as string/,
    /add one of the new type/,
  ],
])('the rule and the remedy are named for %s', (_, writer, reader, rule, way) => {
  expect(incompatibilities(writer, reader)).toEqual([
    expect.objectContaining({
      rule: expect.stringMatching(rule) as string,
      way: expect.stringMatching(way) as string,
    }),
  ]);
});

test('a field that went without a default is to be left in', () => {
  expect(incompatibilities(record(), withIt('string'), 'writer')).toEqual([
    expect.objectContaining({ field: 'it', way: expect.stringMatching(/^Leave it in/) as string }),
  ]);
});

test('a number may be read as a wider one, and not the other way', () => {
  expect(incompatibilities(withIt('int'), withIt('long'))).toEqual([]);
  expect(incompatibilities(withIt('long'), withIt('int'))).not.toEqual([]);
});

test('what our rules accept and avsc refuses is reported with the error of avsc', () => {
  expect(incompatibilities(record(), withIt('string', { default: 5 }))).toEqual([
    { field: '', rule: expect.any(String) as string, way: expect.any(String) as string },
  ]);
});
