// Which paths lead to which service, and that no other path leads anywhere.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startGateway, type GatewayUnderTest } from './gateway-under-test.ts';

let system: GatewayUnderTest;
beforeAll(async () => {
  system = await startGateway();
});
afterAll(() => system.close());
const services = () => system.services;
beforeEach(() => services().forEach((service) => service.reset()));
const seen = () => services().flatMap((service) => service.seen);
const get = (path: string) => system.ask({ path, headers: { authorization: system.customer } });

test.each([
  ['/v1/orders', 'order'],
  ['/v1/orders?status=PENDING&limit=2', 'order'],
  ['/v1/orders/1/history', 'order'],
  ['/v1/inventory', 'inventory'],
  ['/v1/inventory/1', 'inventory'],
  ['/v1/analytics/summary', 'analytics'],
  ['/v1/notifications', 'notification'],
  ['/v1/notification-rules/1/test', 'notification'],
])('%s is answered by %s, which gets the address as it is', async (path, service) => {
  expect((await get(path)).json).toEqual({ service });
  expect(seen().map(({ url }) => url)).toEqual([path]);
});

test.each([
  '/internal/reservations',
  '/v1/internal',
  '/v1',
  '/v1/',
  '/v1/ordersx',
  '/v2/orders',
  '/v1/Orders',
  '/v1/notification',
  '/health/ready',
  '/health/live',
  '/metrics',
])('%s is not there', async (path) => {
  expect(await get(path)).toMatchObject({ status: 404, json: { code: 'NOT_FOUND' } });
  expect(seen()).toEqual([]);
});

describe('a path that two programs could interpret differently', () => {
  test.each([
    '/v1/orders/../../internal/reservations',
    '/v1/orders/..',
    '/v1/orders/.',
    '/v1/orders/%2e%2e/%2e%2e/internal/reservations',
    '/v1/orders/..%2f..%2finternal',
    '/v1/orders%2f..%2finternal',
    '/v1/orders;x=1',
    '/v1/orders/;/internal',
    '//internal/reservations',
    '/v1//orders',
    '/v1/orders//',
    '/%69nternal/reservations',
    '/v1/%6frders',
    '/v1/orders/a\\..\\internal',
    '/v1/orders/%00',
    '/v1/orders/%zz',
    '/v1/orders/%ef%bc%8f',
    'http://127.0.0.1/internal/reservations',
    '*',
  ])('%s is refused, and no service gets the request', async (path) => {
    const reply = await get(path);
    expect(reply.status).toBe(400);
    expect(reply.headers['content-type']).toContain('application/problem+json');
    expect(seen()).toEqual([]);
  });

  test('is refused whatever the method', async () => {
    const path = '/v1/orders/%2e%2e/internal';
    const reply = await system.ask({ method: 'POST', path, headers: { authorization: system.customer }, body: '{}' });
    expect(reply.status).toBe(400);
    expect(seen()).toEqual([]);
  });
});

test('a method that a path does not have is 405, with those that it has', async () => {
  const document = {
    paths: {
      '/v1/orders': { get: {}, post: {} },
      '/v1/orders/{id}': { get: {} },
      '/v1/orders/{id}/status': { patch: {} },
    },
  };
  const own = await startGateway();
  own.order.answer = (_request, response) =>
    void response.setHeader('content-type', 'application/json').end(JSON.stringify(document));
  const ask = async (path: string) => {
    const reply = await own.ask({ method: 'TRACE', path });
    return [reply.status, reply.headers['allow']];
  };
  expect(await ask('/v1/orders')).toEqual([405, 'GET, HEAD, POST']);
  expect(await ask('/v1/orders/1')).toEqual([405, 'GET, HEAD']);
  expect(await ask('/v1/orders/1/status')).toEqual([405, 'PATCH']);
  expect(await ask('/v1/orders/1/nothing')).toEqual([404, undefined]);
  expect(await ask('/v1/inventory')).toEqual([404, undefined]);
  expect(await ask('/docs/messages')).toEqual([405, 'GET, HEAD']);
  await own.close();
});

test('methods that no service has are refused', async () => {
  const reply = await system.ask({ method: 'TRACE', path: '/v1/orders', headers: { authorization: system.customer } });
  expect([404, 405]).toContain(reply.status);
  expect(seen()).toEqual([]);
});

test('HEAD is forwarded as HEAD', async () => {
  const reply = await system.ask({ method: 'HEAD', path: '/v1/orders', headers: { authorization: system.customer } });
  expect([reply.status, reply.body]).toEqual([200, '']);
  expect(seen().map(({ method }) => method)).toEqual(['HEAD']);
});

test('the root links to the documents', async () => {
  const reply = await system.ask({ path: '/' });
  expect(reply.json).toEqual({
    docs: '/docs',
    openapi: '/openapi.json',
    messages: '/docs/messages',
    asyncapi: '/asyncapi.json',
  });
});
