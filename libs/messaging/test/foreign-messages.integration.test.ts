// What other teams put on a topic, with the clients that they use: read where it can be read, and never in the way of anything else.

import { until } from '@oms/test-kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFixture, type Fixture } from './fixture.ts';
import { applied, consume, encoded } from './foreign-consumer.ts';
import { createForeignTopic } from './foreign-topic.ts';
import { changed, newOrderId, placed } from './messages.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await createFixture();
});
afterAll(() => fixture.end());

const zeros = (mebibytes: number) => Buffer.alloc(mebibytes * 1024 * 1024);

describe('codecs', () => {
  test.each(['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const)('messages packed by %s are read', async (codec) => {
    const topic = await createForeignTopic(fixture, { partitions: 1 });
    await consume(fixture, topic);
    const orders = Array.from({ length: 50 }, () => newOrderId());
    await topic.sendPacked(
      codec,
      orders.map((id) => encoded(fixture, placed(id))),
    );
    for (const id of orders) await applied(fixture, id, [1]);
  });

  test('a topic whose operator had all of it packed by zstd is written and read like every other', async () => {
    const topic = await createForeignTopic(fixture, { config: { 'compression.type': 'zstd' } });
    await consume(fixture, topic);
    const orderId = newOrderId();
    const producer = fixture.kafka.createProducer();
    await producer.send([
      { topic: topic.name, key: orderId, value: fixture.codec.encode(placed(orderId)), headers: {} },
    ]);
    await producer.close();
    await applied(fixture, orderId, [1]);
  });
});

