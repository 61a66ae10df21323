import { expect, test } from 'vitest';
import { pino } from 'pino';
import { until } from '@oms/test-kit';
import type { KafkaConsumerOptions, Kafka } from '../src/kafka/client.ts';
import { createMembership } from '../src/consumer/membership.ts';

test('whatever ends a membership, a fresh one is begun', async () => {
  const begun: KafkaConsumerOptions[] = [];
  const kafka = {
    createConsumer(options: KafkaConsumerOptions) {
      begun.push(options);
      return { start: () => Promise.resolve(), stop: () => Promise.resolve() };
    },
  } as unknown as Kafka;
  const membership = createMembership({
    kafka,
    logger: pino({ level: 'silent' }),
    group: 'test',
    topics: ['order-events'],
    onAssigned: () => undefined,
    onBatch: () => Promise.resolve(),
    onUnreadable: () => Promise.resolve(),
    onOutOfRange: () => undefined,
  });

  membership.start();
  begun[0]?.onCrash(new Error('KafkaJSNonRetriableError: Failed to find group coordinator'));

  await until('the second membership has begun', () => begun.length === 2);
  await membership.stop();
  expect(begun).toHaveLength(2);
});
