import { expect, test } from 'vitest';
import { fingerprintOf, topics, type Topic } from '@oms/contracts';
import { checkSchemas, violationsOf } from './check.ts';
import { readFixtures, type Fixture } from './fixtures.ts';
import { staleFiles } from './generate-types.ts';
import { readPublished } from './published.ts';
import { readSchemaFolder, type SchemaInFolder } from './schema-folder.ts';

const schemas = readSchemaFolder();
const published = readPublished();
const fixtures = readFixtures();

function lowStock(change: (text: string) => string, version = 1): SchemaInFolder {
  const original = schemas.find((schema) => schema.event === 'low-stock');
  if (original === undefined) throw new Error('There is no schema of low-stock.');
  const text = change(original.text);
  return {
    ...original,
    path: `inventory-alerts/low-stock.v${version}.avsc`,
    version,
    text,
    schema: JSON.parse(text) as SchemaInFolder['schema'],
  };
}

/** What is found when low-stock is replaced by these, all of them published and with an example for each consumer. */
function found(...replaced: SchemaInFolder[]): string[] {
  const all = [...schemas.filter((schema) => schema.event !== 'low-stock'), ...replaced];
  const listed = Object.fromEntries(
    all.map((schema) => [schema.path.replace('.avsc', ''), fingerprintOf(schema.text)]),
  );
  return violationsOf(all, listed, all.flatMap(examplesOf)).map(({ path, message }) => `${path} ${message}`);
}

function examplesOf({ path, topic, event, version }: SchemaInFolder): Fixture[] {
  const example = { schema: path.replace('.avsc', ''), body: '', message: {} };
  return topics[topic as Topic].readBy.map((reader) => ({ ...example, path: `${reader}/${event}.v${version}.json` }));
}

test('the schemas of this build may be merged', async () => {
  expect(await checkSchemas()).toEqual([]);
});

test('the generated files are what the schemas say', async () => {
  expect(await staleFiles()).toEqual([]);
});

test('a version that adds a field with a default may be merged', () => {
  const added = lowStock(
    (text) =>
      text.replace(/\]}$/, ',{"name":"supplier","type":["null","string"],"default":null,"doc":"Who delivers it."}]}'),
    2,
  );
  expect(
    found(
      lowStock((text) => text),
      added,
    ),
  ).toEqual([]);
});

test.each<[string, RegExp, (text: string) => string]>([
  [
    'a field without documentation',
    /"quantity" has no "doc"/,
    (text) => text.replace(',"doc":"Units in stock after the change."', ''),
  ],
  [
    'a common field of another type',
    /"aggregateVersion" is "int" and should be "long"/,
    (text) => text.replace('"type":"long","doc":"Version', '"type":"int","doc":"Version'),
  ],
  ['a common field out of its place', /field 1 is "eventID"/, (text) => text.replace('"eventId"', '"eventID"')],
  [
    'a record not named after its file',
    /its name is "Low" and should be "LowStock"/,
    (text) => text.replace('"LowStock"', '"Low"'),
  ],
  [
    'a namespace of another topic',
    /should be "oms.inventory_alerts"/,
    (text) => text.replace('oms.inventory_alerts', 'oms.order_events'),
  ],
  [
    'an event that the topic does not plan',
    /LOW_STOCKS is not planned/,
    (text) => text.replace('LOW_STOCK"', 'LOW_STOCKS"'),
  ],
  [
    'a nullable field without a default',
    /"unit" is a union/,
    (text) => text.replace('"name":"unit","type":"string"', '"name":"unit","type":["null","string"]'),
  ],
  [
    'a decimal that is not money',
    /Money is bytes/,
    (text) =>
      text.replace(
        '"name":"unit","type":"string"',
        '"name":"unit","type":{"type":"bytes","logicalType":"decimal","precision":9,"scale":2}',
      ),
  ],
  [
    'a name that another event defines',
    /defines "oms.inventory_alerts.OutOfStockEventType", which/,
    (text) => text.replace('LowStockEventType', 'OutOfStockEventType'),
  ],
])('%s is found', (_, message, change) => {
  expect(found(lowStock(change)).join('\n')).toMatch(message);
});

test('an incompatible version is found, with the field and the rule', () => {
  const changed = lowStock(
    (text) => text.replace('"name":"quantity","type":"int"', '"name":"quantity","type":"string"'),
    2,
  );
  expect(
    found(
      lowStock((text) => text),
      changed,
    ),
  ).toContain(
    'inventory-alerts/low-stock.v2.avsc v2 cannot read what v1 wrote: field "quantity": int cannot be read as string: the type must stay. Leave the field as it is, and add one of the new type under a new name, as ["null", type] with "default": null.',
  );
});

test('a gap between versions is found', () => {
  expect(
    found(
      lowStock((text) => text),
      lowStock((text) => text, 3),
    ).join(),
  ).toMatch(/v3.avsc follows a gap: .* low-stock.v2.avsc is not there/);
});

test('a published version that was edited is found, and the error says what to do', () => {
  const edited = [
    ...schemas.filter((schema) => schema.event !== 'low-stock'),
    lowStock((text) => text.replace('fell below', 'sank below')),
  ];
  expect(violationsOf(edited, published, fixtures)).toEqual([
    {
      path: 'inventory-alerts/low-stock.v1.avsc',
      message: expect.stringMatching(/Restore it, and put the change into low-stock.v2.avsc/) as string,
    },
  ]);
});

test('a published version that is gone is found', () => {
  const fewer = schemas.filter((schema) => schema.event !== 'low-stock');
  expect(violationsOf(fewer, published, fixtures).map(({ message }) => message)).toContainEqual(
    expect.stringMatching(/was published and is gone/),
  );
});

test('a version that is not published yet is found', () => {
  expect(violationsOf(schemas, {}, fixtures)).toHaveLength(schemas.length);
});

test('a consumer without an example of what it reads is found', () => {
  const fewer = fixtures.filter(({ path }) => path !== 'notification/low-stock.v1.json');
  expect(violationsOf(schemas, published, fewer)).toEqual([
    {
      path: 'inventory-alerts/low-stock.v1.avsc',
      message: expect.stringMatching(/^has no example in fixtures\/notification\/low-stock.v1.json/) as string,
    },
  ]);
});

test('an example that says another version is no example', () => {
  const other = fixtures.map((one) =>
    one.path === 'notification/low-stock.v1.json' ? { ...one, schema: 'inventory-alerts/out-of-stock.v1' } : one,
  );
  expect(violationsOf(schemas, published, other)).toHaveLength(1);
});

test('an example that no service reads is found', () => {
  const [example] = examplesOf(lowStock((text) => text));
  const more = [...fixtures, { ...(example as Fixture), path: 'order/low-stock.v1.json' }];
  expect(violationsOf(schemas, published, more).map(({ message }) => message)).toEqual([
    expect.stringMatching(/fixtures\/order\/low-stock.v1.json, which nobody reads/),
  ]);
});
