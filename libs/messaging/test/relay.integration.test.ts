import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { until } from '@oms/test-kit';
import { Registry } from 'prom-client';
import { inTransaction, type StoredMessage } from '../src/index.ts';
import { partitionOf } from '../src/kafka/murmur2.ts';
import { changed, life, newOrder, newOrderId, placed } from './messages.ts';
import { createFixture, firstTimes, versionsOf, type Fixture } from './fixture.ts';

let fixture: Fixture;
beforeEach(async () => {
  fixture = await createFixture();
});
afterEach(() => fixture.end());

describe('the outbox', () => {
  test('nothing is published when the transaction rolls back', async () => {
    const [lost, kept] = [newOrderId(), newOrderId()];
    const received = fixture.listen('order-events');
    await fixture.relay();
    await expect(
      inTransaction(fixture.pool, async (client) => {
        await fixture.outbox.append(client, [placed(lost)]);
        throw new Error('changed my mind');
      }),
    ).rejects.toThrow('changed my mind');
    await fixture.commit([placed(kept)]);
    await until('the committed order is received of', () => versionsOf(received, kept).length === 1);
    expect(versionsOf(received, lost)).toEqual([]);
  });

  test('a message is on its topic, in the partition of its key, with its CloudEvents headers and its own bytes', async () => {
    const orderId = newOrderId();
    const message = placed(orderId);
    const received = fixture.listen('order-events');
    const relay = await fixture.relay();
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const stored = await inTransaction(fixture.pool, (client) =>
      fixture.outbox.append(client, [message], { traceparentOf: () => traceparent }),
    );
    relay.enqueue(stored);
    const found = await until('it is received of', () => received.find((m) => m.key?.toString() === orderId));
    const items = message.items.map((each) => ({ ...each, note: null }));
    const leftOut = { placedBy: null, placedByRole: null, deliverAt: null, dueAt: null, acceptBy: null };
    expect(await fixture.codec.decode(found.value!)).toEqual({ ...message, ...leftOut, items });
    const headers = Object.fromEntries(Object.entries(found.headers).map(([name, value]) => [name, String(value)]));
    expect(headers).toEqual({
      ce_specversion: '1.0',
      ce_id: message.eventId,
      ce_source: '/test',
      ce_type: 'ORDER_PLACED',
      ce_time: message.occurredAt.toISOString(),
      ce_subject: orderId,
      ce_datacontenttype: 'application/vnd.confluent.avro',
      ce_aggregateversion: '1',
      traceparent,
    });
    expect(found.partition).toBe(partitionOf(orderId, 6));
  });

  test('ids follow the order of the arguments, and the rows are gone once they are sent', async () => {
    const messages = Array.from({ length: 300 }, () => life(2)).flat();
    const stored = await fixture.commit(messages);
    expect(stored.map((each) => each.eventId)).toEqual(messages.map((message) => message.eventId));
    expect(stored.map((each) => Number(each.id))).toEqual(stored.map((_, i) => Number(stored[0]!.id) + i));
    const { rows } = await fixture.pool.query<StoredMessage & { createdAt: Date }>(
      'SELECT * FROM messaging.outbox ORDER BY id',
    );
    expect(rows.map(({ createdAt: _, ...row }) => row)).toEqual(stored);
    await fixture.relay();
    await until('the outbox is empty', async () => (await fixture.depth()) === 0);
  });
});

