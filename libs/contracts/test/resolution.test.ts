// What a reader does with single schemas that are hard to read: each case stands for a kind.
import { describe, expect, test } from 'vitest';
import { avroTypeOf, writerTypeOf } from '../src/avro-type.ts';
import { EMPTY_ITEMS_MAX, NESTING_MAX } from '../src/cursor.ts';
import { resolutionProblems, valueReader } from '../src/value-reader.ts';
import { valueSkipper } from '../src/value-skipper.ts';
import { writeLimits } from '../src/write-limits.ts';

type Field = { name: string; type: unknown; aliases?: string[]; default?: unknown };

const textOf = (...fields: Field[]) => JSON.stringify({ type: 'record', name: 'R', namespace: 'oms.t', fields });
const typeOf = (...fields: Field[]) => avroTypeOf(textOf(...fields));
const ofX = (type: unknown) => typeOf({ name: 'x', type });
const note = { name: 'note', type: ['null', 'string'], default: null };
const number = { name: 'a', type: 'int' };

function roundTrip(type: ReturnType<typeof avroTypeOf>, value: unknown): unknown {
  return valueReader(type, type)({ bytes: type.toBuffer(value), at: 0 });
}

describe('a long', () => {
  const type = ofX('long');

  test.each([
    ...[
      0,
      1,
      -1,
      63,
      64,
      -64,
      -65,
      2 ** 31,
      -(2 ** 31) - 1,
      2 ** 52 - 1,
      2 ** 52,
      2 ** 52 + 1,
      -(2 ** 52),
      -(2 ** 52) - 1,
    ],
    ...[2 ** 53 - 2, 2 ** 53 - 1, -(2 ** 53) + 2, -(2 ** 53) + 1],
  ])('of %d is read as it was written', (x) => {
    expect(roundTrip(type, { x })).toStrictEqual({ x });
    expect(type.fromBuffer(type.toBuffer({ x }))).toStrictEqual({ x });
  });

  test.each([2 ** 53, -(2 ** 53), 2 ** 63, 0.5, NaN, Infinity, '1', null])('of %j is not written', (x) => {
    expect(() => type.toBuffer({ x })).toThrow(/integer from -\(2\^53 - 1\) to 2\^53 - 1/);
    expect(type.isValid({ x })).toBe(false);
  });

  test.each([
    ['2^53', '8080808080808020'],
    ['-2^53', 'ffffffffffffff1f'],
    ['2^62', '80808080808080808001'],
    ['-2^63', 'ffffffffffffffffff01'],
  ])('of %s, which another client wrote, is refused, and skipped where nobody reads it', (_, hex) => {
    const bytes = Buffer.from(`${hex}06`, 'hex');
    const writer = writerTypeOf(textOf({ name: 'x', type: 'long' }, number));
    expect(() => valueReader(writer, writer)({ bytes, at: 0 })).toThrow(/would not be exact/);
    expect(valueReader(writer, typeOf(number))({ bytes, at: 0 })).toStrictEqual({ a: 3 });
  });

  test('written with more bytes than needed is read', () => {
    expect(valueReader(type, type)({ bytes: Buffer.from('848080808000', 'hex'), at: 0 })).toStrictEqual({ x: 2 });
  });
});

describe('an alias', () => {
  test.each<[string, Field[]]>([
    ['of a field beside it', [note, { ...note, name: 'remark', aliases: ['note'] }]],
    ['of an earlier field', [{ ...note, name: 'remark', aliases: ['note'] }, note]],
    [
      'that another field has too',
      [
        { ...note, name: 'remark', aliases: ['note'] },
        { ...note, name: 'hint', aliases: ['note'] },
      ],
    ],
  ])('%s is refused with the place and both names', (_, fields) => {
    const type = typeOf(...fields);
    for (const writer of [type, typeOf(note)]) {
      const [found] = resolutionProblems(writer, type);
      expect(found).toMatchObject({ kind: 'aliases', path: 'remark' });
      expect(found?.rule).toMatch(/"note"/);
    }
  });

  test('of an old name is read', () => {
    const reader = typeOf({ ...note, name: 'remark', aliases: ['note'] });
    const bytes = typeOf(note).toBuffer({ note: 'hot' });
    expect(valueReader(typeOf(note), reader)({ bytes, at: 0 })).toStrictEqual({ remark: 'hot' });
  });
});

