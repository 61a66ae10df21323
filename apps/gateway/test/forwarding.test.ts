// What the gateway forwards, in requests and in replies, and what it drops.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startGateway, type GatewayUnderTest } from './gateway-under-test.ts';

let system: GatewayUnderTest;
beforeAll(async () => {
  system = await startGateway({ BODY_LIMIT_BYTES: '200000' });
});
afterAll(() => system.close());
beforeEach(() => system.order.reset());

const post = (body: string, headers: Record<string, string> = {}) =>
  system.ask({
    method: 'POST',
    path: '/v1/orders',
    headers: { authorization: system.customer, 'content-type': 'application/json', ...headers },
    body,
  });
const arrived = () => {
  const [first] = system.order.seen;
  if (first === undefined) throw new Error('nothing arrived');
  return first;
};

describe('the caller', () => {
  test.each([
    ['without a token', {}],
    ['with a made-up token', { authorization: 'Bearer a.b.c' }],
    ['with a token of another issuer', { authorization: `Bearer ${Buffer.from('{}').toString('base64url')}.e30.x` }],
  ])('%s is 401, and no service gets the request', async (_what, headers) => {
    const reply = await system.ask({ method: 'POST', path: '/v1/orders', headers, body: '{}' });
    expect(reply).toMatchObject({ status: 401, json: { code: 'UNAUTHENTICATED' } });
    expect(system.order.seen).toEqual([]);
  });

  test('with the role service is refused: services call each other directly', async () => {
    const reply = await post('{}', { authorization: `Bearer ${system.issuer.token('service')}` });
    expect(reply).toMatchObject({ status: 403, json: { code: 'FORBIDDEN' } });
    expect(system.order.seen).toEqual([]);
  });
});

describe('in requests', () => {
  test('the token, the key, conditions and traces are forwarded', async () => {
    const headers = {
      'idempotency-key': 'k-1',
      'if-match': '"3"',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      'x-request-id': 'r-1',
    };
    await post('{"a":1}', headers);
    expect(arrived()).toMatchObject({ method: 'POST', body: '{"a":1}' });
    expect(arrived().headers).toMatchObject({ ...headers, authorization: system.customer, 'content-length': '7' });
  });

  test('claims about the identity or address of the caller are dropped', async () => {
    const claims = {
      'x-user-id': 'root',
      'x-customer-id': 'root',
      'x-role': 'admin',
      'x-auth-request-user': 'root',
      'x-original-url': '/internal',
      'x-rewrite-url': '/internal',
      'x-http-method-override': 'DELETE',
      'x-real-ip': '10.0.0.1',
      forwarded: 'for=10.0.0.1',
      via: '1.1 x',
      cookie: 'a=b',
      'x-anything': 'else',
    };
    await post('{}', {
      ...claims,
      'x-forwarded-for': '10.0.0.1',
      'x-forwarded-host': 'evil',
      'x-forwarded-proto': 'gopher',
    });
    for (const name of Object.keys(claims)) expect(arrived().headers, name).not.toHaveProperty(name);
    expect(arrived().headers).toMatchObject({
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': new URL(system.url).host,
      host: new URL(system.order.url).host,
    });
  });

  test('headers of the connection are dropped, also those that it names itself', async () => {
    await post('{}', { connection: 'close, x-secret', 'x-secret': '1', te: 'trailers', 'proxy-authorization': 'x' });
    for (const name of ['x-secret', 'te', 'proxy-authorization']) expect(arrived().headers).not.toHaveProperty(name);
  });

  test('a body is forwarded unchanged, large or small, of known length or not', async () => {
    for (const size of [1, 65_000, 150_000]) {
      const body = JSON.stringify('ä'.repeat(size / 2));
      system.order.reset();
      await post(body);
      expect(arrived().body === body, `${size} bytes`).toBe(true);
      system.order.reset();
      await post(body, { 'transfer-encoding': 'chunked' });
      expect(arrived().body === body, `${size} bytes in chunks`).toBe(true);
    }
  });

  test('a body that is not JSON is forwarded too', async () => {
    await post('{broken');
    expect(arrived().body).toBe('{broken');
  });

  test('a body of GET is dropped', async () => {
    const headers = { authorization: system.customer, 'content-length': '2' };
    expect((await system.ask({ path: '/v1/orders', headers, body: '{}' })).status).toBe(200);
    expect(arrived().headers).not.toHaveProperty('content-length');
  });

  test.each([
    ['said beforehand', {}],
    ['in chunks', { 'transfer-encoding': 'chunked' }],
  ])('a body larger than the limit is 413, its length %s', async (_what, headers) => {
    const reply = await post('x'.repeat(300_000), headers);
    expect(reply).toMatchObject({ status: 413, json: { code: 'PAYLOAD_TOO_LARGE' } });
    expect(system.order.seen).toEqual([]);
  });
});

describe('in replies', () => {
  test('status, headers and body are those of the service', async () => {
    system.order.answer = (_request, response) => {
      const headers = {
        location: '/v1/orders/1',
        etag: '"1"',
        'idempotency-replayed': 'true',
        'set-cookie': ['a', 'b'],
      };
      response.writeHead(201, { 'content-type': 'application/json', ...headers }).end('{"id" : 1}');
    };
    const reply = await post('{}');
    expect([reply.status, reply.body]).toEqual([201, '{"id" : 1}']);
    expect(reply.headers).toMatchObject({ location: '/v1/orders/1', etag: '"1"', 'idempotency-replayed': 'true' });
    expect(reply.headers['set-cookie']).toEqual(['a', 'b']);
  });

  test('a problem of the service is forwarded unchanged', async () => {
    system.order.answer = (_request, response) => {
      response.writeHead(409, { 'content-type': 'application/problem+json' }).end('{"code":"INSUFFICIENT_STOCK"}');
    };
    expect(await post('{}')).toMatchObject({ status: 409, json: { code: 'INSUFFICIENT_STOCK' } });
  });

  test('headers about the server software and its connection are dropped', async () => {
    system.order.answer = (_request, response) => {
      response.writeHead(200, { server: 'x', connection: 'close', 'keep-alive': 'timeout=1' }).end();
    };
    const { headers } = await post('{}');
    expect(headers).not.toHaveProperty('server');
    expect(headers['keep-alive']).not.toBe('timeout=1');
  });

  test('there is one request id, the one that the service got', async () => {
    system.order.answer = (request, response) => {
      response.setHeader('x-request-id', String(request.headers['x-request-id'])).end();
    };
    const { headers } = await post('{}', { 'x-request-id': 'r-7' });
    expect(headers['x-request-id']).toBe('r-7');
    expect((await post('{}')).headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('security headers forbid browsers to sniff, frame or run it', async () => {
    expect((await post('{}')).headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    });
    const refused = await system.ask({ path: '/v1/orders' });
    expect(refused.headers).toMatchObject({ 'x-content-type-options': 'nosniff' });
  });

  test('a large reply arrives complete', async () => {
    const whole = 'y'.repeat(5_000_000);
    system.order.answer = (_request, response) => void response.end(whole);
    expect((await post('{}')).body === whole).toBe(true);
  });
});