describe('the relay', () => {
  test('what was stored while no relay ran is sent when one starts', async () => {
    const orderId = newOrderId();
    await fixture.commit(life(5, orderId));
    const received = fixture.listen('order-events');
    await fixture.relay();
    await until('all five are received of', () => versionsOf(received, orderId).length === 5);
    expect(versionsOf(received, orderId)).toEqual([1, 2, 3, 4, 5]);
  });

  test('a handed-over message waits for an earlier one of its aggregate that is still in the table', async () => {
    const orderId = newOrderId();
    const received = fixture.listen('order-events');
    const relay = await fixture.relay({ sweepMs: 60_000 });
    const marker = newOrderId();
    relay.enqueue(await fixture.commit([placed(marker)]));
    await until('the relay leads', () => versionsOf(received, marker).length === 1);
    await fixture.commit(life(3, orderId)); // not enqueued, as if the process had died
    relay.enqueue(await fixture.commit([changed(orderId, 4)]));
    await until('all four are received of', () => versionsOf(received, orderId).length === 4);
    expect(versionsOf(received, orderId)).toEqual([1, 2, 3, 4]);
  });

  test('of two relays one sends, and when its lock connection dies the other continues in order', async () => {
    const orders = Array.from({ length: 20 }, () => newOrderId());
    const received = fixture.listen('order-events');
    const relays = [await fixture.relay({ service: 'first' }), await fixture.relay({ service: 'second' })];
    const until9 = async (kill: boolean) => {
      for (let version = 1; version <= 9; version++) {
        await Promise.all(
          orders.map(async (orderId, i) => {
            const message = version === 1 ? placed(orderId) : changed(orderId, version);
            relays[i % 2]!.enqueue(await fixture.commit([message]));
          }),
        );
        if (kill && version % 3 === 0) await killLeader();
      }
    };
    await until9(true);
    await until(
      'all are received of',
      () => orders.every((id) => new Set(versionsOf(received, id)).size === 9),
      30_000,
    );
    for (const id of orders) expect(firstTimes(versionsOf(received, id))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    await until('the outbox is empty', async () => (await fixture.depth()) === 0);
  });

  test('of two relays one leads, and each message leaves once', async () => {
    const registries = [new Registry(), new Registry()];
    const received = fixture.listen('order-events');
    const orders = Array.from({ length: 100 }, () => newOrderId());
    await fixture.commit(orders.map(placed));
    await Promise.all(registries.map((metrics, i) => fixture.relay({ service: `relay ${i}`, metrics })));
    await until('both have asked for the lock', async () => {
      const { rows } = await fixture.pool.query(
        `SELECT 1 FROM pg_stat_activity WHERE application_name LIKE 'relay _ relay lock' AND query <> ''`,
      );
      return rows.length === 2;
    });
    await fixture.commit(orders.map((orderId) => changed(orderId, 2)));
    await until('the outbox is empty', async () => (await fixture.depth()) === 0, 30_000);
    await until('all are received of', () => orders.every((id) => versionsOf(received, id).includes(2)), 30_000);
    const leading = await Promise.all(
      registries.map(
        async (registry) => (await registry.getSingleMetric('messaging_relay_leading')?.get())?.values[0]?.value,
      ),
    );
    expect(leading.toSorted()).toEqual([0, 1]);
    const depths = await Promise.all(registries.map((registry) => valuesOf(registry, 'messaging_outbox_depth')));
    expect(
      depths.map(({ length }) => length),
      'a relay that stands by does not report the outbox',
    ).toEqual(leading);
    expect(orders.map((id) => versionsOf(received, id))).toEqual(orders.map(() => [1, 2]));
  });

  test('another relay takes over within two seconds', async () => {
    await fixture.relay({ service: 'first' });
    await until('the first leads', async () => (await leader()) === 'first relay lock');
    await fixture.relay({ service: 'second' });
    await killLeader();
    const startMs = performance.now();
    const orderId = newOrderId();
    const received = fixture.listen('order-events');
    await fixture.commit([placed(orderId)]);
    await until('somebody leads', leader, 2_000);
    expect(performance.now() - startMs).toBeLessThan(2_000);
    await until('it is received of', () => versionsOf(received, orderId).length === 1);
  });

  test('a relay that stands by has the leader send its messages without waiting for a sweep', async () => {
    const orderId = newOrderId();
    const received = fixture.listen('order-events');
    await fixture.relay({ service: 'first', sweepMs: 60_000 });
    await until('the first leads', async () => (await leader()) === 'first relay lock');
    const second = await fixture.relay({ service: 'second', sweepMs: 60_000 });
    await until('the second stands by', async () => {
      const { rows } = await fixture.pool.query(
        `SELECT 1 FROM pg_stat_activity WHERE application_name = 'second relay lock'`,
      );
      return rows.length === 1;
    });
    await until('its messages are received of', async () => {
      if (versionsOf(received, orderId).length > 0) return true;
      if ((await fixture.depth()) === 0) second.enqueue(await fixture.commit([placed(orderId)]));
      return false;
    });
  });

  test('while the broker is away messages stay in the table, and leave in order when it is back', async () => {
    const { proxy, kafka: behindProxy } = await fixture.behindProxy();
    const orders = Array.from({ length: 60 }, () => newOrderId());
    const received = fixture.listen('order-events');
    proxy.close();
    const relay = await fixture.relay({ kafka: behindProxy });
    const commitVersion = async (version: number) => {
      for (const orderId of orders) {
        relay.enqueue(await fixture.commit([version === 1 ? placed(orderId) : changed(orderId, version)]));
      }
    };
    await commitVersion(1);
    expect(await fixture.depth()).toBe(60);
    proxy.open();
    await until('the outbox is empty', async () => (await fixture.depth()) === 0, 30_000);
    await commitVersion(2);
    proxy.close(); // in the middle of sending
    await commitVersion(3);
    proxy.open();
    await commitVersion(4);
    proxy.hold();
    await commitVersion(5);
    proxy.open();
    await until('the outbox is empty again', async () => (await fixture.depth()) === 0, 40_000);
    await until('all are received of', () => orders.every((id) => new Set(versionsOf(received, id)).size === 5));
    for (const id of orders) expect(firstTimes(versionsOf(received, id))).toEqual([1, 2, 3, 4, 5]);
  });

  test('a topic the broker refuses holds up only its own messages', async () => {
    const [stuck, free] = [newOrderId(), newOrderId()];
    const refusing = {
      ...fixture.kafka,
      createProducer: () => {
        const producer = fixture.kafka.createProducer();
        return {
          ...producer,
          send: (messages: Parameters<typeof producer.send>[0]) =>
            producer.send(messages.map((m) => (m.topic === 'analytics-events' ? { ...m, topic: 'no-such-topic' } : m))),
        };
      },
    };
    const received = fixture.listen('order-events');
    const relay = await fixture.relay({ kafka: refusing });
    relay.enqueue(await fixture.commit([newOrder(stuck), placed(stuck)]));
    for (let version = 2; version <= 5; version++) relay.enqueue(await fixture.commit([changed(stuck, version)]));
    relay.enqueue(await fixture.commit([placed(free)]));
    await until('the rest is received of', () => new Set(versionsOf(received, stuck)).size === 5, 30_000);
    await until('the free one too', () => versionsOf(received, free).length > 0);
    expect(firstTimes(versionsOf(received, stuck))).toEqual([1, 2, 3, 4, 5]);
    await until('only the refused one is left', async () => (await fixture.depth()) === 1);
  });
});

async function leader(): Promise<string | undefined> {
  const { rows } = await fixture.pool.query<{ name: string }>(
    `SELECT a.application_name AS name FROM pg_locks l JOIN pg_stat_activity a USING (pid)
     WHERE l.locktype = 'advisory' AND l.granted AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  );
  return rows[0]?.name;
}

async function killLeader(): Promise<void> {
  await fixture.pool.query(
    `SELECT pg_terminate_backend(pid) FROM pg_locks
     WHERE locktype = 'advisory' AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  );
}

async function valuesOf(registry: Registry, name: string): Promise<number[]> {
  return ((await registry.getSingleMetric(name)?.get())?.values ?? []).map(({ value }) => value);
}