describe('a recursive record', () => {
  const step = (next: unknown) =>
    avroTypeOf(
      JSON.stringify({
        ...{ type: 'record', name: 'Step', namespace: 'oms.t' },
        fields: [
          { name: 'text', type: 'string' },
          { name: 'next', type: next },
        ],
      }),
    );
  const listOf = (length: number) => {
    let list: unknown = null;
    for (let at = 0; at < length; at += 1) list = { text: `step ${at}`, next: list };
    return list;
  };

  test.each([
    ['as a list', ['null', 'Step'], null, (inner: unknown) => inner],
    ['as a tree', { type: 'array', items: 'Step' }, [], (inner: unknown) => [inner, inner]],
    ['in a map', { type: 'map', values: 'Step' }, {}, (inner: unknown) => ({ left: inner })],
  ])('%s is read as it was written', (_, next, end, around) => {
    const value = { text: 'a', next: around({ text: 'b', next: around({ text: 'c', next: end }) }) };
    expect(roundTrip(step(next), value)).toStrictEqual(value);
    const cursor = { bytes: step(next).toBuffer(value), at: 0 };
    valueSkipper(step(next))(cursor);
    expect(cursor.at).toBe(cursor.bytes.length);
  });

  test('of many levels is read, and of too many refused in words, by reader, skipper and writer', () => {
    const type = step(['null', 'Step']);
    expect(roundTrip(type, listOf(NESTING_MAX))).toStrictEqual(listOf(NESTING_MAX));
    const bytes = Buffer.from('00'.repeat(0) + '0002'.repeat(300_000), 'hex');
    const refusal = expect.objectContaining({
      message: expect.stringMatching(/nested more than 500 levels/) as string,
    });
    expect(() => valueReader(type, type)({ bytes, at: 0 })).toThrow(refusal);
    expect(() => valueSkipper(type)({ bytes, at: 0 })).toThrow(refusal);
    expect(() => writeLimits(type)!(listOf(NESTING_MAX + 2))).toThrow(refusal);
    expect(() => writeLimits(type)!(listOf(NESTING_MAX))).not.toThrow();
  });

  test('whose every value would contain another is refused with its place', () => {
    const endless = { type: 'record', name: 'Loop', fields: [{ name: 'again', type: 'Loop' }] };
    expect(() => ofX({ type: 'array', items: endless })).toThrow(
      /^field "x\[\]": record oms\.t\.Loop contains itself in every value/,
    );
  });

  test('that changes is compared at every level', () => {
    const reader = step(['null', { type: 'record', name: 'Other', fields: [{ name: 'text', type: 'int' }] }]);
    expect(resolutionProblems(step(['null', 'Step']), reader)).toMatchObject([{ path: 'next', kind: 'name' }]);
  });
});

describe('a union', () => {
  test('of text and bytes gives each back as what it was', () => {
    const x = [Buffer.from('fffe', 'hex'), 'text', Buffer.from('plain')];
    for (const items of [
      ['string', 'bytes'],
      ['bytes', 'string'],
    ]) {
      expect(roundTrip(ofX({ type: 'array', items }), { x })).toStrictEqual({ x });
    }
  });

  test('whose branches change places keeps its values', () => {
    const writer = ofX(['string', 'bytes', 'int']);
    const reader = ofX(['bytes', 'int', 'string']);
    for (const x of ['a', Buffer.from('a'), 1]) {
      expect(valueReader(writer, reader)({ bytes: writer.toBuffer({ x }), at: 0 })).toStrictEqual({ x });
    }
  });

  test.each<[string, unknown[], RegExp]>([
    ['two numbers', ['int', 'double'], /ambiguous/],
    [
      'a number and an amount',
      ['int', { type: 'bytes', logicalType: 'decimal', precision: 10, scale: 2 }],
      /^field "x": a union of int and decimal cannot be written/,
    ],
    [
      'an enum and an id',
      [
        { type: 'enum', name: 'E', symbols: ['A'] },
        { type: 'string', logicalType: 'uuid' },
      ],
      /both are text/,
    ],
    [
      'a time and a record',
      [
        { type: 'long', logicalType: 'timestamp-millis' },
        { type: 'record', name: 'I', fields: [] },
      ],
      /both are object/,
    ],
  ])('of %s could not be written, and is refused', (_, branches, message) => {
    expect(() => ofX(branches)).toThrow(message);
  });
});

describe('a list of items without bytes', () => {
  const nulls = ofX({ type: 'array', items: 'null' });

  test.each([
    ['null', nulls, [null, null, null]],
    ['an empty record', ofX({ type: 'array', items: { type: 'record', name: 'E', fields: [] } }), [{}, {}]],
  ])('such as %s is read as it was written', (_, type, x) => {
    expect(roundTrip(type, { x })).toStrictEqual({ x });
  });

  test('is limited in number for the whole message, wherever the items are, and not written beyond that', () => {
    const many = (length: number) => ({ x: Array.from({ length }, () => null) });
    expect(roundTrip(nulls, many(EMPTY_ITEMS_MAX))).toStrictEqual(many(EMPTY_ITEMS_MAX));
    expect(() => roundTrip(nulls, many(EMPTY_ITEMS_MAX + 1))).toThrow(/more than 65536 items without bytes/);
    expect(() => writeLimits(nulls)!(many(EMPTY_ITEMS_MAX + 1))).toThrow(/more than 65536 empty items/);
    const lists = ofX({ type: 'array', items: { type: 'array', items: 'null' } });
    const x = Array.from({ length: 100 }, () => many(1_000).x);
    expect(() => roundTrip(lists, { x })).toThrow(/more than 65536 items without bytes/);
  });

  test('is skipped at once, whatever number is announced', () => {
    const writer = typeOf({ name: 'x', type: { type: 'array', items: 'null' } }, number);
    const bytes = Buffer.from('feffffffffffff1f0006', 'hex');
    expect(valueReader(writer, typeOf(number))({ bytes, at: 0 })).toStrictEqual({ a: 3 });
  });
});

