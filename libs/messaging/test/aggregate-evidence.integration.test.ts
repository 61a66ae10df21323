// What a group knows of one aggregate's messages: applied with their places, waiting, dead letters; and what it says when Kafka is silent.
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { EventId } from '@oms/contracts';
import { until } from '@oms/test-kit';
import {
  createAggregateEvidence,
  createDeadLetterAdmin,
  createOverdueMessages,
  type Apply,
  type Consumer,
  type Kafka,
} from '../src/index.ts';
import { changed, newOrderId, placed } from './messages.ts';
import { createFixture, logger, recordEffects, type Fixture } from './fixture.ts';

let fixture: Fixture;
let group: string;
/** What the handler cannot apply. */
let poison: EventId[];
beforeEach(async () => {
  fixture = await createFixture();
  group = `test-${randomUUID()}`;
  poison = [];
});
afterEach(() => fixture.end());

const apply: Apply = async (client, messages) => {
  if (messages.some((message) => poison.includes(message.eventId))) throw new Error('cannot digest this');
  await recordEffects(group)(client, messages);
};

function evidenceOf(consumer: Consumer, kafka: Pick<Kafka, 'admin'> = fixture.kafka) {
  return createAggregateEvidence({
    pool: fixture.pool,
    kafka,
    service: 'test',
    group,
    topics: ['order-events'],
    state: () => consumer.state(),
    kafkaTimeoutMs: kafka === fixture.kafka ? 5_000 : 50,
  });
}

test('an applied message is shown with its topic, partition, offset and time, and the group has no lag', async () => {
  const consumer = fixture.consumer({ group, apply });
  await consumer.start();
  const message = placed(newOrderId());
  await fixture.publish([message]);
  const read = evidenceOf(consumer);
  const evidence = await until('it is applied and committed', async () => {
    const found = await read(message.aggregateId, [message.eventId]);
    return found.applied.length === 1 && found.partitions[0]?.lag === 0 && found;
  });
  const { partition, committed } = evidence.partitions[0]!;
  expect(evidence.applied).toEqual([
    { eventId: message.eventId, topic: 'order-events', partition, offset: expect.any(String), at: expect.any(String) },
  ]);
  expect(BigInt(evidence.applied[0]!.offset!)).toBeLessThan(BigInt(committed));
  expect(evidence.versions).toMatchObject([{ topic: 'order-events', version: 1 }]);
  expect(evidence).toMatchObject({
    consumer: { group, assignedPartitions: 6 },
    waiting: [],
    deadLetters: [],
    missing: [],
  });
});

test('a message that waits for an earlier version keeps the place at which it was read when it is applied', async () => {
  const consumer = fixture.consumer({ group, apply });
  await consumer.start();
  const orderId = newOrderId();
  const [first, second] = [placed(orderId), changed(orderId, 2)];
  const read = evidenceOf(consumer);
  await fixture.publish([second]);
  const [waiting] = await until('version 2 waits', async () => {
    const found = await read(orderId, [first.eventId, second.eventId]);
    return found.waiting.length === 1 && found.waiting;
  });
  await fixture.publish([first]);
  const applied = await until('both are applied', async () => {
    const found = await read(orderId, [first.eventId, second.eventId]);
    return found.applied.length === 2 && found.applied;
  });
  expect(applied.find(({ eventId }) => eventId === second.eventId)).toMatchObject({ offset: waiting!.offset });
});

test('a dead letter is shown with its reason, until it was redriven and applied', async () => {
  const consumer = fixture.consumer({ group, apply });
  await consumer.start();
  const message = placed(newOrderId());
  poison.push(message.eventId);
  await fixture.publish([message], { ce_id: message.eventId, ce_type: message.eventType });
  const read = evidenceOf(consumer);
  const deadLetters = async () => (await read(message.aggregateId, [message.eventId])).deadLetters;
  const [letter] = await until('there is a dead letter', async () => {
    const found = await deadLetters();
    return found.length === 1 && found;
  });
  expect(letter).toMatchObject({
    eventId: message.eventId,
    eventType: 'ORDER_PLACED',
    version: 1,
    reason: 'APPLY_FAILED',
    error: 'Error: cannot digest this',
    applied: false,
  });
  poison.pop();
  const admin = createDeadLetterAdmin({
    kafka: fixture.kafka,
    pool: fixture.pool,
    codec: fixture.codec,
    service: 'test',
    group,
    topics: ['order-events'],
    logger,
  });
  fixture.atEnd(() => admin.close());
  await until('it is redriven', async () => {
    const filter = { aggregateId: message.aggregateId };
    const { ids } = await admin.redrive({ filter, limit: 1, dryRun: false, force: false, by: 'admin' });
    return ids.length === 1;
  });
  await until('it is applied', async () => (await deadLetters()).every(({ applied }) => applied));
});

