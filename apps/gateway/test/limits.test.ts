// How often one caller may ask, and which pages may.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startGateway, type GatewayUnderTest } from './gateway-under-test.ts';

let system: GatewayUnderTest;
beforeAll(async () => {
  system = await startGateway({
    RATE_LIMIT_PER_MINUTE: '3',
    CORS_ORIGINS: 'https://console.example, http://localhost:5173',
  });
});
afterAll(() => system.close());

test('a caller above the rate is 429 with the time to continue; others are not affected', async () => {
  const asks = async (authorization: string) => system.ask({ path: '/v1/orders', headers: { authorization } });
  for (let i = 0; i < 3; i += 1) expect((await asks(system.customer)).status).toBe(200);
  const refused = await asks(system.customer);
  expect(refused).toMatchObject({ status: 429, json: { code: 'TOO_MANY_REQUESTS' } });
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(60);
  expect((await asks(`Bearer ${system.issuer.token('staff')}`)).status).toBe(200);
});

describe('requests without a known caller are counted by address', () => {
  const asked: [string, string, Record<string, string>][] = [
    ['without a token', '/v1/orders', {}],
    ['with a made-up token', '/v1/orders', { authorization: 'Bearer a.b.c' }],
    ['with another scheme', '/v1/orders', { authorization: 'Basic YTpi' }],
    ['to unknown paths', '/v9/nothing', {}],
    ['to ambiguous paths', '/v1/orders/%2e%2e/x', {}],
    ['with NUL', '/v1/orders?q=%00', {}],
    ['to the documents', '/docs', {}],
    ['to files of the documents', '/docs/static/swagger-ui.css', {}],
    ['to the merged document', '/openapi.json', {}],
    ['to the messages', '/docs/messages', {}],
    ['to the root', '/', {}],
    ['to /metrics', '/metrics', {}],
  ];
  test.each(asked)('%s', async (_what, path, headers) => {
    const own = await startGateway({ RATE_LIMIT_PER_MINUTE: '3', TRUSTED_PROXIES: '1' });
    const ask = async (address: string) =>
      (await own.ask({ path, headers: { ...headers, 'x-forwarded-for': address } })).status;
    for (let i = 0; i < 3; i += 1) expect(await ask('198.51.100.7')).not.toBe(429);
    expect(await ask('198.51.100.7')).toBe(429);
    expect(await ask('198.51.100.8'), 'another address').not.toBe(429);
    await own.close();
  });

  test('with an invalid path, by the address of the connection', async () => {
    const own = await startGateway({ RATE_LIMIT_PER_MINUTE: '3' });
    const ask = async () => (await own.ask({ path: '/v1/orders/%zz' })).status;
    expect([await ask(), await ask(), await ask(), await ask()]).toEqual([400, 400, 400, 429]);
    await own.close();
  });

  test('also when they go to different places', async () => {
    const own = await startGateway({ RATE_LIMIT_PER_MINUTE: '3' });
    for (const path of ['/', '/v1/orders', '/nowhere']) expect((await own.ask({ path })).status).not.toBe(429);
    const reply = await own.ask({ path: '/docs' });
    expect([reply.status, reply.json.code]).toEqual([429, 'TOO_MANY_REQUESTS']);
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
    await own.close();
  });

  test('a caller that was known before is not affected by strangers at the same address', async () => {
    const own = await startGateway({ RATE_LIMIT_PER_MINUTE: '3' });
    const headers = { authorization: own.customer };
    expect((await own.ask({ path: '/v1/orders', headers })).status).toBe(200);
    for (let i = 0; i < 5; i += 1) await own.ask({ path: '/v1/orders' });
    expect((await own.ask({ path: '/v1/orders' })).status).toBe(429);
    expect((await own.ask({ path: '/v1/orders', headers })).status).toBe(200);
    await own.close();
  });
});

describe('the address of a caller', () => {
  const addressesOf = async (proxies: number, ...forwardedFor: string[]) => {
    const own = await startGateway({ TRUSTED_PROXIES: String(proxies) });
    for (const given of forwardedFor) {
      await own.ask({ path: '/v1/orders', headers: { authorization: own.customer, 'x-forwarded-for': given } });
    }
    const seen = own.order.seen.map(({ headers }) => headers['x-forwarded-for']);
    await own.close();
    return seen;
  };

  test('is that of the connection when there is no proxy, whatever the caller claims', async () => {
    expect(await addressesOf(0, '203.0.113.9', '203.0.113.9, 198.51.100.7')).toEqual(['127.0.0.1', '127.0.0.1']);
  });

  test('is what the outermost trusted proxy has added, and nothing that the caller wrote before', async () => {
    expect(await addressesOf(1, '198.51.100.7', '203.0.113.9, 198.51.100.7')).toEqual(['198.51.100.7', '198.51.100.7']);
    expect(await addressesOf(2, '203.0.113.9, 198.51.100.7, 10.0.0.1')).toEqual(['198.51.100.7']);
  });

  test('of IPv6 is counted by its network', async () => {
    const own = await startGateway({ RATE_LIMIT_PER_MINUTE: '2', TRUSTED_PROXIES: '1' });
    const ask = async (address: string) =>
      (await own.ask({ path: '/nowhere', headers: { 'x-forwarded-for': address } })).status;
    expect(await ask('2001:db8:1:2::1')).toBe(404);
    expect(await ask('2001:db8:1:2:aaaa:bbbb:cccc:dddd')).toBe(404);
    expect(await ask('2001:db8:1:2::2')).toBe(429);
    expect(await ask('2001:db8:1:3::2')).toBe(404);
    await own.close();
  });
});

test.each([
  ['https://console.example', 'https://console.example'],
  ['http://localhost:5173', 'http://localhost:5173'],
  ['https://evil.example', undefined],
  ['null', undefined],
])('a page of %s is allowed as %s', async (origin, allowed) => {
  const authorization = `Bearer ${system.issuer.token('staff')}`;
  const reply = await system.ask({ path: '/v1/orders', headers: { authorization, origin } });
  expect(reply.headers['access-control-allow-origin']).toBe(allowed);
});

test('a preflight request is answered without a token and without a service', async () => {
  const before = system.order.seen.length;
  const headers = {
    origin: 'https://console.example',
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization,content-type,idempotency-key',
  };
  const reply = await system.ask({ method: 'OPTIONS', path: '/v1/orders', headers });
  expect(reply.status).toBe(204);
  expect(reply.headers['access-control-allow-headers']).toContain('idempotency-key');
  expect(system.order.seen).toHaveLength(before);
});
