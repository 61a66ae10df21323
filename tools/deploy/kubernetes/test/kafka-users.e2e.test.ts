// The ACLs of k8s/operators/users.yaml are enough for everything that the services do on Kafka, and a refusal is reported clearly.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { schemaFiles, topics, type Topic } from '@oms/contracts';
import { topicSettings } from '@oms/contracts/register';
import { until } from '@oms/test-kit';
import { send, type ApiCaller } from '../../../dev/client/client.ts';
import { recover } from '../../../dev/recover/recover.ts';
import { register } from '../../../contracts/schemas/register.ts';
import { databaseServices, planOf, services, type Service } from '../../../dev/stack/services.ts';
import type { System } from '../../../dev/start/system.ts';
import type { KafkaUser } from '../kafka-users.ts';
import { allow, forbid } from './allow.ts';
import { createAuthority } from './authority.ts';
import { clientOf, startGuardedKafka, type GuardedKafka } from './guarded-system.ts';

let guarded: GuardedKafka;

beforeAll(async () => {
  guarded = await startGuardedKafka();
});
afterAll(() => guarded?.stop());

describe('before there is any topic', () => {
  const registered = (user: string, options: { minInsyncReplicas?: number } = {}) =>
    register({ registryUrl: guarded.stack.registryUrl, kafka: guarded.accessOf(user), ...options });

  test('a service may not make them', async () => {
    await expect(registered('oms-order')).rejects.toThrow(
      /^Kafka does not let oms-order make and correct topics \(.*\)\. What each user must be allowed is in k8s\/operators\/users\.yaml\.$/,
    );
  });

  test('the user of the Job makes them, and finds nothing to do the next time', async () => {
    const { topics: made, schemas } = await registered('oms-schemas');
    expect(made.toSorted()).toEqual(
      topicSettings()
        .map(({ name }) => name)
        .toSorted(),
    );
    expect(schemas).toHaveLength(schemaFiles().length);
    expect((await registered('oms-schemas')).topics).toEqual([]);
  });

  test('and corrects those whose settings are not as planned', async () => {
    expect((await registered('oms-schemas', { minInsyncReplicas: 2 })).topics).toHaveLength(topicSettings().length);
    expect((await registered('oms-schemas')).topics).toHaveLength(topicSettings().length);
  });
});

describe('a client', () => {
  test('is let in with its password', async () => {
    expect(await asking({})).toHaveLength(topics['order-events'].partitions);
  });

  test('gets a clear error when its password is wrong', async () => {
    await expect(asking({ KAFKA_PASSWORD: 'wrong' })).rejects.toThrow(/^Kafka does not let oms-analytics in \(.*\)\. /);
  });

  test('speaks to no broker whose certificate is of another authority', async () => {
    const { caFile } = await createAuthority(join(guarded.dataDir, 'another-authority'));
    await expect(asking({ KAFKA_TLS_CA_FILE: caFile })).rejects.toThrow(/certificate/);
  });

  async function asking(changed: Record<string, string>) {
    const { admin } = clientOf(guarded.accessOf('oms-analytics', changed));
    try {
      return await admin.offsetRanges(['order-events']);
    } finally {
      await admin.close();
    }
  }
});

