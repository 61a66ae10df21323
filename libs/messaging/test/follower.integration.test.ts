// Following a topic without a group: every follower gets every message from its start on, also over outages; what the log lost is reported.

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { until } from '@oms/test-kit';
import { createFollower } from '../src/consumer/follower.ts';
import { createForeignTopic } from './foreign-topic.ts';
import { changed, newOrderId, placed } from './messages.ts';
import { createFixture, logger, versionsOf, type Fixture } from './fixture.ts';
import type { Kafka, ReceivedMessage } from '../src/kafka/client.ts';

let fixture: Fixture;
beforeEach(async () => {
  fixture = await createFixture();
});
afterEach(() => fixture.end());

async function follow(kafka: Kafka = fixture.kafka, topic = 'order-events') {
  const received: ReceivedMessage[] = [];
  const missed: { partition: number; next: bigint }[] = [];
  let started = false;
  const follower = createFollower({
    kafka,
    topic,
    logger,
    onStart: () => (started = true),
    onBatch(batch) {
      received.push(...batch.messages);
      return Promise.resolve();
    },
    onMissed: (partition, next) => void missed.push({ partition, next }),
  });
  follower.start();
  fixture.atEnd(() => follower.stop());
  await until('it follows', () => started);
  return { follower, received, missed };
}

describe('a follower', () => {
  test('gets every message from its start on, as each other one does, and none from before', async () => {
    const orderId = newOrderId();
    await fixture.publish([placed(orderId)]);
    const [one, other] = await Promise.all([follow(), follow()]);
    await fixture.publish([changed(orderId, 2), changed(orderId, 3)]);
    for (const { received } of [one, other]) {
      await until('it has both', () => versionsOf(received, orderId).length === 2);
      expect(versionsOf(received, orderId)).toEqual([2, 3]);
    }
  });

  test('misses nothing while Kafka is away, and says how long it has not answered', async () => {
    const orderId = newOrderId();
    const { proxy, kafka } = await fixture.behindProxy();
    const { follower, received, missed } = await follow(kafka);
    await fixture.publish([placed(orderId)]);
    await until('it has the first', () => versionsOf(received, orderId).length === 1);
    proxy.close();
    await fixture.publish([changed(orderId, 2)]);
    await until('it has had no answer', () => follower.answerAgeSeconds() > 1);
    await fixture.publish([changed(orderId, 3)]);
    proxy.open();
    await until('it has all', () => versionsOf(received, orderId).length === 3, 30_000);
    expect([versionsOf(received, orderId), missed]).toEqual([[1, 2, 3], []]);
    await until('Kafka answers', () => follower.answerAgeSeconds() < 1);
  });

  test('ends soon, also while the broker hangs', async () => {
    const { proxy, kafka } = await fixture.behindProxy();
    const { follower } = await follow(kafka);
    proxy.hold();
    const startedMs = performance.now();
    await follower.stop();
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  });

  test('reports what the log deleted before it was read, and continues after it', async () => {
    const topic = await createForeignTopic(fixture, { partitions: 1 });
    const send = (...values: string[]) => topic.send(values.map((value) => ({ value: Buffer.from(value) })));
    const { proxy, kafka } = await fixture.behindProxy();
    const { received, missed } = await follow(kafka, topic.name);
    await send('1');
    await until('it has the first', () => received.length === 1);
    proxy.close();
    await send('2', '3', '4');
    await topic.admin.fetchTopicOffsets(topic.name); // it needs to know the leaders
    await topic.admin.deleteTopicRecords({ topic: topic.name, partitions: [{ partition: 0, offset: '3' }] });
    proxy.open();
    await until('it continues', () => received.length === 2, 30_000);
    expect(received.map(({ value }) => String(value))).toEqual(['1', '4']);
    expect(missed).toEqual([{ partition: 0, next: 3n }]);
  });
});
