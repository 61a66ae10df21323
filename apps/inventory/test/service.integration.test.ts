/** The whole service with Kafka and the registry, and without them. */
import { randomUUID } from 'node:crypto';
import { createCodec, memorySchemaCache, type CustomerId, type EventId, type OrderId } from '@oms/contracts';
import { createKafka } from '@oms/messaging';
import { createLogger } from '@oms/service-kit';
import { testStack, until } from '@oms/test-kit';
import { expect, test } from 'vitest';
import { deleteExpiredRecords } from '../src/store/idempotency-records.ts';
import { newItem, startService, type RunningService } from './running-service.ts';

const nowhere = 'http://127.0.0.1:9';

test('an order whose event arrives is confirmed, and the change of stock is published', async () => {
  const service = await startService();
  try {
    const { orderId } = await reserveOne(service);
    await sendPlaced(orderId);
    await until('the reservation is confirmed', async () => {
      const { rows } = await service.pool.query('SELECT state FROM reservations WHERE "orderId" = $1', [orderId]);
      return rows[0].state === 'CONFIRMED';
    });
    await until(
      'the outbox is empty',
      async () => (await service.pool.query('SELECT 1 FROM messaging.outbox LIMIT 1')).rowCount === 0,
    );
  } finally {
    await service.close();
  }
});

test('the order service has the stock of a cancelled order released at once; the events that come later change nothing', async () => {
  const service = await startService();
  try {
    const { item, orderId } = await reserveOne(service);
    const orders = [
      { orderId, changedBy: 'ann', reason: 'CUSTOMER' },
      { orderId: randomUUID(), changedBy: 'ann', reason: null },
    ];
    const releaseOnce = () =>
      service.ask('POST', '/internal/reservations/release', { as: 'service', body: { orders } });
    const changes = async () =>
      (await releaseOnce()).body.results.map((result: { changed: boolean }) => result.changed);
    expect([await changes(), await changes()]).toEqual([
      [true, false],
      [false, false],
    ]);
    await sendPlaced(orderId);
    await until('the event is applied', async () => {
      return (await service.pool.query('SELECT 1 FROM messaging.inbox LIMIT 1')).rowCount === 1;
    });
    const { rows } = await service.pool.query('SELECT state, "orderPlaced" FROM reservations');
    expect(rows).toEqual([{ state: 'RELEASED', orderPlaced: true }]);
    expect((await service.ask('GET', `/v1/inventory/${item.id}`)).body.quantity).toBe(5);
  } finally {
    await service.close();
  }
});

test('the order service says whether the stock of a cancelled order comes back, and what is sold out', async () => {
  const service = await startService();
  try {
    const { item, orderId } = await reserveOne(service);
    const body = {
      orders: [{ orderId, changedBy: 'ann', reason: 'SOLD_OUT', restock: false, soldOutItemIds: [item.id] }],
    };
    const release = () => service.ask('POST', '/internal/reservations/release', { as: 'service', body });
    expect((await release()).body.results).toEqual([{ orderId, changed: true }]);
    const { rows } = await service.pool.query('SELECT state FROM reservations');
    expect(rows).toEqual([{ state: 'WRITTEN_OFF' }]);
    expect((await service.ask('GET', `/v1/inventory/${item.id}`)).body.quantity).toBe(0);
    await service.ask('POST', `/v1/inventory/${item.id}/restock`, { body: { quantity: 3 } });
    expect((await release()).body.results).toEqual([{ orderId, changed: false }]);
    expect((await service.ask('GET', `/v1/inventory/${item.id}`)).body.quantity).toBe(3);
  } finally {
    await service.close();
  }
});

test('while the schema ids are unknown, items can be read, and writes are refused with Retry-After', async () => {
  const service = await startService({ settings: { REGISTRY_URL: nowhere }, waitUntilReady: false });
  try {
    const ready = await service.health('/health/ready');
    expect([ready.status, ready.checks]).toEqual([503, { database: 'ok', contracts: 'not ok' }]);
    expect((await service.ask('GET', '/v1/inventory')).status).toBe(200);
    const write = await service.ask('POST', '/v1/inventory', { body: newItem('Early') });
    expect([write.status, write.body.code, write.headers['retry-after']]).toEqual([503, 'STARTING', '2']);
  } finally {
    await service.close();
  }
});

test('while the database is away, every request is refused with Retry-After', async () => {
  const service = await startService();
  try {
    const { item } = await reserveOne(service);
    service.proxy.cut();
    const asked = [
      await service.ask('GET', '/v1/inventory'),
      await service.ask('GET', `/v1/inventory/${item.id}`),
      await service.ask('POST', `/v1/inventory/${item.id}/restock`, { body: { quantity: 1 } }),
    ];
    expect(asked.map(({ status, body }) => [status, body.code as string])).toEqual(
      Array(3).fill([503, 'STOCK_UNAVAILABLE']),
    );
    expect((await service.health('/health/live')).status).toBe(200);
    expect((await service.health('/health/ready')).checks?.['database']).toBe('not ok');
  } finally {
    await service.close();
  }
});

test('a restock whose COMMIT is not answered is carried out once, and answered', async () => {
  const service = await startService();
  try {
    const { item } = await reserveOne(service);
    service.proxy.loseNextCommit();
    const { status, body } = await service.ask('POST', `/v1/inventory/${item.id}/restock`, { body: { quantity: 10 } });
    expect([status, body.quantity]).toEqual([200, 14]);
    expect((await service.ask('GET', `/v1/inventory/${item.id}`)).body.quantity).toBe(14);
  } finally {
    await service.close();
  }
});

