// Transactions of other teams, committed and rolled back, are ordinary.

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

describe("another team's transactions", () => {
  test('a committed one at the end of a partition leaves no lag, and an aborted one is never applied', async () => {
    const topic = await createForeignTopic(fixture, { partitions: 1 });
    const [committed, aborted] = [newOrderId(), newOrderId()];
    const fatal: Error[] = [];
    const { consumer } = await consume(fixture, topic, { stallMs: 2_000, onFatal: (error) => fatal.push(error) });
    await topic.transaction([encoded(fixture, placed(aborted))], { commit: false });
    await topic.transaction([encoded(fixture, placed(committed))]);
    await applied(fixture, committed, [1]);
    await until('there is no lag', () => consumer.state().lag === 0, 20_000);
    await topic.transaction([encoded(fixture, placed(aborted))], { commit: false });
    await until(
      'there is no lag',
      async () => {
        const [position] = await fixture.kafka.admin.committedOffsets(consumer.group, [topic.name]);
        const [range] = await fixture.kafka.admin.offsetRanges([topic.name]);
        return consumer.state().lag === 0 && position!.offset === range!.end;
      },
      20_000,
    );
    expect(await fixture.effects(aborted)).toEqual([]);
    expect(fatal).toEqual([]);
  });

  test('a version whose earlier one never comes is given up like every other', async () => {
    const topic = await createForeignTopic(fixture, { partitions: 1 });
    const orderId = newOrderId();
    const { deadLetters } = await consume(fixture, topic, { gapTimeoutMs: 500 });
    await topic.transaction([encoded(fixture, changed(orderId, 2))]);
    await until('it is a dead letter', async () => (await deadLetters()).length === 1, 30_000);
    expect(await deadLetters()).toMatchObject([{ reason: 'VERSION_GAP', aggregateVersion: null, offset: '0' }]);
  });

  test('reading to the end passes the marks of transactions, and hands out nothing that was rolled back', async () => {
    const topic = await createForeignTopic(fixture, { partitions: 1 });
    await topic.send([{ value: Buffer.from('plain') }]);
    await topic.transaction([{ value: Buffer.from('rolled back') }], { commit: false });
    await topic.transaction([{ value: Buffer.from('committed') }]);
    // The marks of a transaction are written a moment after its end was acknowledged.
    const ranges = () => fixture.kafka.admin.offsetRanges([topic.name]);
    await until('the last mark is there', async () => (await ranges())[0]!.end === 5n);
    const [range] = await ranges();
    const values: string[] = [];
    const reached = await fixture.kafka.read({
      topic: topic.name,
      partition: 0,
      from: 0n,
      to: range!.end,
      onMessages(messages) {
        values.push(...messages.map(({ value }) => String(value)));
        return Promise.resolve(true);
      },
    });
    expect([range!.end, reached]).toEqual([5n, 5n]);
    expect(values).toEqual(['plain', 'committed']);
  });

  test('a dead letter that was rolled back is not in the list', async () => {
    const topic = await createForeignTopic(fixture, { partitions: 1 });
    const { deadLetters, consumer } = await consume(fixture, topic);
    const headers = { dlq_consumer: consumer.group, dlq_reason: 'APPLY_FAILED' };
    const dlq = `${topic.name}.dlq`;
    await topic.transaction([{ value: Buffer.from('rolled back'), headers }], { topic: dlq, commit: false });
    await topic.transaction([{ value: Buffer.from('committed'), headers }], { topic: dlq });
    // The marks of a transaction are written a moment after its end was acknowledged.
    await until('the committed one is there', async () => (await deadLetters()).length > 0);
    expect(await deadLetters()).toMatchObject([{ reason: 'APPLY_FAILED', id: expect.stringMatching(/-2$/) }]);
  });
});
