// Programs of other teams read our topics and write to them, with the usual clients of their languages.
import { join } from 'node:path';
import { createCodec, memorySchemaCache, topicOf, topics, type Codec, type Message } from '@oms/contracts';
import { createKafka } from '@oms/messaging';
import { cloudEventHeaders } from '@oms/messaging/headers';
import { createLogger } from '@oms/service-kit';
import { testStack, until } from '@oms/test-kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../../../database/migrate/databases.ts';
import { dataFolder } from '../../../dev/stack/data-folder.ts';
import { prepareJava, type JavaPrograms } from '../java.ts';
import { MissingToolError, orMissing } from '../missing.ts';
import type { Program, PrintedMessage } from '../program.ts';
import { preparePython } from '../python.ts';
import { startAnalytics } from './analytics.ts';
import { messagesToSay } from './messages.ts';
import { argumentsOf, placesOf, readBack } from './read-back.ts';

const { kafkaBrokers, registryUrl } = testStack();
const brokers = kafkaBrokers.join(',');
/** Apicurio's serde speaks to Apicurio's own API, beside the one that is Confluent's. */
const apicurioUrl = new URL('/apis/registry/v3', registryUrl).href;
const folder = dataFolder(join(root, '.data/interop'));
const [java, python] = await Promise.all([orMissing(prepareJava(folder)), orMissing(preparePython())]);

const kafka = createKafka({
  clientId: 'interop',
  brokers: kafkaBrokers,
  logger: createLogger({ name: 'interop', level: 'silent' }),
});
const messages = messagesToSay();
let codec: Codec;
let places: Awaited<ReturnType<typeof placesOf>>['places'];

beforeAll(async () => {
  const publishes = messages.map(({ eventType }) => eventType);
  codec = await createCodec({ registryUrl, cache: memorySchemaCache(), publishes });
  ({ places } = await placesOf(kafka, say));
});
afterAll(() => kafka.admin.close());

test('every event of every topic is published, and read by our own codec', async ({ annotate }) => {
  expect(new Set(messages.map(({ eventType }) => eventType))).toEqual(
    new Set(Object.values(topics).flatMap((plan) => plan.eventTypes)),
  );
  const received = await readBack(kafka, codec, places);
  expect(inOrder(received.map(({ message }) => message))).toEqual(inOrder(messages));
  if (java instanceof MissingToolError) await annotate(`No Java program read our topics: ${java.message}`, 'without');
  if (python instanceof MissingToolError)
    await annotate(`No Python program read our topics: ${python.message}`, 'without');
});

if (!(python instanceof MissingToolError)) {
  test('a Python program reads every field of every event', () => readsAll(python.readTopics, registryUrl));
}

if (!(java instanceof MissingToolError)) {
  test('a Java program reads every field of every event', () => readsAll(java.readTopics, apicurioUrl));
  describe('an order that a Java program publishes', () => publishedByJava(java));
}

function publishedByJava({ placeOrder }: JavaPrograms): void {
  const schemas = join(root, 'libs/contracts/schemas');
  let printed: PrintedMessage[];
  let received: Awaited<ReturnType<typeof readBack>>;

  beforeAll(async () => {
    const { result, places } = await placesOf(kafka, () => placeOrder(brokers, apicurioUrl, schemas));
    printed = result;
    received = await readBack(kafka, codec, places);
  });

  test('is read by our codec, field by field', () => {
    expect(inOrder(received.map(({ message }) => message))).toEqual(
      inOrder(printed.map(({ value }) => value as Message)),
    );
    expect(received.map(({ message }) => message)).toContainEqual(
      expect.objectContaining({
        eventType: 'ORDER_PLACED',
        totalAmount: 123_457,
        items: [
          expect.objectContaining({ itemName: 'Crème brûlée 🍮', quantity: 3, unitPrice: 32_768, lineTotal: 98_304 }),
          expect.objectContaining({ itemName: 'Rāmen', quantity: 1, unitPrice: 25_153, lineTotal: 25_153 }),
        ],
      }),
    );
  });

  test('has the very bytes that we would write, the registered id of its schema among them', () => {
    expect(received).toHaveLength(2);
    for (const { bytes, message } of received)
      expect(bytes.toString('hex')).toBe(codec.encode(message).toString('hex'));
  });

  test('is counted by analytics, to the cent', { timeout: 120_000 }, async () => {
    const analytics = await startAnalytics(folder);
    try {
      const placedAt = printed[0]?.value['occurredAt'] as Date;
      const window = `from=${placedAt.toISOString()}&to=${new Date(placedAt.getTime() + 1).toISOString()}`;
      const summary = await until('the order is in the figures', async () => {
        const found = await analytics.ask(`summary?${window}`);
        return found.orders === 1 && found;
      });
      expect(summary.revenue).toBe('1234.57');
    } finally {
      await analytics.stop();
    }
  });
}

async function say(): Promise<void> {
  const producer = kafka.createProducer();
  await producer.send(
    messages.map((message) => ({
      topic: topicOf[message.eventType],
      key: message.aggregateId,
      value: codec.encode(message),
      headers: headersOf(message),
    })),
  );
  await producer.close();
}

function headersOf(message: Message): Record<string, string> {
  return cloudEventHeaders(message, '/interop', undefined);
}

async function readsAll(readTopics: Program, registry: string): Promise<void> {
  const read = await readTopics(brokers, registry, ...argumentsOf(places));
  const expected = messages.map((message) => ({
    topic: topicOf[message.eventType],
    key: message.aggregateId,
    headers: headersOf(message),
    value: message,
  }));
  expect(byKey(read)).toEqual(byKey(expected));
}

function byKey<T extends { key: string }>(printed: readonly T[]): T[] {
  return printed.toSorted((a, b) => a.key.localeCompare(b.key));
}

function inOrder(unordered: readonly Message[]): Message[] {
  return unordered.toSorted((a, b) => a.eventId.localeCompare(b.eventId));
}
