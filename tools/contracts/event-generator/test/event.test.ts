import { beforeAll, describe, expect, test } from 'vitest';
import { textIn, treeOfContracts } from '../../../repo/service-generator/test/repository-copy.ts';
import { generateEvent } from '../event.ts';
import { assigned } from './assigned-event.ts';

describe('a new event on a known topic', () => {
  const tree = treeOfContracts();
  beforeAll(async () => void (await generateEvent(tree, assigned)));

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
    expect(textIn(tree, 'libs/contracts/src/topics.ts')).toMatch(
      /eventTypes: \[\s*'ORDER_PLACED', 'ORDER_STATUS_CHANGED',[^\]]* 'COURIER_ASSIGNED',?\s*\]/,
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
});

test('a new topic gets its row and owner, and waits for its first reader', async () => {
  const tree = treeOfContracts();
  await generateEvent(tree, { ...assigned, topic: 'courier-events', owner: 'order' });
  const topics = textIn(tree, 'libs/contracts/src/topics.ts');
  expect(topics).toMatch(/export type Topic =[^;]*'courier-events';/);
  expect(topics).toMatch(/'courier-events': \{[^}]*owner: 'order',\s+readBy: \[\],/);
}, 60_000);

test('a sentence with commas stays one, though Nx passes its parts', async () => {
  const tree = treeOfContracts();
  await generateEvent(tree, { ...assigned, field: ['eta:int? Minutes', ' if known', ' until it is there.'] });
  expect(textIn(tree, 'libs/contracts/schemas/order-events/courier-assigned.v1.avsc')).toContain(
    '"doc": "Minutes, if known, until it is there."',
  );
}, 60_000);

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
