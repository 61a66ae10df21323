import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EventId, ItemId, Message } from '@oms/contracts';
import { testStack, until } from '@oms/test-kit';
import kafkajs from 'kafkajs';
import { Registry } from 'prom-client';
import type { Apply } from '../src/index.ts';
import { applySlice } from '../src/consumer/apply.ts';
import { deleteOldVersions } from '../src/consumer/inbox.ts';
import { partitionOf } from '../src/kafka/murmur2.ts';
import { alert, change, changed, life, newOrder, newOrderId, placed } from './messages.ts';
import { createFixture, deadLettersOf, neighbourOf, recordEffects, type Fixture } from './fixture.ts';

let fixture: Fixture;
beforeEach(async () => {
  fixture = await createFixture();
});
afterEach(() => fixture.end());

const headersOf = (deadLetter: { headers: object } | undefined) =>
  Object.fromEntries(Object.entries(deadLetter?.headers ?? {}).map(([name, value]) => [name, String(value)]));

describe('a message that arrives before an earlier version', () => {
  test('is buffered, the partition continues, and it is applied right after the one it waited for', async () => {
    const order = newOrderId();
    const neighbour = neighbourOf(order);
    const consumer = fixture.consumer();
    await consumer.start();
    const [first, second, third] = life(3, order) as [Message, Message, Message];
    await fixture.publish([third, second, placed(neighbour)]);
    await until('the partition continues', async () => (await fixture.effects(neighbour)).length === 1);
    expect([await fixture.effects(order), await fixture.buffered(order)]).toEqual([[], [2, 3]]);
    await fixture.publish([first, changed(order, 4)]);
    await until('all are applied', async () => (await fixture.effects(order)).length === 4);
    expect([await fixture.effects(order), await fixture.buffered(order)]).toEqual([[1, 2, 3, 4], []]);
    const { rows } = await fixture.pool.query(
      `SELECT xmin FROM effects WHERE "aggregateId" = $1 AND "aggregateVersion" < 4 GROUP BY xmin`,
      [order],
    );
    expect(rows, 'one transaction').toHaveLength(1);
  });

  test('goes to the dead letters when that one never comes, and can be put back in any order', async () => {
    const order = newOrderId();
    const deadLetters = fixture.listen('order-events.dlq');
    const metrics = new Registry();
    const consumer = fixture.consumer({ gapTimeoutMs: 300, metrics });
    expect(await metrics.metrics(), 'the first must be seen as a rise').toMatch(
      /messaging_consumer_dead_letters_total\{.*reason="VERSION_GAP".*\} 0/,
    );
    await consumer.start();
    const [first, second, third] = life(3, order) as [Message, Message, Message];
    await fixture.publish([third, second], { traceparent: 'kept' });
    const found = await until('both are given up', () => {
      const mine = deadLettersOf(deadLetters, order, consumer.group);
      return mine.length === 2 && mine;
    });
    expect(found.map(({ value }) => value)).toEqual([second, third].map((message) => fixture.codec.encode(message)));
    expect(headersOf(found[0])).toMatchObject({
      dlq_reason: 'VERSION_GAP',
      dlq_topic: 'order-events',
      traceparent: 'kept',
      ce_aggregateversion: '2',
      dlq_error: expect.stringContaining(`for version 1 of ${order}`),
    });
    await until('nothing is buffered', async () => (await fixture.buffered(order)).length === 0);
    expect(await metrics.metrics()).toMatch(/messaging_consumer_dead_letters_total\{.*reason="VERSION_GAP".*\} \d/);
    // No transaction takes less than half a millisecond, and none so many seconds.
    const [, sum] = /messaging_consumer_apply_ms_sum\{.*\} (\S+)/.exec(await metrics.metrics()) ?? [];
    expect(Number(sum)).toBeGreaterThan(0.5);
    await fixture.publish([third, first, second]);
    await until('all are applied', async () => (await fixture.effects(order)).length === 3);
    expect(await fixture.effects(order)).toEqual([1, 2, 3]);
  });

  test('is buffered once and applied once, however often the topic is read again, and by whatever member', async () => {
    const order = newOrderId();
    const group = `test-${randomUUID()}`;
    const [first, second, third] = life(3, order) as [Message, Message, Message];
    const member = fixture.consumer({ group });
    await member.start();
    await fixture.publish([third, third, second, second]);
    await until('they are buffered', async () => (await fixture.buffered(order)).length === 2);
    await member.stop();
    await fixture.publish([third, first, second]);
    await fixture.consumer({ group }).start();
    await until('all are applied', async () => (await fixture.effects(order)).length === 3);
    await fixture.publish([first, second, third, changed(order, 4)]);
    await until('the last is applied', async () => (await fixture.effects(order)).includes(4));
    expect(await fixture.effects(order)).toEqual([1, 2, 3, 4]);
  });

  test('waits as long as its group has not read to where the log ended when its time was over', async () => {
    const order = newOrderId();
    const neighbour = neighbourOf(order);
    const deadLetters = fixture.listen('order-events.dlq');
    const group = `test-${randomUUID()}`;
    const patient = fixture.consumer({ group, gapTimeoutMs: 60_000 });
    await patient.start();
    await fixture.publish([changed(order, 2)]);
    await until('it is buffered', async () => (await fixture.buffered(order)).length === 1);
    await patient.stop();
    await fixture.publish([placed(neighbour), placed(order)]);
    let failures = 0;
    const consumer = fixture.consumer({
      group,
      gapTimeoutMs: 1,
      apply: async (client, messages) => {
        const held = messages.some((message) => message.aggregateId === neighbour) && (failures += 1) <= 6;
        if (held) throw Object.assign(new Error('not yet'), { transient: true });
        await recordEffects('test')(client, messages);
      },
    });
    await consumer.start();
    await until('both are applied', async () => (await fixture.effects(order)).length === 2, 30_000);
    expect(deadLettersOf(deadLetters, order, consumer.group)).toEqual([]);
  });

  test('waits with a thousand others, and all are applied in order', async () => {
    const order = newOrderId();
    const [first, ...rest] = life(1_100, order) as [Message, ...Message[]];
    await fixture.consumer({ gapTimeoutMs: 60_000 }).start();
    await fixture.publish(rest);
    await until('they are buffered', async () => (await fixture.buffered(order)).length === rest.length);
    await fixture.publish([first]);
    await until('all are applied', async () => (await fixture.effects(order)).length === 1_100);
    expect(await fixture.effects(order)).toEqual(Array.from({ length: 1_100 }, (_, i) => i + 1));
  });

  test('fails alone when it cannot be applied, and not the one it waited for', async () => {
    const order = newOrderId();
    const deadLetters = fixture.listen('order-events.dlq');
    const [first, poison, third] = life(3, order) as [Message, Message, Message];
    const apply: Apply = async (client, messages) => {
      if (messages.some((message) => message.eventId === poison.eventId)) throw new Error('cannot digest this');
      await recordEffects('test')(client, messages);
    };
    const consumer = fixture.consumer({ apply, gapTimeoutMs: 500 });
    await consumer.start();
    await fixture.publish([third, poison, first]);
    const found = await until('the dead letters are there', () => {
      const mine = deadLettersOf(deadLetters, order, consumer.group);
      return mine.length === 2 && mine;
    });
    expect(found.map((deadLetter) => headersOf(deadLetter)['dlq_reason'])).toEqual(['APPLY_FAILED', 'VERSION_GAP']);
    expect(await fixture.effects(order)).toEqual([1]);
  });
});