test('a silent Kafka is named as missing, and all else is shown', async () => {
  const consumer = fixture.consumer({ group, apply });
  const never = () => new Promise<never>(() => {});
  const admin = { offsetRanges: never, committedOffsets: never } as unknown as Kafka['admin'];
  const evidence = await evidenceOf(consumer, { admin })(newOrderId(), []);
  expect(evidence).toMatchObject({
    partitions: [],
    applied: [],
    missing: [{ what: `the position of ${group} in Kafka`, reason: 'Kafka did not answer within 50 ms.' }],
  });
});

test('overdue are the named messages that are not applied, and aggregates with dead letters or with messages that wait', async () => {
  const consumer = fixture.consumer({ group, apply });
  await consumer.start();
  const [applied, failed, early, unknown] = [
    placed(newOrderId()),
    placed(newOrderId()),
    changed(newOrderId(), 2),
    placed(newOrderId()),
  ];
  poison.push(failed.eventId);
  await fixture.publish([applied, early]);
  await fixture.publish([failed], { ce_id: failed.eventId, ce_type: failed.eventType });
  const readOverdue = createOverdueMessages({ pool: fixture.pool, service: 'test', group, topics: ['order-events'] });
  const eventIds = [applied, failed, early, unknown].map(({ eventId }) => eventId);
  const inAnHour = new Date(Date.now() + 3_600_000);
  // Other tests send dead letters on the same topic.
  const overdue = await until('both are found', async () => {
    const found = await readOverdue({ eventIds, before: inAnHour });
    const ids = found.aggregates.map(({ aggregateId }) => aggregateId);
    const areThere = [failed, early].every(({ aggregateId }) => ids.includes(aggregateId));
    return areThere && found.unapplied.length === 3 && found;
  });
  expect(new Set(overdue.unapplied)).toEqual(new Set([failed.eventId, early.eventId, unknown.eventId]));
  const ids = overdue.aggregates.map(({ aggregateId }) => aggregateId);
  expect(ids).not.toContain(applied.aggregateId);
  expect(ids).not.toContain(unknown.aggregateId);
  expect((await readOverdue({ eventIds: [], before: new Date(0) })).aggregates).toEqual([]);
});

test('a stopped partition is shown with the offset and the reason, unless the group has passed it', async () => {
  const consumer = fixture.consumer({ group, apply });
  await consumer.start();
  const message = placed(newOrderId());
  await fixture.publish([message]);
  const read = evidenceOf(consumer);
  const partitionOfOrder = async () => (await read(message.aggregateId, [message.eventId])).partitions[0]!;
  const { partition, committed } = await until('it is applied and committed', async () => {
    const found = await partitionOfOrder();
    return found.committed !== '-1' && found.lag === 0 && found;
  });
  const stopAt = (offset: bigint) =>
    fixture.pool.query(
      `INSERT INTO messaging.stopped_partitions ("consumer", "topic", "partition", "first", "end", "bytes", "error")
       VALUES ($1, 'order-events', $2, $3, $4, 1, 'unknown compression')
       ON CONFLICT ("consumer", "topic", "partition") DO UPDATE SET "first" = EXCLUDED."first"`,
      [group, partition, offset.toString(), (offset + 1n).toString()],
    );
  await stopAt(BigInt(committed));
  expect((await partitionOfOrder()).stopped).toMatchObject({ offset: committed, error: 'unknown compression' });
  await stopAt(BigInt(committed) - 1n);
  expect((await partitionOfOrder()).stopped).toBeNull();
});
