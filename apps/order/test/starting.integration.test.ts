/** A service that starts while the registry is away: it writes nothing that it could not publish, and answers reads. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCodec } from '@oms/contracts';
import { createLazyCodec, createSchemaCache } from '@oms/messaging';
import { createLogger } from '@oms/service-kit';
import { createDatabase, testStack, until } from '@oms/test-kit';
import { someone, startOrderService, type OrderService } from './order-service.ts';

// The discard port: nobody listens.
const nowhere = 'http://127.0.0.1:9';

let service: OrderService;

beforeAll(async () => {
  service = await startOrderService({ registryUrl: nowhere });
});
afterAll(() => service.stop());

describe('on its very first start', () => {
  test('is not ready, answers reads, and reserves no stock for orders that it could not publish', async () => {
    const ann = await someone('customer');
    const reply = await service.placeFor(ann, [{ itemId: service.inventory.item('1.00'), quantity: 1 }]);
    expect([reply.status, reply.body.code, reply.headers['retry-after']]).toEqual([503, 'STARTING', '2']);
    expect(service.inventory.calls).toEqual([]);
    expect((await service.ask(ann, 'GET', '/v1/orders')).body).toEqual({ data: [], nextCursor: null });
    const ready = await service.http.management.inject('/health/ready');
    expect([ready.statusCode, ready.json().checks]).toEqual([503, { database: 'ok', contracts: 'not ok' }]);
  });
});

describe('on any later start', () => {
  test('knows the ids of its messages from its database', async () => {
    const database = await createDatabase('order');
    const options = { cache: createSchemaCache(database.pool), publishes: ['ORDER_PLACED', 'NEW_ORDER'] as const };
    await createCodec({ ...options, registryUrl: testStack().registryUrl });
    const codec = createLazyCodec({
      ...options,
      registryUrl: nowhere,
      notReadyError: () => new Error('not yet'),
      logger: createLogger({ name: 'order', level: 'silent' }),
    });
    expect(() => codec.assertReady()).toThrow('not yet');
    codec.start();
    await until('the codec has its ids', () => codec.isReady());
    expect(() => codec.assertReady()).not.toThrow();
    await codec.stop();
    await database.drop();
  });
});