describe('a batch that cannot be read', () => {
  test('stops its partition and no other, is named, and can be skipped', async () => {
    const topic = await createForeignTopic(fixture);
    const [before, after, elsewhere] = [newOrderId(), newOrderId(), newOrderId()];
    const { consumer, admin, metric, deadLettersOnce } = await consume(fixture, topic);
    await topic.send([encoded(fixture, placed(before))], { partition: 1 });
    await topic.sendBomb(1);
    await topic.send([encoded(fixture, placed(after))], { partition: 1 });
    await topic.send([encoded(fixture, placed(elsewhere))], { partition: 2 });
    await applied(fixture, before, [1]);
    await applied(fixture, elsewhere, [1]);
    await until('it is named', () => consumer.state().stopped.length > 0, 20_000);
    expect(consumer.state().stopped).toEqual([{ topic: topic.name, partition: 1, offset: 1n }]);
    expect(await metric('messaging_consumer_stopped_partitions')).toBe(1);
    expect(await fixture.effects(after)).toEqual([]);
    const [stopped] = await admin.stoppedPartitions();
    expect(stopped).toMatchObject({ topic: topic.name, partition: 1, first: '1', last: '1', skipRequestedBy: null });
    expect(stopped!.error).toContain('unpacks to more than 33554432 bytes');

    const place = { topic: topic.name, partition: 1, by: 'an admin' };
    expect(await admin.skipBatch({ ...place, first: '0' })).toBe(false);
    expect(await admin.skipBatch({ ...place, first: '1' })).toBe(true);
    await applied(fixture, after, [1]);
    const found = await deadLettersOnce(1);
    expect(found).toMatchObject([{ reason: 'UNREADABLE_BATCH', partition: 1, offset: '1' }]);
    const details = await admin.get(found[0]!.id);
    expect(details!.headers).toMatchObject({
      dlq_last_offset: '1',
      dlq_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(Number(details!.headers['dlq_size'])).toBeLessThan(100_000);
    expect(await admin.stoppedPartitions()).toEqual([]);
    await until('nothing is left', () => consumer.state().lag === 0, 20_000);
    expect(await metric('messaging_consumer_stopped_partitions')).toBe(0);
    const report = await admin.redrive({ filter: {}, limit: 10, dryRun: false, force: true, by: 'an admin' });
    expect(report).toMatchObject({ ids: [], refused: { withoutContent: 1 } });
  });
});

describe('a partition whose messages fail for now', () => {
  test('does not stop the others of its member', async () => {
    const topic = await createForeignTopic(fixture);
    const [poisoned, ...others] = [newOrderId(), newOrderId(), newOrderId()];
    let isPoisoned = true;
    await consume(fixture, topic, {
      async apply(client, messages) {
        if (isPoisoned && messages.some(({ aggregateId }) => aggregateId === poisoned)) {
          throw Object.assign(new Error('not now'), { transient: true });
        }
        const rows = messages.map((message) => [message.eventId, message.aggregateId, message.aggregateVersion]);
        for (const row of rows) {
          await client.query(
            `INSERT INTO effects ("eventId", "aggregateId", "aggregateVersion") VALUES ($1, $2, $3)`,
            row,
          );
        }
      },
    });
    await topic.send([encoded(fixture, placed(poisoned))], { partition: 0 });
    for (let version = 1; version <= 20; version++) {
      for (const [at, id] of others.entries()) {
        await topic.send([encoded(fixture, version === 1 ? placed(id) : changed(id, version))], { partition: at + 1 });
      }
    }
    const all = Array.from({ length: 20 }, (_, at) => at + 1);
    for (const id of others) await applied(fixture, id, all);
    expect(await fixture.effects(poisoned)).toEqual([]);
    isPoisoned = false;
    await applied(fixture, poisoned, [1]);
  });
});

describe('dead letters', () => {
  test('keep a header that has no value', async () => {
    const topic = await createForeignTopic(fixture, { partitions: 1 });
    const orderId = newOrderId();
    const { deadLettersOnce, consumer } = await consume(fixture, topic);
    const producer = fixture.kafka.createProducer();
    await producer.send([
      {
        topic: topic.name,
        key: null,
        value: Buffer.from('no message'),
        headers: { empty: null, full: 'of it', both: [null, 'one'] },
      },
    ]);
    await producer.close();
    await topic.send([encoded(fixture, placed(orderId))]);
    await applied(fixture, orderId, [1]);
    await deadLettersOnce(1);
    const found: unknown[] = [];
    await fixture.kafka.read({
      topic: `${topic.name}.dlq`,
      partition: 0,
      from: 0n,
      to: 1n,
      onMessages(messages) {
        found.push(...messages.map(({ headers }) => headers));
        return Promise.resolve(true);
      },
    });
    expect(found).toMatchObject([{ empty: null, full: Buffer.from('of it'), both: [null, Buffer.from('one')] }]);
    await until('nothing is left', () => consumer.state().lag === 0, 20_000);
  });

  test('say where a message lies that does not fit', async () => {
    const topic = await createForeignTopic(fixture, { partitions: 1 });
    const orderId = newOrderId();
    const { deadLettersOnce, consumer, admin } = await consume(fixture, topic);
    await topic.send([{ value: zeros(6) }], { gzip: true });
    await topic.send([{ value: zeros(4).subarray(150) }]);
    await topic.send([{ value: Buffer.from('small'), headers: { long: 'x'.repeat(4 * 1024 * 1024 - 200) } }]);
    await topic.send([encoded(fixture, placed(orderId))]);
    await applied(fixture, orderId, [1]);
    const found = await deadLettersOnce(3);
    expect(found.map(({ offset }) => offset)).toEqual(['0', '1', '2']);
    const sizes = await Promise.all(found.map(async ({ id }) => (await admin.get(id))!.headers['dlq_size']));
    expect(sizes).toEqual([String(6 * 1024 * 1024), String(4 * 1024 * 1024 - 150), '5']);
    await until('nothing is left', () => consumer.state().lag === 0, 20_000);
  });
});

describe('a topic that changes', () => {
  test('partitions added while it is read are read soon, and count as lag at once', async () => {
    const topic = await createForeignTopic(fixture, { partitions: 1 });
    const { consumer } = await consume(fixture, topic);
    await until('it has joined', () => consumer.state().assigned === 1, 20_000);
    await until('its lag is known', () => consumer.state().lag === 0, 20_000);
    await topic.admin.createPartitions({ topicPartitions: [{ topic: topic.name, count: 3 }] });
    const orderId = newOrderId();
    await topic.send([encoded(fixture, placed(orderId))], { partition: 2 });
    await applied(fixture, orderId, [1]);
    expect(consumer.state().assigned).toBe(3);
  });

  test('messages that the log deleted before they were read are reported with their number', async () => {
    const topic = await createForeignTopic(fixture, { partitions: 1 });
    const orders = Array.from({ length: 6 }, () => newOrderId());
    const first = await consume(fixture, topic);
    await topic.send([encoded(fixture, placed(orders[0]!))]);
    await applied(fixture, orders[0]!, [1]);
    await first.consumer.stop();
    await topic.send(orders.slice(1).map((id) => encoded(fixture, placed(id))));
    // The client wants to know the topic first.
    await topic.admin.fetchTopicOffsets(topic.name);
    await topic.admin.deleteTopicRecords({ topic: topic.name, partitions: [{ partition: 0, offset: '4' }] });
    const second = await consume(fixture, topic, { group: first.consumer.group });
    await applied(fixture, orders[5]!, [1]);
    await until('they are counted', async () => (await second.metric('messaging_consumer_lost_messages_total')) === 3);
    expect(await fixture.effects(orders[1]!)).toEqual([]);
  });
});
