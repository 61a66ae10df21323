import { expect, test } from 'vitest';
import { renderGenerated } from './generate-types.ts';
import { outgoingTypes } from './outgoing-types.ts';
import { declareRecord, noDeclarations } from './typescript-of.ts';
import type { AvroSchema, ComplexSchema, FieldSchema, SchemaInFolder } from './schema-folder.ts';

function declarationOf(type: AvroSchema): string {
  const declarations = noDeclarations();
  declareRecord(declarations, {
    type: 'record',
    name: 'Thing',
    doc: 'A thing.',
    fields: [{ name: 'it', type, doc: 'It.' }],
  });
  return [...declarations.types.values()].join('');
}

test.each<[string, AvroSchema, string]>([
  ['money is Cents', { type: 'bytes', logicalType: 'decimal', precision: 10, scale: 2 }, 'Cents'],
  ['a time is a Date', { type: 'long', logicalType: 'timestamp-millis' }, 'Date'],
  ['an id has its brand', { type: 'string', logicalType: 'uuid', brand: 'OrderId' }, 'OrderId'],
  ['a nullable field is the type or null', ['null', 'int'], 'number | null'],
  ['an array is readonly', { type: 'array', items: 'string' }, 'readonly string[]'],
])('%s, and the docs are the schema’s', (_, type, text) => {
  expect(declarationOf(type)).toBe(
    `/** A thing. */\nexport type Thing = {\n  /** It. */\n  readonly it: ${text};\n};\n`,
  );
});

test('a deprecated field is marked for the editor', () => {
  const declarations = noDeclarations();
  const field = { name: 'note', type: 'string', doc: 'Deprecated: use remark. What they wrote.' };
  declareRecord(declarations, { type: 'record', name: 'Thing', fields: [field] });
  expect(declarations.types.get('Thing')).toContain('/** @deprecated use remark. What they wrote. */');
});

test('a type that there is no rule for is refused, naming the field', () => {
  expect(() => declarationOf({ type: 'bytes', logicalType: 'decimal', precision: 9, scale: 2 })).toThrow(
    /field "it" of Thing: no rule for logicalType "decimal"/,
  );
});

test('two different types of one name are refused', () => {
  const event = (topic: string, symbols: string[]): SchemaInFolder => {
    const fields = [{ name: 'status', type: { type: 'enum', name: 'Status', symbols } }];
    const schema = { type: 'record', name: `Thing${symbols.length}`, fields };
    return { path: '', topic, event: topic, version: 1, schema, text: '' };
  };
  expect(() => renderGenerated([event('a', ['X']), event('b', ['X', 'Y'])])).toThrow(
    /two different types are named "Status"/,
  );
});

test('writers may leave out the nullable fields that the first version lacks, also in records within', () => {
  const line = (fields: FieldSchema[]) => ({ type: 'record', name: 'Line', fields });
  const event = (lineFields: FieldSchema[], fields: FieldSchema[]): ComplexSchema => {
    const lines = { name: 'lines', type: { type: 'array', items: line(lineFields) } };
    return { type: 'record', name: 'Thing', fields: [lines, ...fields] };
  };
  const count = { name: 'count', type: 'int' };
  const note = { name: 'note', type: ['null', 'string'], default: null };
  const first = event([count], []);
  expect([...outgoingTypes(first, first)]).toEqual([]);
  const types = [...outgoingTypes(event([count, note], [note]), first).values()];
  expect(types.map((text) => text.slice(text.indexOf('export')))).toEqual([
    "export type OutgoingLine = Omit<Line, 'note'> & {\n  readonly note?: string | null;\n};\n",
    "export type OutgoingThing = Omit<Thing, 'lines' | 'note'> & {\n" +
      '  readonly lines: readonly OutgoingLine[];\n  readonly note?: string | null;\n};\n',
  ]);
});

test('a nullable field of the first version is never left out', () => {
  const event = { type: 'record', name: 'Thing', fields: [{ name: 'note', type: ['null', 'string'] }] };
  expect([...outgoingTypes(event, event)]).toEqual([]);
});
