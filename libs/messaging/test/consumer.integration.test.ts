import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EventId } from '@oms/contracts';
import { until } from '@oms/test-kit';
import type { Apply } from '../src/index.ts';
import { partitionOf } from '../src/kafka/murmur2.ts';
import { changed, life, newOrderId, placed } from './messages.ts';
import { createFixture, deadLettersOf, neighbourOf, recordEffects, type Fixture } from './fixture.ts';

let fixture: Fixture;
beforeEach(async () => {
  fixture = await createFixture();
});
afterEach(() => fixture.end());

const publish = (messages: Parameters<Fixture['publish']>[0]) => fixture.publish(messages);

describe('applied once', () => {
  test('a message goes from a transaction to the handler, and what the handler stores is published', async () => {
    const [first, second] = [newOrderId(), newOrderId()];
    const received = fixture.listen('order-events');
    const relay = await fixture.relay();
    const consumer = fixture.consumer({
      enqueue: (stored) => relay.enqueue(stored),
      apply: async (client, messages) => {
        const mine = messages.some((message) => message.aggregateId === first);
        return mine ? await fixture.outbox.append(client, [placed(second)]) : [];
      },
    });
    await consumer.start();
    relay.enqueue(await fixture.commit([placed(first)]));
    await until('the answer is received of', () => received.some((m) => m.key?.toString() === second));
    expect(consumer.state().assigned).toBe(6);
    expect(consumer.state().lastProgressAt).toBeInstanceOf(Date);
  });

  test('repeats are applied once, within a batch and across batches', async () => {
    const orderId = newOrderId();
    const messages = life(3, orderId);
    await publish([...messages, ...messages, ...messages]);
    await fixture.consumer().start();
    await until('all are applied', async () => (await fixture.effects(orderId)).length >= 3);
    await publish([...messages, changed(orderId, 4)]);
    await until('the last is applied', async () => (await fixture.effects(orderId)).includes(4));
    expect(await fixture.effects(orderId)).toEqual([1, 2, 3, 4]);
  });

  test('a replay of the whole topic writes nothing twice', async () => {
    const orders = Array.from({ length: 50 }, () => newOrderId());
    await publish(orders.flatMap((id) => life(3, id)));
    const first = fixture.consumer();
    await first.start();
    await until('all are applied', async () =>
      (await Promise.all(orders.map((id) => fixture.effects(id)))).every((v) => v.length === 3),
    );
    await first.stop();
    const { rows: before } = await fixture.pool.query('SELECT count(*) FROM effects');
    // The same inbox, and a group without offsets: everything is read again.
    const marker = newOrderId();
    await publish([placed(marker)]);
    await fixture.pool.query('UPDATE messaging.inbox SET "consumer" = $1', ['replay']);
    await fixture.consumer({ group: 'replay', apply: recordEffects('replay') }).start();
    await until('the end is reached', async () => (await fixture.effects(marker)).length === 1);
    const { rows: after } = await fixture.pool.query('SELECT count(*) - 1 AS count FROM effects');
    expect(after).toEqual(before);
  });

  test('a crash between effect and offset makes a new member read again, and apply nothing again', async () => {
    const orderId = newOrderId();
    const group = `test-${randomUUID()}`;
    await publish(life(2, orderId));
    let commits = 0;
    const forgetful = {
      ...fixture.kafka,
      createConsumer: (options: Parameters<typeof fixture.kafka.createConsumer>[0]) =>
        fixture.kafka.createConsumer({
          ...options,
          onBatch: (batch) =>
            options.onBatch({
              ...batch,
              // The effect is committed; the process dies before it can say so.
              commit: () => Promise.reject(new Error(`gone, ${(commits += 1)}`)),
            }),
        }),
    };
    const dying = fixture.consumer({ group, kafka: forgetful });
    await dying.start();
    await until(
      'the effect is there and no event was stored',
      async () => (await fixture.effects(orderId)).length === 2 && commits > 0,
    );
    await dying.stop();
    const successor = fixture.consumer({ group });
    await successor.start();
    const marker = changed(orderId, 3);
    await publish([marker]);
    await until('the successor is past it', async () => (await fixture.effects(orderId)).includes(3));
    expect(await fixture.effects(orderId)).toEqual([1, 2, 3]);
  });

  test('two groups of one service each apply a message', async () => {
    const orderId = newOrderId();
    await publish([placed(orderId)]);
    await fixture.consumer().start();
    await fixture.consumer().start();
    await until('both have', async () => (await fixture.effects(orderId)).length === 2);
  });

  test('members come and go, and every message is applied once, in order', async () => {
    const group = `test-${randomUUID()}`;
    const orders = Array.from({ length: 30 }, () => newOrderId());
    const members = [fixture.consumer({ group }), fixture.consumer({ group }), fixture.consumer({ group })];
    await members[0]!.start();
    for (let version = 1; version <= 6; version++) {
      await publish(orders.map((id) => (version === 1 ? placed(id) : changed(id, version))));
      if (version === 2) await members[1]!.start();
      if (version === 3) await members[2]!.start();
      if (version === 5) await members[0]!.stop();
    }
    await until('all are applied', async () => (await fixture.effects(orders[0]!)).length >= 6, 40_000);
    for (const id of orders) {
      await until('this one too', async () => (await fixture.effects(id)).length >= 6);
      expect(await fixture.effects(id)).toEqual([1, 2, 3, 4, 5, 6]);
    }
  });
});