describe('a field that nobody reads is skipped, whatever its value', () => {
  const decimal = (precision: number, scale: number) => ({ type: 'bytes', logicalType: 'decimal', precision, scale });
  const inner = { type: 'record', name: 'I', fields: [{ name: 'id', type: { type: 'string', logicalType: 'uuid' } }] };

  test.each<[string, unknown, string]>([
    ['an id that is none', { type: 'string', logicalType: 'uuid' }, '0678797a'],
    ['a nullable id that is none', ['null', { type: 'string', logicalType: 'uuid' }], '020678797a'],
    ['ids in a list', { type: 'array', items: { type: 'string', logicalType: 'uuid' } }, '020678797a00'],
    ['ids in a map', { type: 'map', values: ['null', { type: 'string', logicalType: 'uuid' }] }, '020278020678797a00'],
    ['an id in a record', ['null', inner], '020678797a'],
    ['an amount without bytes', decimal(10, 2), '00'],
    ['a nullable amount that is too large', ['null', decimal(10, 2)], '02107fffffffffffffff'],
    ['an amount of another scale', decimal(18, 4), '0401ff'],
    ['a time of the year 300000', ['null', { type: 'long', logicalType: 'timestamp-millis' }], '0280c0d5c3a3cba511'],
    ['a long that is no number in JavaScript', 'long', 'ffffffffffffffffff01'],
    ['text that is not UTF-8', 'string', '04fffe'],
    ['an enum without such a symbol', { type: 'enum', name: 'E', symbols: ['A'] }, '0a'],
    ['a union of two numbers', ['int', 'long'], '0204'],
    ['a list in a block with its size', { type: 'array', items: 'int' }, '0304020400'],
    ['an id of sixteen bytes', { type: 'fixed', name: 'F', size: 16, logicalType: 'uuid' }, '00'.repeat(16)],
    ['a default that Avro 1.12 allows', ['null', 'string'], '020278'],
  ])('%s', (_, type, hex) => {
    const field = hex === '020278' ? { name: 'x', type, default: 'text' } : { name: 'x', type };
    const writer = writerTypeOf(textOf(field, number));
    const bytes = Buffer.from(`${hex}06`, 'hex');
    expect(valueReader(writer, typeOf(number))({ bytes, at: 0 })).toStrictEqual({ a: 3 });
  });

  test('its length still counts', () => {
    const writer = writerTypeOf(textOf({ name: 'x', type: ['null', 'string'] }, number));
    const read = valueReader(writer, typeOf(number));
    expect(() => read({ bytes: Buffer.from('02147879', 'hex'), at: 0 })).toThrow(/10 bytes are announced/);
    expect(() => read({ bytes: Buffer.from('0406', 'hex'), at: 0 })).toThrow(/no union branch 2/);
  });
});

test('bytes that are read as text must be text', () => {
  const [writer, reader] = [ofX('bytes'), ofX('string')];
  const read = (x: Buffer) => valueReader(writer, reader)({ bytes: writer.toBuffer({ x }), at: 0 });
  expect(read(Buffer.from('Rāmen'))).toStrictEqual({ x: 'Rāmen' });
  expect(() => read(Buffer.from('fffe', 'hex'))).toThrow(/not UTF-8/);
});

test('a field named __proto__ is a field', () => {
  const type = typeOf({ name: '__proto__', type: 'string' });
  expect(Object.keys(roundTrip(type, { ['__proto__']: 'x' }) as object)).toEqual(['__proto__']);
});

test('what every object has is no symbol of an enum', () => {
  const type = ofX({ type: 'enum', name: 'E', symbols: ['A'] });
  expect(() => type.toBuffer({ x: 'constructor' })).toThrow();
});

test('a branch that fails in its depths leaves nothing behind for the others', () => {
  const node = (name: string, value: string) => ({
    ...{ type: 'record', name },
    fields: [
      { name: 'child', type: ['null', name] },
      { name: 'value', type: value },
    ],
  });
  const writer = ofX(node('Node', 'string'));
  const reader = ofX(['null', node('Node', 'int')]);
  expect(resolutionProblems(writer, reader)).toMatchObject([{ path: 'x.value', kind: 'type' }]);
});

test('all problems are found at once, each with its place', () => {
  const line = (...fields: Field[]) => ({ type: 'array', items: { type: 'record', name: 'Line', fields } });
  const writer = typeOf(number, { name: 'lines', type: line({ name: 'price', type: 'int' }) });
  const reader = typeOf(
    { name: 'a', type: 'string' },
    { name: 'lines', type: line({ name: 'price', type: 'string' }, { name: 'sku', type: 'string' }) },
  );
  const places = resolutionProblems(writer, reader).map(({ path, kind }) => `${path} ${kind}`);
  expect(places.toSorted()).toEqual(['a type', 'lines[].price type', 'lines[].sku required']);
});
