/** Who may do what, and what a request may not contain. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newItem, startService, type RunningService, type Who } from './running-service.ts';

let service: RunningService;
let id: string;
beforeAll(async () => {
  service = await startService();
  id = (await service.ask('POST', '/v1/inventory', { body: newItem('Tofu', { quantity: 10 }) })).body.id;
});
afterAll(() => service.close());

describe('each route', () => {
  const reservations = () => [{ orderId: randomUUID(), lines: [{ itemId: id, quantity: 1 }] }];
  const cancelled = () => [{ orderId: randomUUID(), changedBy: 'ann', reason: null }];
  const routes: [string, 'GET' | 'POST' | 'PATCH' | 'DELETE', () => string, (() => unknown) | undefined, Who[]][] = [
    ['list', 'GET', () => '/v1/inventory', undefined, ['customer', 'staff', 'admin', 'service']],
    ['read', 'GET', () => `/v1/inventory/${id}`, undefined, ['customer', 'staff', 'admin', 'service']],
    ['create', 'POST', () => '/v1/inventory', () => newItem(randomUUID()), ['staff', 'admin']],
    ['change', 'PATCH', () => `/v1/inventory/${id}`, () => ({ threshold: 5 }), ['staff', 'admin']],
    ['delete', 'DELETE', () => `/v1/inventory/${randomUUID()}`, undefined, ['staff', 'admin']],
    ['restock', 'POST', () => `/v1/inventory/${id}/restock`, () => ({ quantity: 1 }), ['staff', 'admin']],
    [
      'adjust',
      'POST',
      () => `/v1/inventory/${id}/adjustments`,
      () => ({ delta: 1, reason: 'found' }),
      ['staff', 'admin'],
    ],
    ['movements', 'GET', () => `/v1/inventory/${id}/movements`, undefined, ['staff', 'admin']],
    ['reserve', 'POST', () => '/internal/reservations', () => ({ reservations: reservations() }), ['service']],
    ['release', 'POST', () => '/internal/reservations/release', () => ({ orders: cancelled() }), ['service']],
    [
      'what it knows of an order',
      'POST',
      () => `/internal/orders/${randomUUID()}/explanation`,
      () => ({ eventIds: [randomUUID()] }),
      ['service'],
    ],
    [
      'which orders wait here',
      'POST',
      () => '/internal/orders/overdue',
      () => ({ eventIds: [randomUUID()], before: new Date().toISOString() }),
      ['service'],
    ],
  ];

  test.each(routes)('%s is open to its roles and to nobody else', async (_name, method, url, body, allowed) => {
    for (const as of ['customer', 'staff', 'admin', 'service'] as const) {
      const { status } = await service.ask(method, url(), { as, ...(body && { body: body() }) });
      expect([as, status === 403]).toEqual([as, !allowed.includes(as)]);
      expect(status).toBeLessThan(500);
    }
    expect((await service.ask(method, url(), { as: 'nobody', ...(body && { body: body() }) })).status).toBe(401);
  });
});

describe('a request is refused with the field that is wrong', () => {
  const creations: [string, Record<string, unknown>, string][] = [
    ['a quantity below zero', { quantity: -1 }, 'quantity'],
    ['a quantity that is not whole', { quantity: 1.5 }, 'quantity'],
    ['a quantity as text', { quantity: '5' }, 'quantity'],
    ['a quantity above an INTEGER', { quantity: 2 ** 31 }, 'quantity'],
    ['a threshold below zero', { threshold: -1 }, 'threshold'],
    ['a price as a number', { price: 9.5 }, 'price'],
    ['a price with three decimals', { price: '9.505' }, 'price'],
    ['a price below zero', { price: '-1.00' }, 'price'],
    ['a price of more than ten digits', { price: '100000000.00' }, 'price'],
    ['a name of blanks', { itemName: '   ' }, 'itemName'],
    ['a name too long', { itemName: 'x'.repeat(256) }, 'itemName'],
    ['a name with a line break', { itemName: 'a\r\nb' }, 'itemName'],
    ['a name with half a character', { itemName: '\ud800' }, 'itemName'],
    ['a category with NUL', { category: 'a\0b' }, 'category'],
    ['a field that an item does not have', { colour: 'red' }, 'colour'],
    ['an id of the caller’s own', { id: randomUUID() }, 'id'],
  ];
  test.each(creations)('%s', async (_name, over, field) => {
    const { status, body } = await service.ask('POST', '/v1/inventory', { body: newItem(randomUUID(), over) });
    expect([status, body.code]).toEqual([400, 'VALIDATION_FAILED']);
    expect(JSON.stringify(body)).toContain(field);
  });

  test('an order of no lines, of no quantity, of no id', async () => {
    const orderId = randomUUID();
    for (const one of [
      { orderId, lines: [] },
      { orderId, lines: [{ itemId: id, quantity: 0 }] },
      { orderId: 'x', lines: [{ itemId: id, quantity: 1 }] },
    ]) {
      const { status } = await service.ask('POST', '/internal/reservations', {
        as: 'service',
        body: { reservations: [one] },
      });
      expect(status).toBe(400);
    }
  });

  test('an order larger than all there can be is short, not an error', async () => {
    const lines = Array.from({ length: 1_000 }, () => ({ itemId: id, quantity: 2_147_483_647 }));
    const { body } = await service.ask('POST', '/internal/reservations', {
      as: 'service',
      body: { reservations: [{ orderId: randomUUID(), lines }] },
    });
    expect(body.results[0].outcome).toBe('INSUFFICIENT_STOCK');
  });
});

test('more than can wait is 503 TOO_BUSY with Retry-After, and the same call succeeds when the queue has space', async () => {
  const narrow = await startService({ settings: { QUEUE_MAX: 2 } });
  try {
    const { id } = await narrow.create('A dish that everybody wants', { quantity: 10 });
    const reservations = Array.from({ length: 3 }, () => ({
      orderId: randomUUID(),
      lines: [{ itemId: id, quantity: 1 }],
    }));
    const ask = (wanted: unknown[]) =>
      narrow.ask('POST', '/internal/reservations', { as: 'service', body: { reservations: wanted } });
    const refused = await ask(reservations);
    expect([refused.status, refused.body.code, refused.headers['retry-after']]).toEqual([503, 'TOO_BUSY', '1']);
    for (const one of reservations) expect((await ask([one])).body.results[0].outcome).toBe('RESERVED');
    expect((await narrow.ask('GET', `/v1/inventory/${id}`)).body.quantity).toBe(7);
  } finally {
    await narrow.close();
  }
});

test('the API document names every route and is served', async () => {
  const { status, body } = await service.ask('GET', '/openapi.json', { as: 'nobody' });
  expect(status).toBe(200);
  expect(Object.keys(body.paths)).toEqual(
    expect.arrayContaining([
      '/v1/inventory',
      '/v1/inventory/{id}',
      '/v1/inventory/{id}/restock',
      '/v1/inventory/{id}/adjustments',
      '/v1/inventory/{id}/movements',
    ]),
  );
});