describe('what cannot be applied', () => {
  test('poison goes to the dead letters with its bytes, key and headers intact, and its partition continues', async () => {
    const orderId = newOrderId();
    const deadLetters = fixture.listen('order-events.dlq');
    const poison = changed(orderId, 2);
    const apply: Apply = async (client, messages) => {
      if (messages.some((message) => message.eventId === poison.eventId)) throw new Error('cannot digest this');
      await recordEffects('test')(client, messages);
    };
    const consumer = fixture.consumer({ apply });
    await consumer.start();
    const neighbour = neighbourOf(orderId);
    await publish([placed(orderId), poison, placed(neighbour)]);
    await until('the partition continues', async () => (await fixture.effects(neighbour)).includes(1));
    expect(await fixture.effects(orderId)).toEqual([1]);
    const deadLetter = await until(
      'the dead letter is there',
      () => deadLettersOf(deadLetters, orderId, consumer.group)[0],
    );
    expect(deadLetter.value).toEqual(fixture.codec.encode(poison));
    const headers = Object.fromEntries(
      Object.entries(deadLetter.headers).map(([name, value]) => [name, String(value)]),
    );
    expect(headers).toMatchObject({
      ce_aggregateversion: '2',
      dlq_reason: 'APPLY_FAILED',
      dlq_error: 'Error: cannot digest this',
      dlq_topic: 'order-events',
      dlq_partition: String(partitionOf(orderId, 6)),
      dlq_attempts: '3',
      dlq_consumer: consumer.group,
    });
    expect(Number(headers['dlq_offset'])).toBeGreaterThanOrEqual(0);
    expect(new Date(headers['dlq_at']!).getTime()).toBeGreaterThan(Date.now() - 60_000);
    const { rows } = await fixture.pool.query('SELECT 1 FROM messaging.inbox WHERE "eventId" = $1', [poison.eventId]);
    expect(rows).toEqual([]); // so that it can be sent again when the handler is mended
  });

  test('bytes that no contract reads go to the dead letters at once, and so does a message without a value', async () => {
    const orderId = newOrderId();
    const deadLetters = fixture.listen('order-events.dlq');
    const consumer = fixture.consumer();
    await consumer.start();
    const bytes = [Buffer.from([7, 1, 2, 3]), Buffer.alloc(0), Buffer.from([0, 127, 127, 127, 127, 1]), null];
    const producer = fixture.kafka.createProducer();
    const inOrder = (value: Buffer | null) => ({ topic: 'order-events', key: orderId, value, headers: {} });
    await producer.send([...bytes, fixture.codec.encode(placed(orderId))].map(inOrder));
    await producer.close();
    await until('the partition continues', async () => (await fixture.effects(orderId)).length === 1);
    await until('the dead letters are there', () => deadLettersOf(deadLetters, orderId, consumer.group).length === 4);
    const found = deadLettersOf(deadLetters, orderId, consumer.group);
    expect(found.map((deadLetter) => deadLetter.value)).toEqual(bytes);
    expect(found.map((deadLetter) => String(deadLetter.headers['dlq_reason']))).toEqual([
      'BAD_MAGIC',
      expect.any(String),
      'UNKNOWN_SCHEMA',
      'UNREADABLE',
    ]);
  });

  test('a failure that passes is tried again in order, as often as it takes, and nothing becomes a dead letter', async () => {
    const orderId = newOrderId();
    const deadLetters = fixture.listen('order-events.dlq');
    let failures = 0;
    const consumer = fixture.consumer({
      apply: async (client, messages) => {
        const first = messages.find((message) => message.aggregateId === orderId);
        if (first && (failures += 1) <= 6) {
          throw Object.assign(new Error('come back later'), failures % 2 ? { transient: true } : { code: '40P01' });
        }
        await recordEffects('test')(client, messages);
      },
    });
    await consumer.start();
    await publish(life(3, orderId));
    await until('all are applied', async () => (await fixture.effects(orderId)).length === 3, 30_000);
    expect(await fixture.effects(orderId)).toEqual([1, 2, 3]);
    expect(deadLettersOf(deadLetters, orderId, consumer.group)).toEqual([]);
  });

  test('another session that holds a row lock delays the messages, and makes no dead letters of them', async () => {
    const orderId = newOrderId();
    await fixture.pool.query('CREATE TABLE stock (id INT PRIMARY KEY, quantity INT)');
    await fixture.pool.query('INSERT INTO stock VALUES (1, 0)');
    const consumer = fixture.consumer({
      apply: async (client, messages) => {
        await client.query(`SET LOCAL lock_timeout = '50ms'`);
        const mine = messages.filter((message) => message.aggregateId === orderId).length;
        if (mine > 0) await client.query('UPDATE stock SET quantity = quantity + $1', [mine]);
        await recordEffects('test')(client, messages);
      },
    });
    const stranger = await fixture.pool.connect();
    await stranger.query('BEGIN');
    await stranger.query('SELECT * FROM stock FOR UPDATE');
    await consumer.start();
    await publish(life(3, orderId));
    await until('it is noticed', async () => {
      const { rows } = await fixture.pool.query(
        `SELECT 1 FROM pg_stat_database WHERE datname = current_database() AND xact_rollback > 3`,
      );
      return rows.length > 0;
    });
    await stranger.query('COMMIT');
    stranger.release();
    await until('all are applied', async () => (await fixture.effects(orderId)).length === 3, 30_000);
    const { rows } = await fixture.pool.query('SELECT quantity FROM stock');
    expect(rows).toEqual([{ quantity: 3 }]);
  });

  test('while Kafka does not take a dead letter nothing is skipped', async () => {
    const orderId = newOrderId();
    const poison: EventId[] = [];
    const deadLetters = fixture.listen('order-events.dlq');
    let refusals = 0;
    const refusing = {
      ...fixture.kafka,
      createProducer: () => {
        const producer = fixture.kafka.createProducer();
        const send: typeof producer.send = async (messages) => {
          if ((refusals += 1) <= 3) throw new Error('not now');
          await producer.send(messages);
        };
        return { ...producer, send };
      },
    };
    const consumer = fixture.consumer({
      kafka: refusing,
      apply: async (client, messages) => {
        if (messages.some((message) => poison.includes(message.eventId))) throw new Error('cannot digest this');
        await recordEffects('test')(client, messages);
      },
    });
    const bad = changed(orderId, 2);
    poison.push(bad.eventId);
    const neighbour = neighbourOf(orderId);
    await publish([placed(orderId), bad, placed(neighbour)]);
    await consumer.start();
    await until('the partition continues', async () => (await fixture.effects(neighbour)).includes(1), 30_000);
    expect(await fixture.effects(orderId)).toEqual([1]);
    await until('the dead letter is there', () => deadLettersOf(deadLetters, orderId, consumer.group).length === 1);
    expect(refusals).toBeGreaterThan(3);
  });
});
