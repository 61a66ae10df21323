// The document is valid AsyncAPI 3, complete, up to date, and agrees with the contracts and the services.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { expect, test } from 'vitest';
import { deadLetterTopicOf, schemaFiles, topics, type Topic } from '@oms/contracts';
import { renderDocument } from '../document.ts';
import { staleDocument } from '../generate.ts';

type Reference = { $ref: string };
type Operation = { action: string; channel: Reference; messages: Reference[] };
type Document = {
  channels: Record<string, { address: string; messages: Record<string, Reference> }>;
  operations: Record<string, Operation>;
  components: { messages: Record<string, { payload?: { schema: object } }> };
};

// The schemas alone, as the parser brings 168 packages and 54 MB; what they can't say, references, is tested beside.
const official = createRequire(import.meta.url).resolve('@asyncapi/specs/schemas/3.0.0-without-$id.json');
const ajv = new Ajv({ strict: false, allErrors: true });
formats.default(ajv);
const isValid = ajv.compile<Document>(JSON.parse(readFileSync(official, 'utf8')) as object);

const fresh = () => JSON.parse(JSON.stringify(renderDocument())) as Document;
const document = fresh();

function find(reference: string): unknown {
  const path = reference.split('/').slice(1);
  return path.reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], document);
}

test('it is AsyncAPI 3 by the official schema', () => {
  expect(isValid(document) || isValid.errors).toBe(true);
});

test.each<[string, (wrong: Document) => void]>([
  ['an unknown action', (wrong) => Object.values(wrong.operations).forEach((one) => (one.action = 'shout'))],
  [
    'a payload that is no Avro',
    (wrong) => {
      wrong.components.messages['order-placed.v1']!.payload!.schema = { type: 'record', name: 'OrderPlaced' };
    },
  ],
  ['a word that channels do not have', (wrong) => Object.assign(wrong.channels['order-events']!, { owner: 'order' })],
])('%s would be found', (_, break_) => {
  const wrong = fresh();
  break_(wrong);
  expect(isValid(wrong)).toBe(false);
});

test('every reference leads somewhere, and an operation speaks of its own channel', () => {
  const dangling: string[] = [];
  JSON.stringify(document, (key, value: unknown) => {
    if (key === '$ref' && find(String(value)) === undefined) dangling.push(String(value));
    return value;
  });
  expect(dangling).toEqual([]);
  for (const [name, { channel, messages }] of Object.entries(document.operations)) {
    expect(messages.length, name).toBeGreaterThan(0);
    for (const { $ref } of messages)
      expect($ref.startsWith(`${channel.$ref}/messages/`), `${name}: ${$ref}`).toBe(true);
  }
});

test('every topic and its dead letters are channels, and every version of every event is a message with its schema', () => {
  const names = (Object.keys(topics) as Topic[]).flatMap((topic) => [topic, deadLetterTopicOf(topic)]);
  expect(Object.keys(document.channels)).toEqual(names);
  for (const { topic, event, version, text } of schemaFiles()) {
    expect(document.channels[topic]?.messages).toHaveProperty([`${event}.v${version}`]);
    expect(document.components.messages[`${event}.v${version}`]?.payload?.schema).toEqual(JSON.parse(text));
  }
});

test('a new publisher or reader is an operation more', () => {
  const more = renderDocument([{ service: 'kitchen', publishes: ['LOW_STOCK'], subscribes: ['order-events'] }]);
  expect(Object.keys((more as Document).operations)).toEqual([
    'kitchen-sends-inventory-alerts',
    'kitchen-receives-order-events',
    'kitchen-sends-order-events.dlq',
    'kitchen-receives-order-events.dlq',
  ]);
});

test('the file that the gateway shows is up to date; if not: npm run oms -- schemas generate', async () => {
  expect(await staleDocument()).toBeNull();
});
