// How often one caller may ask, and which pages may.
import { afterAll, beforeAll, expect, test } from 'vitest';
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
