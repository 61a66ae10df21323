// How often one caller may ask, and which pages may.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTown, type Town } from './town.ts';

let town: Town;
beforeAll(async () => {
  town = await openTown({ RATE_LIMIT_PER_MINUTE: '3', CORS_ORIGINS: 'https://console.example, http://localhost:5173' });
});
afterAll(() => town.close());

test('a caller who asks too often is 429 and hears when to go on; others are not held up', async () => {
  const asks = async (authorization: string) => town.ask({ path: '/v1/orders', headers: { authorization } });
  for (let i = 0; i < 3; i += 1) expect((await asks(town.customer)).status).toBe(200);
  const refused = await asks(town.customer);
  expect(refused).toMatchObject({ status: 429, json: { code: 'TOO_MANY_REQUESTS' } });
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(60);
  expect((await asks(`Bearer ${town.issuer.token('staff')}`)).status).toBe(200);
});

test.each([
  ['https://console.example', 'https://console.example'],
  ['http://localhost:5173', 'http://localhost:5173'],
  ['https://evil.example', undefined],
  ['null', undefined],
])('a page of %s is allowed as %s', async (origin, allowed) => {
  const authorization = `Bearer ${town.issuer.token('staff')}`;
  const reply = await town.ask({ path: '/v1/orders', headers: { authorization, origin } });
  expect(reply.headers['access-control-allow-origin']).toBe(allowed);
});

test('a preflight is answered without a token, and asks nobody', async () => {
  const before = town.order.seen.length;
  const headers = {
    origin: 'https://console.example',
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization,content-type,idempotency-key',
  };
  const reply = await town.ask({ method: 'OPTIONS', path: '/v1/orders', headers });
  expect(reply.status).toBe(204);
  expect(reply.headers['access-control-allow-headers']).toContain('idempotency-key');
  expect(town.order.seen).toHaveLength(before);
});
