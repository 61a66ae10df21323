// The lists of published events and topics are read from the code; a list that cannot be read is an error and never an empty list.
import { expect, test } from 'vitest';
import { topicOf, topics } from '@oms/contracts';
import { messagesIn, readServices } from '../services.ts';

test('lists are read, over several lines too, each name once', () => {
  const app = `
    const codec = await createCodec({ cache, publishes: ['NEW_ORDER', 'ORDER_PLACED'] });
    const source = { topics: [
      'order-events',
    ] } as const;
    createDeadLetterAdmin({ topics: ['order-events'] });`;
  expect(messagesIn('order', app)).toEqual({
    service: 'order',
    publishes: ['ORDER_PLACED', 'NEW_ORDER'],
    subscribes: ['order-events'],
  });
});

test('a constant is read too, and its use is not', () => {
  const code =
    "/** All that it publishes: NEW_ORDER. */\nexport const publishes = ['NEW_ORDER'] as const;\ncreateCodec({ cache, publishes, logger })";
  expect(messagesIn('order', code)).toMatchObject({ publishes: ['NEW_ORDER'], subscribes: [] });
});

test('an empty list is nothing', () => {
  expect(messagesIn('analytics', 'createCodec({ publishes: [] })')).toMatchObject({ publishes: [], subscribes: [] });
});

test.each([
  ['publishes: events,', /events is not a list of texts/],
  ['topics: [first, second]', /"topics" in apps\/order\/src\/: \[first, second\] is not a list of texts/],
  ["publishes: [...others, 'NEW_ORDER']", /is not a list of texts/],
  ["publishes: ['ORDER_EATEN']", /the contracts have no ORDER_EATEN/],
  ["topics: ['kitchen-events']", /the contracts have no kitchen-events/],
])('%s is refused', (app, message) => {
  expect(() => messagesIn('order', app)).toThrow(message);
});

test('every event has a service that publishes it, and every topic one that reads it', () => {
  const services = readServices();
  expect(services.flatMap(({ publishes }) => publishes).toSorted()).toEqual(Object.keys(topicOf).toSorted());
  const read = new Set(services.flatMap(({ subscribes }) => subscribes));
  expect([...read].toSorted()).toEqual(Object.keys(topics).toSorted());
});
