import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generateEvent } from '../event.ts';
import { copyWith, textIn, treeOfContracts, type Copy } from '../../../repo/service-generator/test/repository-copy.ts';

const assigned = {
  topic: 'order-events',
  name: 'courier-assigned',
  aggregate: 'OrderId',
  doc: 'A courier took the order.',
  field: [
    'courierName:string Name of the courier, as it is shown.',
    'vehicle:BIKE|CAR What the courier comes with.',
    'fee:money What the courier is paid.',
    'stops:ItemId[] Where it stops before.',
    'leftAt:time? When it left, if it did.',
  ],
};

describe('a new event on a known topic', () => {
  const tree = treeOfContracts();
  let copy: Copy;
  beforeAll(async () => {
    await generateEvent(tree, assigned);
    copy = await copyWith(tree);
  }, 60_000);
  afterAll(() => copy.remove());

  test('has its schema, with the five common fields and those asked for', () => {
    const schema = JSON.parse(textIn(tree, 'libs/contracts/schemas/order-events/courier-assigned.v1.avsc')) as {
      name: string;
      fields: { name: string; type: unknown; default?: unknown }[];
    };
    expect(schema.name).toBe('CourierAssigned');
    const common = ['eventId', 'eventType', 'occurredAt', 'aggregateId', 'aggregateVersion'];
    expect(schema.fields.map(({ name }) => name)).toEqual([
      ...common,
      'courierName',
      'vehicle',
      'fee',
      'stops',
      'leftAt',
    ]);
    expect(schema.fields.at(-1)).toMatchObject({
      type: ['null', { type: 'long', logicalType: 'timestamp-millis' }],
      default: null,
    });
  });

  test('is planned, listed and exported', () => {
    expect(textIn(tree, 'libs/contracts/src/topics.ts')).toContain(
      `eventTypes: ['ORDER_PLACED', 'ORDER_STATUS_CHANGED', 'COURIER_ASSIGNED']`,
    );
    expect(textIn(tree, 'libs/contracts/schemas/published.json')).toContain('"order-events/courier-assigned.v1"');
    expect(textIn(tree, 'libs/contracts/src/index.ts')).toMatch(/\bCourierAssigned,\n {2}CourierAssignedVehicle,/);
  });

  test('has an example for each reader of the topic', () => {
    for (const reader of ['analytics', 'inventory', 'notification'])
      expect(JSON.parse(textIn(tree, `libs/contracts/fixtures/${reader}/courier-assigned.v1.json`))).toMatchObject({
        schema: 'order-events/courier-assigned.v1',
        message: { eventType: 'COURIER_ASSIGNED', vehicle: 'BIKE', fee: 1250, courierName: 'the courier name' },
      });
  });

  test('passes the check at once, when the document is made, as Nx has it done afterwards', async () => {
    expect(await copy.run('node', 'tools/dev/oms/main.ts', 'schemas', 'generate')).toEqual({
      code: 0,
      output: 'wrote asyncapi.json\n',
    });
    expect(await copy.run('node', 'tools/dev/oms/main.ts', 'schemas', 'check')).toEqual({
      code: 0,
      output: expect.stringMatching(/may be merged/) as string,
    });
  }, 60_000);

  test('is in the form of the house', async () => {
    expect(await copy.run('prettier', '--check', 'libs/contracts')).toMatchObject({ code: 0 });
  }, 60_000);

  test('compiles, and the tests of the contracts take it up', async () => {
    expect(await copy.run('tsc', '-p', 'libs/contracts', '--noEmit')).toEqual({ code: 0, output: '' });
    const { code, output } = await copy.run(
      'vitest',
      'run',
      '--project',
      'unit',
      '--reporter',
      'verbose',
      'libs/contracts/',
    );
    expect(output).toMatch(/✓.*COURIER_ASSIGNED > reads back as it was written/);
    expect(output).toMatch(/✓.*notification > reads courier-assigned.v1.json as it expects/);
    expect({ code, output: code === 0 ? '' : output.slice(-3_000) }).toEqual({ code: 0, output: '' });
  }, 120_000);
});

test('a new topic gets its row, owner and check, and waits for its first reader', async () => {
  const tree = treeOfContracts();
  await generateEvent(tree, { ...assigned, topic: 'courier-events', owner: 'order' });
  const topics = textIn(tree, 'libs/contracts/src/topics.ts');
  expect(topics).toMatch(/export type Topic =[^;]*'courier-events';/);
  expect(topics).toMatch(/'courier-events': \{[^}]*owner: 'order',\s+readBy: \[\],/);
  const copy = await copyWith(tree);
  expect(await copy.run('node', 'tools/dev/oms/main.ts', 'schemas', 'generate')).toMatchObject({ code: 0 });
  expect(await copy.run('node', 'tools/dev/oms/main.ts', 'schemas', 'check')).toMatchObject({ code: 0 });
  await copy.remove();
}, 60_000);

test('a sentence with commas stays one, though Nx hands over its parts', async () => {
  const tree = treeOfContracts();
  await generateEvent(tree, { ...assigned, field: ['eta:int? Minutes', ' if known', ' until it is there.'] });
  expect(textIn(tree, 'libs/contracts/schemas/order-events/courier-assigned.v1.avsc')).toContain(
    '"doc": "Minutes, if known, until it is there."',
  );
});

test.each<[string, object, RegExp]>([
  ['a name that is there', { name: 'order-placed' }, /There is an event "order-placed" already/],
  ['a name in another form', { name: 'CourierAssigned' }, /"CourierAssigned" is no name of an event/],
  ['an id that nobody knows', { aggregate: 'CourierId' }, /"CourierId" is no id .* Take OrderId, CustomerId, ItemId/],
  ['a topic without an owner', { topic: 'courier-events' }, /no topic "courier-events".*--owner/],
  [
    'a type that there is none of',
    { field: ['eta:minutes When.'] },
    /Field "eta" has type "minutes". Take string, int/,
  ],
  ['a field without a word on it', { field: ['eta:int'] }, /"eta:int" is no field/],
])('%s is refused, and nothing is written', async (_, wrong, message) => {
  const tree = treeOfContracts();
  const before = tree.listChanges().length;
  await expect(generateEvent(tree, { ...assigned, ...wrong })).rejects.toThrow(message);
  expect(tree.listChanges()).toHaveLength(before);
});
