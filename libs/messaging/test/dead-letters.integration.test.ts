import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { EventId, OutgoingMessage } from '@oms/contracts';
import { until } from '@oms/test-kit';
import { createDeadLetterAdmin, type Apply, type Kafka } from '../src/index.ts';
import { changed, life, newOrderId, placed } from './messages.ts';
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
const adminOn = (kafka: Kafka = fixture.kafka) => {
  const admin = createDeadLetterAdmin({
    kafka,
    pool: fixture.pool,
    codec: fixture.codec,
    service: 'test',
    group,
    topics: ['order-events'],
    logger,
  });
  fixture.atEnd(() => admin.close());
  return admin;
};
// Of one aggregate: the topic may hold what other tests have left, and this group cannot read.
const requestFor = ({ aggregateId }: { aggregateId: string }) => ({
  filter: { aggregateId },
  limit: 100,
  dryRun: false,
  force: false,
  by: 'admin',
});
const deadLettersOf = async (aggregateId: string) =>
  (await adminOn().list({ aggregateId }, { limit: 100 })).deadLetters;
const deadLettersIn = (aggregateId: string, count: number) =>
  until(`there are ${count} dead letters`, async () => {
    const deadLetters = await deadLettersOf(aggregateId);
    return deadLetters.length === count && deadLetters;
  });

async function rejected(message: OutgoingMessage) {
  poison.push(message.eventId);
  await fixture.consumer({ group, apply, gapTimeoutMs: 300 }).start();
  await fixture.publish([message], { ce_id: message.eventId, ce_type: message.eventType });
  return (await deadLettersIn(message.aggregateId, 1))[0]!;
}

test('a dead letter can be listed, shown and redriven, and its effect is applied once', async () => {
  const message = placed(newOrderId());
  const other = fixture.consumer();
  await other.start();
  const deadLetter = await rejected(message);
  const request = requestFor(message);
  expect(deadLetter).toMatchObject({ topic: 'order-events', reason: 'APPLY_FAILED', redrives: 0, redriven: null });
  const full = await adminOn().get(deadLetter.id);
  expect(full).toMatchObject({ id: deadLetter.id, message: { ...message }, hex: null });
  expect(full!.headers).toMatchObject({ ce_type: 'ORDER_PLACED', dlq_error: 'Error: cannot digest this' });

  poison = [];
  const report = await adminOn().redrive(request);
  expect(report).toMatchObject({ byReason: { APPLY_FAILED: 1 }, ids: [deadLetter.id], more: false });
  await until('it is applied', async () => (await fixture.effects(message.aggregateId)).length === 2);
  // Once more by force: both groups know it by its event id.
  await adminOn().redrive({ ...request, force: true });
  await fixture.publish([changed(message.aggregateId, 2)]);
  await until('the next one is applied', async () => (await fixture.effects(message.aggregateId)).length === 4);
  expect((await fixture.effects(message.aggregateId)).toSorted()).toEqual([1, 1, 2, 2]);
});

test('a dead letter shows who redrove it and when, and is redriven again only with force', async () => {
  const message = placed(newOrderId());
  const deadLetter = await rejected(message);
  const request = requestFor(message);
  const dry = await adminOn().redrive({ ...request, dryRun: true });
  expect(dry).toMatchObject({ dryRun: true, byReason: { APPLY_FAILED: 1 }, ids: [deadLetter.id] });
  expect((await deadLettersOf(message.aggregateId))[0]?.redriven).toBeNull();

  poison = [];
  await adminOn().redrive({ ...request, by: 'somebody' });
  expect((await deadLettersOf(message.aggregateId))[0]?.redriven).toMatchObject({
    by: 'somebody',
    sent: true,
    force: false,
  });
  const refused = { byReason: {}, ids: [], refused: { alreadyRedriven: 1, tooOften: 0 } };
  expect(await adminOn().redrive(request)).toMatchObject(refused);
  const { filter } = request;
  expect((await adminOn().list({ ...filter, redriven: false }, { limit: 10 })).deadLetters).toEqual([]);
  expect((await adminOn().list({ ...filter, redriven: true }, { limit: 10 })).deadLetters).toHaveLength(1);
  expect(await adminOn().redrive({ ...request, force: true })).toMatchObject({ ids: [deadLetter.id] });
  const { rows } = await fixture.pool.query('SELECT "by", "force", "eventId" FROM messaging.redrives ORDER BY "id"');
  expect(rows).toEqual([
    { by: 'somebody', force: false, eventId: message.eventId },
    { by: 'admin', force: true, eventId: message.eventId },
  ]);
});

test('what comes back a third time is redriven only with force', async () => {
  const message = placed(newOrderId());
  await rejected(message);
  const request = requestFor(message);
  for (const count of [2, 3, 4]) {
    expect((await adminOn().redrive(request)).ids).toHaveLength(1);
    await deadLettersIn(message.aggregateId, count);
  }
  const deadLetters = await deadLettersOf(message.aggregateId);
  expect(deadLetters.map(({ redrives }) => redrives)).toEqual([0, 1, 2, 3]);
  expect(await adminOn().redrive(request)).toMatchObject({ ids: [], refused: { alreadyRedriven: 3, tooOften: 1 } });
  poison = [];
  expect((await adminOn().redrive({ ...request, id: deadLetters[3]!.id, force: true })).ids).toEqual([
    deadLetters[3]!.id,
  ]);
  await until('it is applied', async () => (await fixture.effects(message.aggregateId)).length === 1);
});