test.each([
  ['removal', 'DELETE', undefined, {}, 204, [404, undefined]],
  ['change', 'PATCH', { price: '9.50' }, {}, 200, [200, '9.50']],
  ['change of one version', 'PATCH', { price: '9.50' }, { 'if-match': '"2"' }, 200, [200, '9.50']],
] as const)(
  'a %s whose COMMIT is not answered is carried out once, and answered as if it were',
  async (_what, method, body, headers, status, then) => {
    const service = await startService();
    try {
      const { id } = await service.create('Soup', { quantity: 3, threshold: 0 });
      await service.ask('POST', `/v1/inventory/${id}/restock`, { body: { quantity: 1 } });
      service.proxy.loseNextCommit();
      const reply = await service.ask(method, `/v1/inventory/${id}`, { body, headers });
      expect([reply.status, reply.headers['idempotency-replayed']]).toEqual([status, undefined]);
      const now = await service.ask('GET', `/v1/inventory/${id}`);
      expect([now.status, now.body?.price]).toEqual(then);
      const { rows } = await service.pool.query(
        'SELECT max("itemVersion") AS version FROM movements WHERE "itemId" = $1',
        [id],
      );
      if (method === 'DELETE') expect(rows).toEqual([{ version: 3 }]);
    } finally {
      await service.close();
    }
  },
);

test('a removal or a change that is sent again with its Idempotency-Key gets the first answer', async () => {
  const service = await startService();
  try {
    const { id } = await service.create('Stew', { quantity: 3 });
    const send = async (method: 'PATCH' | 'DELETE', key: string, body?: object) => {
      const reply = await service.ask(method, `/v1/inventory/${id}`, { body, headers: { 'idempotency-key': key } });
      return [
        reply.status,
        reply.headers['idempotency-replayed'] ?? null,
        reply.body?.code ?? reply.body?.price ?? null,
      ];
    };
    expect(await send('PATCH', 'p1', { price: '7.00' })).toEqual([200, null, '7.00']);
    expect(await send('PATCH', 'p2', { price: '8.00' })).toEqual([200, null, '8.00']);
    expect(await send('PATCH', 'p1', { price: '7.00' })).toEqual([200, 'true', '7.00']);
    expect(await send('PATCH', 'p1', { price: '7.50' })).toEqual([422, null, 'IDEMPOTENCY_KEY_REUSED']);
    expect((await service.ask('GET', `/v1/inventory/${id}`)).body.price).toBe('8.00');
    expect(await send('DELETE', 'd1')).toEqual([204, null, null]);
    expect(await send('DELETE', 'd1')).toEqual([204, 'true', null]);
    expect(await send('DELETE', 'd2')).toEqual([404, null, 'NOT_FOUND']);
  } finally {
    await service.close();
  }
});

test('old idempotency records are deleted, and only those', async () => {
  const service = await startService();
  try {
    const { item } = await reserveOne(service);
    for (const key of ['old', 'older', 'new']) {
      await service.ask('POST', `/v1/inventory/${item.id}/restock`, {
        body: { quantity: 1 },
        headers: { 'idempotency-key': key },
      });
    }
    await service.pool.query(
      `UPDATE stock_commands SET "createdAt" = now() - interval '25 hours' WHERE key LIKE 'old%'`,
    );
    const yesterday = new Date(Date.now() - 24 * 3_600_000);
    expect([
      await deleteExpiredRecords(service.pool, yesterday, 1),
      await deleteExpiredRecords(service.pool, yesterday, 10),
    ]).toEqual([1, 1]);
    const { rows } = await service.pool.query(`SELECT key FROM stock_commands WHERE key IN ('old', 'older', 'new')`);
    expect(rows).toEqual([{ key: 'new' }]);
  } finally {
    await service.close();
  }
});

async function reserveOne(service: RunningService) {
  const { body: item } = await service.ask('POST', '/v1/inventory', { body: newItem('Ramen', { quantity: 5 }) });
  const orderId = randomUUID() as string as OrderId;
  const reservations = [{ orderId, lines: [{ itemId: item.id, quantity: 1 }] }];
  const { body } = await service.ask('POST', '/internal/reservations', { as: 'service', body: { reservations } });
  expect(body.results[0].outcome).toBe('RESERVED');
  return { item, orderId };
}

async function sendPlaced(orderId: OrderId): Promise<void> {
  const { registryUrl, kafkaBrokers } = testStack();
  const codec = await createCodec({ registryUrl, cache: memorySchemaCache(), publishes: ['ORDER_PLACED'] });
  const deliveryAddress = {
    line1: 'High Street 1',
    line2: null,
    city: 'Graz',
    postalCode: '8010',
    country: 'AT',
    instructions: null,
  };
  const value = codec.encode({
    eventId: randomUUID() as string as EventId,
    eventType: 'ORDER_PLACED',
    occurredAt: new Date(),
    aggregateId: orderId,
    aggregateVersion: 1,
    customerId: randomUUID() as string as CustomerId,
    totalAmount: 950,
    items: [],
    deliveryAddress,
    promisedDeliveryAt: null,
  });
  const logger = createLogger({ name: 'a test', level: 'silent' });
  const producer = createKafka({ clientId: 'a-test', brokers: kafkaBrokers, logger }).createProducer();
  await producer.send([{ topic: 'order-events', key: orderId, value, headers: {} }]);
  await producer.close();
}
