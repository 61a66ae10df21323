/** Who may do what, to whose orders, with which bodies: the matrix of roles and routes, ownership, and bad input. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { address, someone, startOrderService, type OrderService, type Someone } from './order-service.ts';

let service: OrderService;
let who: Record<string, Someone | null>;
let ann: Someone;
let itemId: string;

beforeAll(async () => {
  service = await startOrderService();
  const [customer, staff, admin] = await Promise.all([someone('customer'), someone('staff'), someone('admin')]);
  who = { nobody: null, customer, staff, admin, service: service.service };
  ann = customer;
  itemId = service.inventory.item('1.00');
});
afterAll(() => service.stop());

const placed = async (): Promise<string> => (await service.placeFor(ann, [{ itemId, quantity: 1 }])).body.id as string;
const order = () => ({ items: [{ itemId, quantity: 1 }], deliveryAddress: address });

const routes = [
  ['POST', '/v1/orders', order, { customer: 201, staff: 201, admin: 201, service: 403 }],
  ['GET', '/v1/orders', undefined, { customer: 200, staff: 200, admin: 200, service: 403 }],
  ['GET', '/v1/orders/:id', undefined, { customer: 200, staff: 200, admin: 200, service: 403 }],
  ['GET', '/v1/orders/:id/history', undefined, { customer: 200, staff: 200, admin: 200, service: 403 }],
  ['GET', '/v1/orders/:id/explanation', undefined, { customer: 403, staff: 200, admin: 200, service: 403 }],
  [
    'PATCH',
    '/v1/orders/:id/status',
    () => ({ status: 'PREPARING' }),
    { customer: 403, staff: 200, admin: 200, service: 403 },
  ],
  [
    'POST',
    '/v1/orders/:id/cancel',
    () => ({ reason: 'CUSTOMER' }),
    { customer: 200, staff: 200, admin: 200, service: 403 },
  ],
  [
    ...(['POST', '/internal/placements/resolve'] as const),
    () => ({ placements: [{ orderId: randomUUID(), attempt: 1 }] }),
    { customer: 403, staff: 403, admin: 403, service: 200 },
  ],
  [
    ...(['POST', '/internal/orders/states'] as const),
    () => ({ orderIds: [randomUUID()] }),
    { customer: 403, staff: 403, admin: 403, service: 200 },
  ],
  [
    ...(['POST', '/internal/orders/states/page'] as const),
    () => ({ limit: 1 }),
    { customer: 403, staff: 403, admin: 403, service: 200 },
  ],
] as const;
const matrix = routes.flatMap(([method, url, body, allowed]) =>
  Object.entries({ nobody: 401, ...allowed }).map(([role, status]) => ({ role, method, url, status, body })),
);

test.each(matrix)('$role asks $method $url and gets $status', async ({ role, method, url, status, body }) => {
  const path = url.replace(':id', url.includes(':id') ? await placed() : '');
  const reply = await service.ask(who[role] ?? null, method, path, body && { body: body() });
  expect(reply.status).toBe(status);
});

describe("another customer's order", () => {
  const others = [
    ['GET', '', undefined],
    ['GET', '?waitFor=2', undefined],
    ['GET', '/history', undefined],
    ['POST', '/cancel', { reason: 'CUSTOMER' }],
  ] as const;

  test.each(others)('is not there to %s orders/id%s, just as one that does not exist', async (method, path, body) => {
    const bob = await someone('customer');
    const asked = async (id: string) => {
      const reply = await service.ask(bob, method, `/v1/orders/${id}${path}`, body && { body });
      return [reply.status, reply.body] as [number, unknown];
    };
    const [theirs, nobodys] = [await asked(await placed()), await asked(randomUUID())];
    expect(theirs[0]).toBe(404);
    expect(theirs).toEqual(nobodys);
  });
});

const inDays = (days: number) => new Date(Date.now() + days * 24 * 60 * 60 * 1000).toISOString();

describe('bad input', () => {
  const line = { itemId: randomUUID(), quantity: 1 };
  const bad: [string, object][] = [
    ['no items', { items: [], deliveryAddress: address }],
    ['no address', { items: [line] }],
    ['101 lines', { items: Array(101).fill(line), deliveryAddress: address }],
    ['more than 10,000 of one item', { items: Array(11).fill({ ...line, quantity: 1_000 }), deliveryAddress: address }],
    ...[-1, 0, 1.5, 1_001, 2 ** 31, '1', null].map((quantity): [string, object] => [
      `a quantity of ${JSON.stringify(quantity)}`,
      { items: [{ ...line, quantity }], deliveryAddress: address },
    ]),
    ['a price of the client', { items: [{ ...line, unitPrice: '0.01' }], deliveryAddress: address }],
    ['a customer that is no id', { items: [line], deliveryAddress: address, customerId: 'me' }],
    ['a delivery time that is past', { items: [line], deliveryAddress: address, deliverAt: '2026-01-01T12:00:00Z' }],
    ['a delivery time in a year', { items: [line], deliveryAddress: address, deliverAt: inDays(365) }],
    ['a delivery time without a zone', { items: [line], deliveryAddress: address, deliverAt: '2026-01-01T12:00:00' }],
    ['a country by its name', { items: [line], deliveryAddress: { ...address, country: 'Portugal' } }],
    ['a country in lower case', { items: [line], deliveryAddress: { ...address, country: 'pt' } }],
    ['a country that does not exist', { items: [line], deliveryAddress: { ...address, country: 'XX' } }],
    ['a total of the client', { items: [line], deliveryAddress: address, totalAmount: '0.01' }],
    ['an item that is no id', { items: [{ itemId: 'pizza', quantity: 1 }], deliveryAddress: address }],
    ['an empty street', { items: [line], deliveryAddress: { ...address, line1: '' } }],
    ['a street of 201 characters', { items: [line], deliveryAddress: { ...address, line1: 'x'.repeat(201) } }],
    ['a NUL', { items: [line], deliveryAddress: { ...address, city: 'a\u0000b' } }],
    ['half a surrogate pair', { items: [line], deliveryAddress: { ...address, city: '\ud800' } }],
    ['an unknown field in the address', { items: [line], deliveryAddress: { ...address, planet: 'Earth' } }],
    ['a list', [line]],
  ];

  test.each(bad)('is refused: %s', async (_, body) => {
    const reply = await service.ask(ann, 'POST', '/v1/orders', { body });
    expect(reply.status).toBe(400);
    expect(reply.body).toMatchObject({ code: 'VALIDATION_FAILED', errors: expect.any(Array) });
  });

  test.each([
    ['PATCH', '/v1/orders/x/status', { status: 'PREPARING' }],
    ['PATCH', `/v1/orders/${randomUUID()}/status`, { status: 'EATEN' }],
    ['PATCH', `/v1/orders/${randomUUID()}/status`, { status: 'PREPARING', reason: 'x' }],
    ['PATCH', `/v1/orders/${randomUUID()}/status?force=true`, { status: 'PREPARING' }],
    ['GET', '/v1/orders/1', undefined],
    ['GET', `/v1/orders/${randomUUID()}?waitFor=0`, undefined],
    ['GET', `/v1/orders/${randomUUID()}?waitFor=2147483648`, undefined],
    ['GET', `/v1/orders/${randomUUID()}/history?cursor=x`, undefined],
  ] as const)('is refused: %s %s %j', async (method, url, body) => {
    const reply = await service.ask(who['staff'] ?? null, method, url, body && { body });
    expect([reply.status, reply.body.code]).toEqual([400, 'VALIDATION_FAILED']);
  });

  test('words that look like SQL, markup or templates are kept as they are', async () => {
    for (const line1 of [
      "'; DROP TABLE orders; --",
      '<script>alert(1)</script>',
      '{{7*7}}',
      '${x}',
      '\u202eabc',
      '🙂'.repeat(100),
    ]) {
      const body = { ...order(), deliveryAddress: { ...address, line1 } };
      const reply = await service.ask(ann, 'POST', '/v1/orders', { body });
      expect(reply.status).toBe(201);
      expect((await service.ask(ann, 'GET', `/v1/orders/${reply.body.id}`)).body.deliveryAddress.line1).toBe(line1);
    }
  });
});