test('a redrive that broke off shows, and the same request again ends it', async () => {
  const message = placed(newOrderId());
  await rejected(message);
  const request = requestFor(message);
  poison = [];
  const refusing: Kafka = {
    ...fixture.kafka,
    createProducer: () => ({ ...fixture.kafka.createProducer(), send: () => Promise.reject(new Error('gone')) }),
  };
  await expect(adminOn(refusing).redrive(request)).rejects.toThrow('gone');
  expect((await deadLettersOf(message.aggregateId))[0]?.redriven).toMatchObject({ by: 'admin', sent: false });
  expect((await adminOn().redrive(request)).ids).toHaveLength(1);
  await until('it is applied', async () => (await fixture.effects(message.aggregateId)).length === 1);
  expect((await deadLettersOf(message.aggregateId))[0]?.redriven).toMatchObject({ sent: true });
});

test('the dead letters of an aggregate are redriven in any order, and applied in the order of their versions', async () => {
  const [first, ...rest] = life(4) as [OutgoingMessage, ...OutgoingMessage[]];
  poison.push(first.eventId);
  const consumer = fixture.consumer({ group, apply, gapTimeoutMs: 300 });
  await consumer.start();
  await fixture.publish([first, ...rest]);
  const deadLetters = await deadLettersIn(first.aggregateId, 4);
  const request = requestFor(first);
  expect(deadLetters.map(({ reason }) => reason)).toEqual([
    'APPLY_FAILED',
    'VERSION_GAP',
    'VERSION_GAP',
    'VERSION_GAP',
  ]);
  await consumer.stop();
  poison = [];
  await fixture.consumer({ group, apply, gapTimeoutMs: 60_000 }).start();
  for (const { id } of deadLetters.toReversed()) await adminOn().redrive({ ...request, id });
  await until('all are applied', async () => (await fixture.effects(first.aggregateId)).length === 4);
  expect(await fixture.effects(first.aggregateId)).toEqual([1, 2, 3, 4]);
});

test('bytes that no contract decodes are shown and redriven unchanged', async () => {
  const key = newOrderId();
  await fixture.consumer({ group }).start();
  const producer = fixture.kafka.createProducer();
  const values = [Buffer.from([7, 1, 255, 0]), null];
  await producer.send(
    values.map((value) => ({ topic: 'order-events', key, value, headers: { bin: Buffer.from([255]) } })),
  );
  await producer.close();
  const [bytes, empty] = await deadLettersIn(key, 2);
  const request = requestFor({ aggregateId: key });
  expect(await adminOn().get(bytes!.id)).toMatchObject({
    reason: 'BAD_MAGIC',
    message: null,
    hex: '0701ff00',
    size: 4,
  });
  expect(await adminOn().get(empty!.id)).toMatchObject({ message: null, hex: '', headers: { bin: '0xff' } });
  expect(await adminOn().redrive(request)).toMatchObject({ byReason: { BAD_MAGIC: 1, UNREADABLE: 1 } });
  const [, , again] = await deadLettersIn(key, 4);
  expect(await adminOn().get(again!.id)).toMatchObject({ hex: '0701ff00', redrives: 1, headers: { bin: '0xff' } });
});

test('a list is read page by page, only its own group, and a dead letter of others is not shown', async () => {
  const orders = Array.from({ length: 7 }, () => placed(newOrderId()));
  poison.push(...orders.map(({ eventId }) => eventId));
  await fixture.consumer({ group, apply }).start();
  await fixture.publish(orders);
  const admin = adminOn();
  const all = await until('all are dead letters', async () => {
    const { deadLetters } = await admin.list({ reason: 'APPLY_FAILED' }, { limit: 100 });
    return deadLetters.length === 7 && deadLetters;
  });
  const paged: string[] = [];
  let from: Parameters<typeof admin.list>[1]['from'];
  do {
    const page = await admin.list({ reason: 'APPLY_FAILED' }, { limit: 3, from });
    expect(page.deadLetters.length).toBeLessThanOrEqual(3);
    paged.push(...page.deadLetters.map(({ id }) => id));
    from = page.next ?? undefined;
  } while (from);
  expect(paged).toEqual(all.map(({ id }) => id));
  const request = { ...requestFor(orders[0]!), filter: { reason: 'APPLY_FAILED' } };
  expect(await admin.redrive({ ...request, limit: 2, dryRun: true })).toMatchObject({
    ids: paged.slice(0, 2),
    more: true,
  });

  group = `test-${randomUUID()}`;
  expect((await adminOn().list({}, { limit: 10 })).deadLetters).toEqual([]);
  for (const id of [paged[0]!, 'order-events-0-999999999', 'inventory-alerts-0-0', 'nonsense']) {
    expect(await adminOn().get(id)).toBeNull();
  }
});