test('a consumer that needs no order applies what arrives early at once, and makes no dead letter of it', async () => {
  const orderId = newOrderId();
  const consumer = fixture.consumer({ ordering: 'none', gapTimeoutMs: 200 });
  await consumer.start();
  await fixture.publish([changed(orderId, 3), changed(orderId, 4)]);
  await until('both are applied', async () => (await fixture.effects(orderId)).length === 2);
  await fixture.publish([placed(orderId), changed(orderId, 2), changed(orderId, 3)]);
  await until('the earlier ones too', async () => (await fixture.effects(orderId)).length >= 4);
  expect((await fixture.effects(orderId)).slice(0, 4)).toEqual([3, 4, 1, 2]);
  expect(await fixture.buffered(orderId)).toEqual([]);
});

test('members that hold the same messages apply them one after the other, and end with the right result', async () => {
  const orders = Array.from({ length: 20 }, () => newOrderId());
  const received = orders.flatMap((order) =>
    [3, 2, 1, 4].map((version) => {
      const message = version === 1 ? placed(order) : changed(order, version);
      const value = fixture.codec.encode(message);
      return { topic: 'order-events', partition: 0, offset: 0n, key: Buffer.from(order), value, headers: {} };
    }),
  );
  const slices = [received, received.slice(2), received.slice(0, 3), received.slice(1), received];
  const options = {
    ordering: 'strict' as const,
    pool: fixture.pool,
    codec: fixture.codec,
    group: 'zombies',
    apply: recordEffects('zombies'),
  };
  const outcomes = await Promise.all(slices.map((slice) => applySlice(options, slice)));
  expect(outcomes.filter((outcome) => !outcome.done)).toEqual([]);
  for (const order of orders) expect(await fixture.effects(order)).toEqual([1, 2, 3, 4]);
  const { rows } = await fixture.pool.query('SELECT 1 FROM messaging.parked');
  expect(rows).toEqual([]);
});

