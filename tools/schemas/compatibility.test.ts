import { expect, test } from 'vitest';
import { incompatibilities } from './compatibility.ts';
import type { AvroSchema, ComplexSchema, FieldSchema } from './schema-folder.ts';

const money = { type: 'bytes', logicalType: 'decimal', precision: 10, scale: 2 };
const status = (...symbols: string[]) => ({ type: 'enum', name: 'Status', symbols });

function record(...fields: FieldSchema[]): ComplexSchema {
  return { type: 'record', name: 'Thing', namespace: 'oms.test', fields };
}

function withField(type: AvroSchema, more: Partial<FieldSchema> = {}): ComplexSchema {
  return record({ name: 'id', type: 'string' }, { name: 'it', type, ...more });
}

const without = record({ name: 'id', type: 'string' });
const optional = withField(['null', 'string'], { default: null });

test.each<[string, ComplexSchema, ComplexSchema]>([
  ['a version is compatible with itself', withField(money), withField(money)],
  ['a field with a default may come and go', without, optional],
  ['documentation may change', withField('string', { doc: 'a' }), withField('string', { doc: 'b' })],
  [
    'a brand may change, as it is no part of the bytes',
    withField({ type: 'string', brand: 'A' }),
    withField({ type: 'string', brand: 'B' }),
  ],
  [
    'a named type may be told by its name',
    record({ name: 'a', type: status('X') }, { name: 'b', type: 'Status' }),
    record({ name: 'a', type: status('X') }, { name: 'b', type: 'oms.test.Status' }),
  ],
])('%s', (_, one, other) => {
  expect([...incompatibilities(one, other), ...incompatibilities(other, one)]).toEqual([]);
});

test.each<[string, ComplexSchema, ComplexSchema, string, RegExp]>([
  ['a new field needs a default', without, withField('string'), 'it', /without a default/],
  ['a type must stay', withField('string'), withField('int'), 'it', /string cannot be read as int/],
  ['a long does not fit an int', withField('long'), withField('int'), 'it', /long cannot be read as int/],
  ['a nullable field cannot become required', optional, withField('string'), 'it', /null cannot be read as string/],
  [
    'the scale of money must stay',
    withField(money),
    withField({ ...money, scale: 4 }),
    'it',
    /decimal\(10,2\) cannot be read as decimal\(10,4\)/,
  ],
  [
    'a count is no time',
    withField('long'),
    withField({ type: 'long', logicalType: 'timestamp-millis' }),
    'it',
    /no logical type cannot be read as timestamp-millis/,
  ],
  ['a symbol may not go', withField(status('A', 'B')), withField(status('A')), 'it', /lacks B/],
  [
    'a named type may not be renamed',
    withField(status('A')),
    withField({ ...status('A'), name: 'State' }),
    'it',
    /renamed/,
  ],
  ['a record may not move to another namespace', without, { ...without, namespace: 'oms.other' }, '', /renamed/],
  [
    'a field deep inside is named by its path',
    withField({ type: 'array', items: { type: 'record', name: 'Line', fields: [] } }),
    withField({ type: 'array', items: { type: 'record', name: 'Line', fields: [{ name: 'price', type: money }] } }),
    'it[].price',
    /without a default/,
  ],
])('%s', (_, writer, reader, field, rule) => {
  expect(incompatibilities(writer, reader)).toEqual([{ field, rule: expect.stringMatching(rule) as string }]);
});

test('a number may be read as a wider one, and not the other way', () => {
  expect(incompatibilities(withField('int'), withField('long'))).toEqual([]);
  expect(incompatibilities(withField('long'), withField('int'))).not.toEqual([]);
});

test('a symbol may be unknown to a reader that has a default symbol', () => {
  expect(incompatibilities(withField(status('A', 'B')), withField({ ...status('A'), default: 'A' }))).toEqual([]);
});

test('what our rules let through and avsc refuses is told in its words', () => {
  expect(incompatibilities(without, withField('string', { default: 5 }))).toEqual([
    { field: '', rule: expect.any(String) as string },
  ]);
});
