import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Message } from '@oms/contracts';
import { until } from '@oms/test-kit';
import { replay, type ReplayOptions } from '../src/consumer/replay.ts';
import { changed, life, newOrderId } from './messages.ts';
import { createRig, neighbourOf, recordEffects, type Rig } from './fixture.ts';

let rig: Rig;
let begun: Date;
beforeEach(async () => {
  rig = await createRig();
  begun = new Date();
});
afterEach(() => rig.end());

function again(group: string, o: Partial<ReplayOptions> = {}) {
  const { pool, kafka, codec } = rig;
  const topics = ['order-events'];
  return replay({
    ...{ pool, kafka, codec, group, topics, since: begun, until: 'end', fix: true, apply: recordEffects(group) },
    ...o,
  });
}

/** As the database was when only these versions of the order were applied. */
async function takeBack(group: string, orderId: string, version: number): Promise<void> {
  const values = [orderId, version];
  await rig.pool.query(
    `DELETE FROM messaging.inbox WHERE "eventId" IN
       (SELECT "eventId" FROM effects WHERE "aggregateId" = $1 AND "aggregateVersion" > $2)`,
    values,
  );
  await rig.pool.query('DELETE FROM effects WHERE "aggregateId" = $1 AND "aggregateVersion" > $2', values);
  await rig.pool.query(
    `UPDATE messaging.applied_versions SET version = $2 WHERE "aggregateId" = $1 AND consumer = '${group}'`,
    values,
  );
  await rig.pool.query('DELETE FROM messaging.applied_versions WHERE version = 0');
}

async function heard(count: number) {
  const order = newOrderId();
  const consumer = rig.consumer();
  await consumer.start();
  await rig.publish(life(count, order));
  await until('all are applied', async () => (await rig.effects(order)).length === count);
  return { order, consumer };
}

describe('what a group had heard before its database was taken back', () => {
  test('is applied again, each message once and in its turn', async () => {
    const { order, consumer } = await heard(4);
    await consumer.stop();
    await takeBack(consumer.group, order, 2);
    expect(await again(consumer.group)).toMatchObject({ missed: 2, buffered: 0, failed: 0 });
    expect(await rig.effects(order)).toEqual([1, 2, 3, 4]);
    expect(await again(consumer.group)).toMatchObject({ missed: 0, buffered: 0, failed: 0 });
    expect(await rig.effects(order)).toEqual([1, 2, 3, 4]);
  });

  test('is only counted unless it is to be applied', async () => {
    const { order, consumer } = await heard(3);
    await consumer.stop();
    await takeBack(consumer.group, order, 0);
    expect(await again(consumer.group, { fix: false })).toMatchObject({ missed: 3 });
    expect(await rig.effects(order)).toEqual([]);
  });

  test('may be applied beside its reader: what that has put aside has its turn then', async () => {
    const { order, consumer } = await heard(3);
    await takeBack(consumer.group, order, 1);
    await rig.publish([changed(order, 4)]);
    await until('the reader puts it aside', async () => (await rig.parked(order)).length === 1);
    await again(consumer.group);
    expect([await rig.effects(order), await rig.parked(order)]).toEqual([[1, 2, 3, 4], []]);
  });

  test('ends where the group had come, when what is after that is for its reader', async () => {
    const { order, consumer } = await heard(2);
    await until('its offset is committed', async () => {
      const committed = await rig.kafka.admin.committedOffsets(consumer.group, ['order-events']);
      return committed.some(({ offset }) => offset > 0n);
    });
    await consumer.stop();
    await takeBack(consumer.group, order, 0);
    await rig.publish([changed(order, 3)]);
    expect(await again(consumer.group, { until: 'committed' })).toMatchObject({ missed: 2 });
    expect(await rig.effects(order)).toEqual([1, 2]);
  });

  test('that lacks an earlier message is put aside and counted', async () => {
    const { order, consumer } = await heard(2);
    await consumer.stop();
    await takeBack(consumer.group, order, 0);
    const [, second] = life(2, order) as [Message, Message];
    const since = new Date();
    await until('a later moment', () => Date.now() > since.getTime() + 5);
    await rig.publish([second]);
    expect(await again(consumer.group, { since })).toMatchObject({ missed: 0, buffered: 1 });
  });

  test('and cannot be applied is left, and holds up no other', async () => {
    const { order, consumer } = await heard(1);
    await consumer.stop();
    const bad = neighbourOf(order);
    await rig.publish([...life(1, bad), changed(order, 2)]);
    const apply = async (...[client, messages]: Parameters<ReplayOptions['apply']>) => {
      if (messages.some(({ aggregateId }) => aggregateId === bad)) throw new Error('this one not');
      await recordEffects(consumer.group)(client, messages);
    };
    expect(await again(consumer.group, { apply })).toMatchObject({ missed: 1, failed: 1 });
    expect(await rig.effects(order)).toEqual([1, 2]);
  });
});
