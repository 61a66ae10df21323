import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { schemaFiles, topics, type Message, type Topic } from '../src/index.ts';
import { codecKnowing, knownSchemas } from './messages.ts';

/** Bytes that were once published, as Avro body in base64, and what the consumer takes them for; times as text. */
type Fixture = { schema: string; body: string; message: Record<string, unknown> };

const topicsReadBy = (consumer: string) =>
  (Object.keys(topics) as Topic[]).filter((topic) => topics[topic].readBy.includes(consumer));
const consumers = [...new Set(Object.values(topics).flatMap((plan) => plan.readBy))];
const folder = new URL('../fixtures/', import.meta.url);
const codec = await codecKnowing();
const nameOf = (file: { topic: string; event: string; version: number }) =>
  `${file.topic}/${file.event}.v${file.version}`;

test('every consumer is here', () => {
  expect(readdirSync(folder).sort()).toEqual(consumers.toSorted());
});

describe.each(consumers)('%s', (consumer) => {
  const fixtures = readdirSync(new URL(`${consumer}/`, folder)).map((name) => ({
    name,
    ...(JSON.parse(readFileSync(new URL(`${consumer}/${name}`, folder), 'utf8')) as Fixture),
  }));

  test('has an example of every version of every event on the topics it reads', () => {
    const expected = schemaFiles()
      .filter((file) => topicsReadBy(consumer).includes(file.topic))
      .map(nameOf);
    expect(fixtures.map((fixture) => fixture.schema).sort()).toEqual(expected.sort());
  });

  test.each(fixtures)('reads $name as it expects', async ({ schema, body, message }) => {
    const frame = Buffer.alloc(5);
    frame.writeInt32BE(knownSchemas[schemaFiles().findIndex((file) => nameOf(file) === schema)]?.schemaId ?? 0, 1);
    const decoded = await codec.decode(Buffer.concat([frame, Buffer.from(body, 'base64')]));
    expect(decoded.occurredAt).toBeInstanceOf(Date);
    // a later version may add fields to what is read, but change none
    expect(JSON.parse(JSON.stringify(decoded))).toMatchObject(message);
  });

  test.each(fixtures.filter(isNewest))('$name is written today as it was then', ({ body, message }) => {
    const written = codec.encode(withTimes(message) as Message);
    expect(written.subarray(5).toString('base64')).toBe(body);
  });
});

function isNewest({ schema, message }: Fixture): boolean {
  const newest = schemaFiles().findLast((file) => file.eventType === message.eventType);
  return newest !== undefined && nameOf(newest) === schema;
}

function withTimes(message: Fixture['message']): unknown {
  const isTime = (value: unknown) => typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value);
  return JSON.parse(JSON.stringify(message), (_, value: unknown) =>
    isTime(value) ? new Date(value as string) : value,
  );
}
