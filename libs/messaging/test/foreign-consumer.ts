// A consumer of a foreign topic, with what an operator can see of it.

import type { OrderId, OutgoingMessage } from '@oms/contracts';
import { until } from '@oms/test-kit';
import { Registry } from 'prom-client';
import type { ConsumerOptions } from '../src/consumer/consumer.ts';
import { createDeadLetterAdmin } from '../src/index.ts';
import { logger, type Fixture } from './fixture.ts';
import type { createForeignTopic, ForeignMessage } from './foreign-topic.ts';

type ForeignTopic = Awaited<ReturnType<typeof createForeignTopic>>;

export function encoded(fixture: Fixture, message: OutgoingMessage): ForeignMessage {
  return { key: Buffer.from(message.aggregateId), value: fixture.codec.encode(message) };
}

export async function consume(fixture: Fixture, topic: ForeignTopic, options: Partial<ConsumerOptions> = {}) {
  const metrics = new Registry();
  const consumer = fixture.consumer({ topics: [topic.name], metrics, ...options });
  await consumer.start();
  const admin = createDeadLetterAdmin({
    kafka: fixture.kafka,
    pool: fixture.pool,
    codec: fixture.codec,
    service: 'test',
    group: consumer.group,
    topics: [topic.name],
    logger,
  });
  fixture.atEnd(() => admin.close());
  const listed = async () => (await admin.list({}, { limit: 50 })).deadLetters;
  return {
    consumer,
    admin,
    metric: async (name: string) => (await metrics.getSingleMetric(name)!.get()).values[0]?.value,
    deadLetters: listed,
    /** So many; they may be sent after the effects of later messages of the same batch. */
    deadLettersOnce: (count: number) =>
      until(`there are ${count} dead letters`, async () => {
        const found = await listed();
        return found.length === count && found;
      }),
  };
}

export async function applied(fixture: Fixture, orderId: OrderId, versions: number[]): Promise<void> {
  await until(
    `versions ${versions.join()} are applied`,
    async () => (await fixture.effects(orderId)).join() === versions.join(),
    30_000,
  );
}
