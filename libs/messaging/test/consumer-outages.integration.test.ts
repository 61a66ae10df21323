// A consumer while Kafka is away or hangs, and while its own handler does not return.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { until } from '@oms/test-kit';
import { changed, newOrderId, placed } from './messages.ts';
import { createFixture, type Fixture } from './fixture.ts';

let fixture: Fixture;
beforeEach(async () => {
  fixture = await createFixture();
});
afterEach(() => fixture.end());

const publish = (messages: Parameters<Fixture['publish']>[0]) => fixture.publish(messages);

describe('when others are away', () => {
  test('a consumer starts while Kafka is away, and joins when it comes', async () => {
    const orderId = newOrderId();
    const { proxy, kafka } = await fixture.behindProxy();
    proxy.close();
    const fatal: Error[] = [];
    const consumer = fixture.consumer({ kafka, onFatal: (error) => fatal.push(error) });
    await consumer.start();
    await publish([placed(orderId)]);
    expect(consumer.state()).toMatchObject({ assigned: 0, lag: null, lastProgressAt: null });
    proxy.open();
    await until('it is applied', async () => (await fixture.effects(orderId)).length === 1, 30_000);
    proxy.close(); // and away again, in the middle
    await publish([changed(orderId, 2)]);
    proxy.open();
    await until('the next is applied', async () => (await fixture.effects(orderId)).length === 2, 40_000);
    expect(fatal).toEqual([]);
  });

  test('a broker that hangs does not keep a consumer from ending', async () => {
    const { proxy, kafka } = await fixture.behindProxy();
    const consumer = fixture.consumer({ kafka });
    await consumer.start();
    await until('it has joined', () => consumer.state().assigned > 0, 30_000);
    proxy.hold();
    const startMs = performance.now();
    await consumer.stop();
    expect(performance.now() - startMs).toBeLessThan(9_000);
  });

  test('a consumer with lag that tries nothing is reported as stalled', async () => {
    const orderId = newOrderId();
    await publish([placed(orderId)]);
    const fatal: Error[] = [];
    const hanging = {
      ...fixture.kafka,
      createConsumer: (options: Parameters<typeof fixture.kafka.createConsumer>[0]) =>
        fixture.kafka.createConsumer({
          ...options,
          onBatch: () => until('the end', () => fatal.length > 0).then(() => {}),
        }),
    };
    const consumer = fixture.consumer({ kafka: hanging, stallMs: 1_000, onFatal: (error) => fatal.push(error) });
    await consumer.start();
    await until('it is reported', () => fatal.length > 0);
    expect(fatal[0]!.message).toContain('messages to apply');
    expect(consumer.state().lag).toBeGreaterThan(0);
  });
});