test('where versions have gaps, an older one is skipped and a shared one is not', async () => {
  const item = randomUUID() as string as ItemId;
  const metrics = new Registry();
  await fixture.consumer({ topics: ['inventory-alerts'], metrics }).start();
  await fixture.publish([alert('LOW_STOCK', item, 7), alert('OUT_OF_STOCK', item, 7), alert('LOW_STOCK', item, 5)]);
  await fixture.publish([alert('LOW_STOCK', item, 20)]);
  await until('the last is applied', async () => (await fixture.effects(item)).includes(20));
  expect(await fixture.effects(item)).toEqual([7, 7, 20]);
  expect(await metrics.metrics()).toMatch(/messaging_consumer_older_total\{.*\} [1-9]/);
});

describe('an aggregate whose beginning is out of reach', () => {
  test('begins where the log does, when retention has cut off what was before', async () => {
    const order = newOrderId();
    await fixture.publish([newOrder(order), change(order, 2), change(order, 3), change(order, 4)]);
    await cutOff('analytics-events', partitionOf(order, 6), 2);
    await fixture.consumer({ topics: ['analytics-events'], gapTimeoutMs: 200 }).start();
    await until('it is applied', async () => (await fixture.effects(order)).length === 2);
    expect(await fixture.effects(order)).toEqual([3, 4]);
  });

  test('begins where the group first checked versions', async () => {
    const order = newOrderId();
    const group = `test-${randomUUID()}`;
    await fixture.pool.query(`INSERT INTO messaging.guarded_partitions VALUES ($1, 'order-events', $2, 40)`, [
      ...[group, partitionOf(order, 6)],
    ]);
    await fixture.consumer({ group, gapTimeoutMs: 200 }).start();
    await fixture.publish([changed(order, 8), changed(order, 7)]);
    await until('both are applied', async () => (await fixture.effects(order)).length === 2);
    expect(await fixture.effects(order)).toEqual([7, 8]);
  });

  test('does not begin behind a first message that is a dead letter', async () => {
    const order = newOrderId();
    const group = `test-${randomUUID()}`;
    const deadLetters = fixture.listen('order-events.dlq');
    const poison: EventId[] = [];
    await fixture.pool.query(`INSERT INTO messaging.guarded_partitions VALUES ($1, 'order-events', $2, 40)`, [
      ...[group, partitionOf(order, 6)],
    ]);
    const apply: Apply = async (client, messages) => {
      if (messages.some((message) => poison.includes(message.eventId))) throw new Error('cannot digest this');
      await recordEffects('test')(client, messages);
    };
    const [first, second] = life(2, order) as [Message, Message];
    poison.push(first.eventId);
    await fixture.consumer({ group, apply, gapTimeoutMs: 200 }).start();
    await fixture.publish([first, second]);
    await until('both are dead letters', () => deadLettersOf(deadLetters, order, group).length === 2, 30_000);
    poison.pop();
    await fixture.publish([second, first]);
    await until('both are applied', async () => (await fixture.effects(order)).length === 2);
    expect(await fixture.effects(order)).toEqual([1, 2]);
  });

  test('is forgotten when nothing of it has come for a long time, and its group knows that', async () => {
    const [old, young] = [newOrderId(), newOrderId()];
    const consumer = fixture.consumer();
    await consumer.start();
    await fixture.publish([placed(old), placed(young)]);
    await until(
      'both are applied',
      async () => (await fixture.effects(young)).length + (await fixture.effects(old)).length === 2,
    );
    await fixture.pool.query(
      `UPDATE messaging.applied_versions SET "appliedAt" = now() - interval '41 days' WHERE "aggregateId" = $1`,
      [old],
    );
    expect(await deleteOldVersions(fixture.pool, 40, () => Promise.resolve(true))).toBe(1);
    const { rows } = await fixture.pool.query(
      `SELECT min("since")::int AS since FROM messaging.guarded_partitions WHERE "consumer" = $1`,
      [consumer.group],
    );
    expect(rows).toEqual([{ since: 1 }]);
  });
});

/** As retention does it: the partition begins `kept` messages before its end. */
async function cutOff(topic: string, partition: number, kept: number): Promise<void> {
  const admin = new kafkajs.Kafka({ brokers: testStack().kafkaBrokers, logLevel: kafkajs.logLevel.NOTHING }).admin();
  await admin.connect();
  const ranges = await admin.fetchTopicOffsets(topic);
  const end = Number(ranges.find((range) => range.partition === partition)!.high);
  await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: String(end - kept) }] });
  await admin.disconnect();
}
