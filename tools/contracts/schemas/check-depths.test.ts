// The check holds at every level of a schema, and a schema is also checked against itself.
import { expect, test } from 'vitest';
import { fingerprintOf } from '@oms/contracts';
import { violationsOf } from './check.ts';
import { exampleOf } from './example.ts';
import { renderGenerated } from './generate-types.ts';
import {
  parseSchema,
  readSchemaFolder,
  type AvroSchema,
  type FieldSchema,
  type SchemaInFolder,
} from './schema-folder.ts';

const schemas = readSchemaFolder();
const doc = 'What it is.';

/** The first version of low-stock with one more field. */
function lowStockWith(...fields: FieldSchema[]): SchemaInFolder {
  const { schema } = schemas.find((each) => each.event === 'low-stock')!;
  const text = JSON.stringify({ ...schema, fields: [...schema.fields!, ...fields] });
  return parseSchema('inventory-alerts/low-stock.v1.avsc', text);
}

function found(...fields: FieldSchema[]): string[] {
  const all = [...schemas.filter((each) => each.event !== 'low-stock'), lowStockWith(...fields)];
  const listed = Object.fromEntries(all.map(({ path, text }) => [path.replace('.avsc', ''), fingerprintOf(text)]));
  return violationsOf(all, listed, [])
    .map(({ message }) => message)
    .filter((message) => !message.startsWith('has no example'));
}

const field = (type: AvroSchema, more: Partial<FieldSchema> = {}): FieldSchema => ({ name: 'it', type, doc, ...more });
const undocumented: AvroSchema = { type: 'record', name: 'Inner', doc, fields: [{ name: 'a', type: 'int' }] };
const nameless: AvroSchema = { type: 'enum', name: 'Inner', symbols: ['A'] };
const list = (items: AvroSchema): AvroSchema => ({ type: 'array', items });
const map = (values: AvroSchema): AvroSchema => ({ type: 'map', values });
const nullable = (type: AvroSchema) => field(['null', type], { default: null });

test.each<[string, FieldSchema, string]>([
  ['in a record', field(undocumented), 'it.a'],
  ['in a nullable record', nullable(undocumented), 'it.a'],
  ['in a list', field(list(undocumented)), 'it[].a'],
  ['in a nullable list', nullable(list(undocumented)), 'it[].a'],
  ['in a list of lists', field(list(list(undocumented))), 'it[][].a'],
  ['in a map', field(map(undocumented)), 'it{}.a'],
  ['in a map of lists', field(map(list(undocumented))), 'it{}[].a'],
  [
    'in a record in a record',
    nullable({
      type: 'record',
      name: 'Outer',
      doc,
      fields: [{ name: 'in', type: ['null', undocumented], default: null, doc }],
    }),
    'it.in.a',
  ],
])('a field without a doc %s is found', (_, added, path) => {
  expect(found(added)).toContain(`field "${path}" has no "doc". Say what it is.`);
});

test.each<[string, FieldSchema, string]>([
  ['nullable', nullable(nameless), 'it'],
  ['in a list', field(list(nameless)), 'it[]'],
  ['in a nullable list of lists', nullable(list(list(nameless))), 'it[][]'],
])('a type without a doc that is %s is found', (_, added, path) => {
  expect(found(added)).toContain(`the type of "${path}" has no "doc". Say what it is.`);
});

test.each<[string, FieldSchema, RegExp]>([
  ['in a list', field(list(['null', 'int'])), /^"it\[\]" is a union/],
  ['in a map', field(map(['null', 'int'])), /^"it\{\}" is a union/],
  ['in a nullable list', nullable(list(['null', 'int'])), /^"it\[\]" is a union/],
  ['of three', field(['null', 'int', 'string'], { default: null }), /^field "it" is a union/],
  [
    'of another default in a record in a list',
    field(list({ type: 'record', name: 'I', doc, fields: [{ name: 'a', type: ['null', 'int'], doc }] })),
    /^field "it\[\]\.a" is a union/,
  ],
])('a union %s is found', (_, added, message) => {
  expect(found(added)).toContainEqual(expect.stringMatching(message));
});

test('a version whose alias names a field beside it is found: it could not read its own messages', () => {
  const note = nullable('string');
  expect(found(note, { ...note, name: 'remark', aliases: ['it'] })).toEqual([
    'cannot read what it has written itself: field "remark": the writer has both "remark" and "it", its alias. Take the alias off: a field has one source.',
  ]);
});

test('an alias of a type that names another type is found', () => {
  const type = (name: string, aliases: string[]): AvroSchema => ({ type: 'enum', name, symbols: ['A'], doc, aliases });
  expect(found(field(type('One', ['Two'])), { ...field(type('Two', [])), name: 'other' })).toEqual([
    'gives "oms.inventory_alerts.One" the alias "oms.inventory_alerts.Two", which also names "oms.inventory_alerts.Two". Take the alias off: a name has one type.',
  ]);
});

const step = (type: AvroSchema): AvroSchema => ({
  ...{ type: 'record', name: 'Step', doc: 'A step.' },
  fields: [
    { name: 'text', type: 'string', doc: 'What is done.' },
    { name: 'next', type, doc: 'What follows.', ...(Array.isArray(type) && { default: null }) },
  ],
});

test.each<[string, AvroSchema, string, unknown]>([
  ['a list', ['null', 'Step'], 'Step | null', null],
  ['a tree', list('Step'), 'readonly Step[]', []],
])('a recursive record may be merged: as %s', (_, next, type, end) => {
  const schema = lowStockWith(field(step(next)));
  expect(found(field(step(next)))).toEqual([]);
  const { text } = renderGenerated([schema]).find(({ name }) => name === 'messages.ts')!;
  expect(text).toContain(`readonly next: ${type};`);
  expect(exampleOf(schema)).toMatchObject({ it: { text: 'the text', next: end } });
});

test('a record that contains itself in every value is found, with its place', () => {
  const loop: AvroSchema = { type: 'record', name: 'Loop', doc, fields: [{ name: 'again', type: 'Loop', doc }] };
  expect(found(field(list(loop))).join()).toMatch(
    /field "it\[\]": record oms\.inventory_alerts\.Loop contains itself in every value, so it has none/,
  );
});
