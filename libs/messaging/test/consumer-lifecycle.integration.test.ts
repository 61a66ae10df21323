import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { until } from '@oms/test-kit';
import type { Kafka } from '../src/index.ts';
import { partitionOf } from '../src/kafka/murmur2.ts';
import { changed, newOrderId, placed } from './messages.ts';
import { createFixture, recordEffects, type Fixture } from './fixture.ts';

let fixture: Fixture;
beforeEach(async () => {
  fixture = await createFixture();
});
afterEach(() => fixture.end());

/** Shorter than the ten seconds after which a group removes a silent member. */
const soonMs = 9_000;

describe('a consumer that is stopped', () => {
  test('ends the transaction under way, commits its offset, and leaves the group, so that another takes over at once', async () => {
    const order = newOrderId();
    const group = `test-${randomUUID()}`;
    let begun = false;
    let goOn = () => {};
    const held = new Promise<void>((resolve) => (goOn = resolve));
    const leaving = fixture.consumer({
      group,
      apply: async (client, messages) => {
        if (messages.some(({ aggregateId }) => aggregateId === order)) {
          begun = true;
          await held;
        }
        await recordEffects(group)(client, messages);
      },
    });
    await leaving.start();
    await fixture.publish([placed(order)]);
    await until('it is being applied', () => begun);
    const stopped = leaving.stop();
    goOn();
    await stopped;
    expect(await fixture.effects(order)).toEqual([1]);

    const partition = partitionOf(order, 6);
    const [range] = (await fixture.kafka.admin.offsetRanges(['order-events'])).filter(
      (each) => each.partition === partition,
    );
    const committed = await fixture.kafka.admin.committedOffsets(group, ['order-events']);
    expect(committed.find((each) => each.partition === partition)?.offset).toBe(range!.end);

    const successor = fixture.consumer({ group });
    await successor.start();
    await until('the successor has all partitions', () => successor.state().assigned === 6, soonMs);
    await fixture.publish([changed(order, 2)]);
    await until('the successor continues', async () => (await fixture.effects(order)).length === 2);
    expect(await fixture.effects(order)).toEqual([1, 2]);
  });
});

describe('a membership that broke', () => {
  test('is sent away by the one after it, which takes over at once', async () => {
    const { proxy, kafka: beyond } = await fixture.behindProxy();
    const group = `test-${randomUUID()}`;
    let member: string | undefined;
    const joined = (partitions: readonly unknown[], as: string) => (member = partitions.length === 6 ? as : undefined);
    const membership = {
      group,
      topics: ['order-events'],
      onBatch: () => Promise.resolve(),
      onUnreadable: () => Promise.resolve(),
      onOutOfRange: () => undefined,
      onCrash: () => undefined,
    };
    const broken = beyond.createConsumer({ ...membership, onAssigned: joined });
    fixture.atEnd(() => broken.stop());
    await broken.start();
    await until('it has joined', () => member !== undefined);
    // The member sends no more heartbeats, and the group does not know yet that it is gone.
    proxy.close();

    const previousMemberId = member!;
    member = undefined;
    const successor = fixture.kafka.createConsumer({ ...membership, previousMemberId, onAssigned: joined });
    fixture.atEnd(() => successor.stop());
    const started = successor.start();
    await until('the one after it has all partitions', () => member !== undefined, 5_000);
    await started;
    expect(member).not.toBe(previousMemberId);
  });
});

describe('a process that died', () => {
  test('is removed by the one of the same name after it, which gets all partitions at once; others are left alone', async () => {
    const group = `test-${randomUUID()}`;
    const [died, alive, restarted] = await Promise.all([
      fixture.behindProxy('pod-a:3002'),
      fixture.behindProxy('pod-b:3002'),
      fixture.behindProxy('pod-a:3002'),
    ]);
    const consumerOf = ({ kafka }: { kafka: Kafka }) => fixture.consumer({ group, kafka });
    const [first, other, next] = [consumerOf(died), consumerOf(alive), consumerOf(restarted)];
    await first.start();
    await other.start();
    await until('both have partitions', () => first.state().assigned === 3 && other.state().assigned === 3);
    died.proxy.close();

    await next.start();
    await until('the partitions are divided again', () => next.state().assigned === 3, soonMs);
    expect(other.state().assigned).toBe(3);
  });
});

describe('the watchdog', () => {
  test('lets a consumer be that tries again and again, whatever its lag', async () => {
    const order = newOrderId();
    const fatal: Error[] = [];
    let tries = 0;
    const consumer = fixture.consumer({
      stallMs: 2_000,
      onFatal: (error) => fatal.push(error),
      apply: () => {
        tries += 1;
        return Promise.reject(Object.assign(new Error('come back later'), { transient: true }));
      },
    });
    await consumer.start();
    await fixture.publish([placed(order)]);
    // With back-off, six tries take three seconds, longer than what would be a stall, and no pause is as long as that.
    await until('it has tried often', () => tries > 5 && (consumer.state().lag ?? 0) > 0, 30_000);
    expect(fatal).toEqual([]);
  });

  test('lets a consumer be that has nothing to do', async () => {
    const order = newOrderId();
    const fatal: Error[] = [];
    const consumer = fixture.consumer({ stallMs: 400, onFatal: (error) => fatal.push(error) });
    await consumer.start();
    await fixture.publish([placed(order)]);
    await until('all is applied', () => consumer.state().lag === 0 && consumer.state().lastProgressAt !== null);
    const quietSince = consumer.state().lastProgressAt!.getTime();
    await until('it was quiet for long', () => Date.now() - quietSince > 2_000);
    expect(fatal).toEqual([]);
  });
});
