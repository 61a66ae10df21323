import { expect, test } from 'vitest';
import { deadLetterTopicOf, fingerprintOf, schemaFiles, subjectOf, topicOf, topics, type Topic } from '../src/index.ts';
import { eventTypes } from './messages.ts';

const specified = {
  'order-events': ['ORDER_PLACED', 'ORDER_STATUS_CHANGED'],
  'inventory-alerts': ['LOW_STOCK', 'OUT_OF_STOCK'],
  'analytics-events': ['NEW_ORDER', 'ORDER_STATUS_CHANGE', 'INVENTORY_UPDATE'],
};

test.each(Object.entries(specified))('%s carries what the specification names', (topic, events) => {
  expect(topics[topic as Topic].eventTypes).toEqual(expect.arrayContaining(events));
});

test('every event has one topic, and its schema is in that topic', () => {
  expect(Object.keys(topicOf).sort()).toEqual([...eventTypes].sort());
  for (const file of schemaFiles()) expect(topicOf[file.eventType]).toBe(file.topic);
});

test('a subject is the topic and the record name', () => {
  expect(subjectOf('ORDER_PLACED')).toBe('order-events-oms.order_events.OrderPlaced');
});

test('a schema that was only reformatted has the same fingerprint', () => {
  for (const { text, fingerprint } of schemaFiles())
    expect(fingerprintOf(JSON.stringify(JSON.parse(text), null, 2))).toBe(fingerprint);
});

test('each topic has a topic of dead letters', () => {
  expect((Object.keys(specified) as Topic[]).map(deadLetterTopicOf)).toEqual([
    'order-events.dlq',
    'inventory-alerts.dlq',
    'analytics-events.dlq',
  ]);
});
