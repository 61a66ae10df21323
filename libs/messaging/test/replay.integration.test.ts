import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Message } from '@oms/contracts';
import { until } from '@oms/test-kit';
import { replay, type ReplayOptions } from '../src/consumer/replay.ts';
import { changed, life, newOrderId } from './messages.ts';
import { createFixture, neighbourOf, recordEffects, type Fixture } from './fixture.ts';

let fixture: Fixture;
let begun: Date;
beforeEach(async () => {
  fixture = await createFixture();
  begun = new Date();
});
afterEach(() => fixture.end());

function again(group: string, options: Partial<ReplayOptions> = {}) {
  const { pool, kafka, codec } = fixture;
  const topics = ['order-events'];
  return replay({
    ordering: 'strict',
    pool,
    kafka,
    codec,
    group,
    topics,
    since: begun,
    until: 'end',
    fix: true,
    apply: recordEffects(group),
    ...options,
  });
}

/** As the database was when only these versions of the order were applied. */
async function takeBack(group: string, orderId: string, version: number): Promise<void> {
  const values = [orderId, version];
  await fixture.pool.query(
    `DELETE FROM messaging.inbox WHERE "eventId" IN
       (SELECT "eventId" FROM effects WHERE "aggregateId" = $1 AND "aggregateVersion" > $2)`,
    values,
  );
  await fixture.pool.query('DELETE FROM effects WHERE "aggregateId" = $1 AND "aggregateVersion" > $2', values);
  await fixture.pool.query(
    `UPDATE messaging.applied_versions SET version = $2 WHERE "aggregateId" = $1 AND consumer = '${group}'`,
    values,
  );
  await fixture.pool.query('DELETE FROM messaging.applied_versions WHERE version = 0');
}

async function applied(count: number) {
  const order = newOrderId();
  const consumer = fixture.consumer();
  await consumer.start();
  await fixture.publish(life(count, order));
  await until('all are applied', async () => (await fixture.effects(order)).length === count);
  return { order, consumer };
}

describe('what a group had applied before its database was restored to an earlier moment', () => {
  test('is applied again, each message once and in order', async () => {
    const { order, consumer } = await applied(4);
    await consumer.stop();
    await takeBack(consumer.group, order, 2);
    expect(await again(consumer.group)).toMatchObject({ missed: 2, buffered: 0, failed: 0 });
    expect(await fixture.effects(order)).toEqual([1, 2, 3, 4]);
    expect(await again(consumer.group)).toMatchObject({ missed: 0, buffered: 0, failed: 0 });
    expect(await fixture.effects(order)).toEqual([1, 2, 3, 4]);
  });

  test('is only counted unless it is to be applied', async () => {
    const { order, consumer } = await applied(3);
    await consumer.stop();
    await takeBack(consumer.group, order, 0);
    expect(await again(consumer.group, { fix: false })).toMatchObject({ missed: 3 });
    expect(await fixture.effects(order)).toEqual([]);
  });

  test('may be applied beside a running consumer, and the messages in its buffer follow', async () => {
    const { order, consumer } = await applied(3);
    await takeBack(consumer.group, order, 1);
    await fixture.publish([changed(order, 4)]);
    await until('the consumer buffers it', async () => (await fixture.buffered(order)).length === 1);
    await again(consumer.group);
    expect([await fixture.effects(order), await fixture.buffered(order)]).toEqual([[1, 2, 3, 4], []]);
  });

  test('ends where the group had come, when what is after that is for its reader', async () => {
    const { order, consumer } = await applied(2);
    await until('its offset is committed', async () => {
      const committed = await fixture.kafka.admin.committedOffsets(consumer.group, ['order-events']);
      return committed.some(({ offset }) => offset > 0n);
    });
    await consumer.stop();
    await takeBack(consumer.group, order, 0);
    await fixture.publish([changed(order, 3)]);
    expect(await again(consumer.group, { until: 'committed' })).toMatchObject({ missed: 2 });
    expect(await fixture.effects(order)).toEqual([1, 2]);
  });

  test('that lacks an earlier message is put aside and counted', async () => {
    const { order, consumer } = await applied(2);
    await consumer.stop();
    await takeBack(consumer.group, order, 0);
    const [, second] = life(2, order) as [Message, Message];
    const since = new Date();
    await until('a later moment', () => Date.now() > since.getTime() + 5);
    await fixture.publish([second]);
    expect(await again(consumer.group, { since })).toMatchObject({ missed: 0, buffered: 1 });
  });

  test('and cannot be applied is left, and holds up no other', async () => {
    const { order, consumer } = await applied(1);
    await consumer.stop();
    const bad = neighbourOf(order);
    await fixture.publish([...life(1, bad), changed(order, 2)]);
    const apply = async (...[client, messages]: Parameters<ReplayOptions['apply']>) => {
      if (messages.some(({ aggregateId }) => aggregateId === bad)) throw new Error('this one not');
      await recordEffects(consumer.group)(client, messages);
    };
    expect(await again(consumer.group, { apply })).toMatchObject({ missed: 1, failed: 1 });
    expect(await fixture.effects(order)).toEqual([1, 2]);
  });
});
