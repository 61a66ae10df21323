import { expect, test } from 'vitest';
import { topics } from '@oms/contracts';
import { avroTypeOf } from '@oms/contracts/avro-type';
import { missingFixtures, readFixtures } from './fixtures.ts';
import { parseSchema, readSchemaFolder, type FieldSchema, type SchemaInFolder } from './schema-folder.ts';

const schemas = readSchemaFolder();
const fixtures = readFixtures();

/** The next version of low-stock, with one more field. */
function lowStockWith(field: FieldSchema): SchemaInFolder {
  const first = schemas.find((schema) => schema.event === 'low-stock');
  const fields = [...(first?.schema.fields ?? []), field];
  return parseSchema('inventory-alerts/low-stock.v2.avsc', JSON.stringify({ ...first?.schema, fields }));
}

const nullable: [string, FieldSchema['type'], unknown][] = [
  ['a text', 'string', 'the last supplier'],
  ['a number', 'int', 2],
  ['money', { type: 'bytes', logicalType: 'decimal', precision: 10, scale: 2 }, 1250],
  ['a time', { type: 'long', logicalType: 'timestamp-millis' }, '2026-11-23T12:00:00.123Z'],
  ['an enum', { type: 'enum', name: 'Reason', symbols: ['SOLD', 'LOST'] }, 'SOLD'],
  ['a list', { type: 'array', items: 'string' }, ['the last supplier']],
  ['a record', { type: 'record', name: 'Supplier', fields: [{ name: 'city', type: 'string' }] }, { city: 'the city' }],
];

test('nothing is missing where every consumer has its examples', () => {
  expect(missingFixtures(schemas, fixtures)).toEqual([]);
});

test.each(nullable)('an example of a new version has the values of the one before, and %s', (_, type, value) => {
  const newer = lowStockWith({ name: 'lastSupplier', type: ['null', type], default: null });
  const [made, ...more] = missingFixtures([...schemas, newer], fixtures);
  const before = fixtures.find((fixture) => fixture.path === 'notification/low-stock.v1.json');
  expect(more).toEqual([]);
  expect(made).toMatchObject({
    path: 'notification/low-stock.v2.json',
    schema: 'inventory-alerts/low-stock.v2',
    message: { ...before?.message, lastSupplier: value },
  });
  const read: unknown = avroTypeOf(newer.text).fromBuffer(Buffer.from(made?.body ?? '', 'base64'));
  expect(JSON.parse(JSON.stringify(read))).toEqual(made?.message);
});

test('a renamed field keeps its value of the old name', () => {
  const newer = lowStockWith({ name: 'label', type: ['null', 'string'], default: null, aliases: ['itemName'] });
  expect(missingFixtures([...schemas, newer], fixtures)[0]?.message).toMatchObject({ label: 'Crème de tomates' });
});

test('each consumer of a topic gets an example', () => {
  const placed = schemas.filter((schema) => schema.event === 'order-placed');
  expect(missingFixtures(placed, []).map((fixture) => fixture.path)).toEqual(
    placed.flatMap(({ version }) =>
      topics['order-events'].readBy.map((consumer) => `${consumer}/order-placed.v${version}.json`),
    ),
  );
});