describe('a system of users', () => {
  let system: System;
  let customer: ApiCaller;
  let staff: ApiCaller;
  let admin: ApiCaller;
  let dish: string;

  beforeAll(async () => {
    system = await guarded.startServices();
    [customer, staff, admin] = await Promise.all([
      guarded.as(system, 'customer'),
      guarded.as(system, 'staff'),
      guarded.as(system, 'admin'),
    ]);
  });
  beforeEach(async () => {
    const item = { itemName: `Saffron ${randomUUID()}`, quantity: 50, unit: 'portion', threshold: 40, price: '12.50' };
    const { body } = await staff.post('/v1/inventory', { ...item, category: 'mains' });
    dish = (body as { id: string }).id;
  });
  afterAll(() => system?.stop());

  test('takes an order its whole way: every topic is written by those who publish and read by those who subscribe', async () => {
    const id = await placed(11);
    for (const status of ['PREPARING', 'OUT_FOR_DELIVERY', 'DELIVERED'])
      expect((await staff.patch(`/v1/orders/${id}/status`, { status })).status).toBe(200);

    await until('analytics has its order and its stock', async () => {
      const funnel = JSON.stringify((await staff.get('/v1/analytics/funnel')).body);
      const levels = JSON.stringify((await staff.get('/v1/analytics/inventory')).body);
      return funnel.includes('"step":"DELIVERED","orders":1') && levels.includes(dish);
    });
    await mailed({ orderId: id }, 'ORDER_PLACED');
    await mailed({ itemId: dish }, 'LOW_STOCK');
    await until('inventory has confirmed it', async () => (await staff.delete(`/v1/inventory/${dish}`)).status === 204);
  });

  test('puts aside what it cannot read, shows it, and puts it back', async () => {
    const key = randomUUID();
    const producer = clientOf({ brokers: guarded.stack.kafkaBrokers }).createProducer();
    const value = Buffer.from('this is no message');
    await producer.send((Object.keys(topics) as Topic[]).map((topic) => ({ topic, key, value, headers: {} })));
    await producer.close();

    for (const service of services.filter((one) => planOf(one).deadLetters !== undefined)) {
      const path = planOf(service).deadLetters ?? '';
      const read = (Object.keys(topics) as Topic[]).filter((topic) => topics[topic].readBy.includes(service));
      await until(`${service} has put them aside`, async () => {
        const { body } = await admin.get(`${path}?aggregateId=${key}`);
        // There are more once another service has put its own back: they come to all who read that topic.
        return (body as { data: unknown[] }).data.length >= read.length;
      });
      const { status, body } = await admin.post(`${path}/redrive`, { aggregateId: key });
      expect(status, service).toBe(200);
      expect((body as { ids: string[] }).ids.length, service).toBeGreaterThanOrEqual(read.length);
    }
  });

  test('reads back the messages, when a database was restored', async () => {
    for (const service of databaseServices) {
      const since = new Date(Date.now() - 1_000);
      const env = guarded.settingsOf(`oms-${service}`);
      const { read } = await recover(service, { stack: guarded.stack, since, fix: false, env });
      expect(read, service).toBeGreaterThan(0);
    }
  });

  test('continues taking orders while Kafka does not let order in, and tells of them once it does', async () => {
    const order = system.service('order');
    const wrong = 'a password that nobody has';
    await order.stop();
    await order.start({ KAFKA_PASSWORD: wrong });

    const id = await placed(1);
    await kafkaState('order', 'refused');
    expect(guarded.logOf('order')).toContain('Kafka does not let oms-order in');
    expect(guarded.logOf('order')).not.toContain(wrong);
    expect(await textOf('order', '/metrics')).not.toContain(wrong);

    await order.stop();
    await order.start();
    await mailed({ orderId: id }, 'ORDER_PLACED');
    await kafkaState('order', 'ok');
  });

  test.each([
    ['order', 'write to order-events', { type: 'topic', name: 'order-events', operations: ['Write'] }],
    [
      'notification',
      'read inventory-alerts, order-events as group oms-notification',
      { type: 'group', name: 'oms-notification', operations: ['Read'] },
    ],
  ] as const)('reports what %s may not: %s; and does it as soon as it may', async (service, action, { ...rule }) => {
    const users: KafkaUser[] = [{ name: `oms-${service}`, rules: [{ ...rule, operations: [...rule.operations] }] }];
    await forbid(guarded.stack.kafkaBrokers, users);
    // A member of a group is asked for its permission again with its next heartbeat.
    const id = await placed(1);
    await kafkaState(service, 'refused');
    // Another request, such as that of the group's offsets, may be refused first.
    const refusal = `Kafka does not let oms-${service} ${action} (`;
    await until('the log has the refusal', () => guarded.logOf(service).includes(refusal), 30_000);

    await allow(guarded.stack.kafkaBrokers, users);
    await mailed({ orderId: id }, 'ORDER_PLACED');
    await kafkaState(service, 'ok');
  });

  async function placed(quantity: number): Promise<string> {
    const deliveryAddress = { line1: '1 Harbour Street', city: 'Lisbon', postalCode: '1100-148', country: 'PT' };
    const reply = await customer.post('/v1/orders', { items: [{ itemId: dish, quantity }], deliveryAddress });
    expect(reply.status, JSON.stringify(reply.body)).toBe(201);
    return (reply.body as { id: string }).id;
  }

  async function mailed(about: Record<string, string>, event: string): Promise<void> {
    const query = new URLSearchParams({ ...about, channel: 'EMAIL' }).toString();
    await until(
      `${event} is mailed`,
      async () => {
        const { body } = await staff.get(`/v1/notifications?${query}`);
        const found = (body as { data: { event: string; status: string }[] }).data;
        return found.some((one) => one.event === event && one.status === 'SENT');
      },
      60_000,
    );
  }

  /** A service is ready whatever the state of Kafka; that state is reported beside it. */
  async function kafkaState(service: Service, kafka: string): Promise<void> {
    await until(
      `${service} says that Kafka is "${kafka}"`,
      async () => {
        const { status, body } = await send('GET', `${system.managementUrls[service]}/health/ready`);
        expect(status).toBe(200);
        return (body as { others: { kafka: string } }).others.kafka === kafka;
      },
      60_000,
    );
  }

  async function textOf(service: Service, path: string): Promise<string> {
    return String((await send('GET', `${system.managementUrls[service]}${path}`)).body);
  }
});
