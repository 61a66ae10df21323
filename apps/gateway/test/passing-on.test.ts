// What goes through the door, inwards and outwards, and what stays outside.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openTown, type Town } from './town.ts';

let town: Town;
beforeAll(async () => {
  town = await openTown({ BODY_LIMIT_BYTES: '200000' });
});
afterAll(() => town.close());
beforeEach(() => town.order.reset());

const post = (body: string, headers: Record<string, string> = {}) =>
  town.ask({
    method: 'POST',
    path: '/v1/orders',
    headers: { authorization: town.customer, 'content-type': 'application/json', ...headers },
    body,
  });
const arrived = () => {
  const [first] = town.order.seen;
  if (first === undefined) throw new Error('nothing arrived');
  return first;
};

describe('the caller', () => {
  test.each([
    ['without a token', {}],
    ['with a made-up token', { authorization: 'Bearer a.b.c' }],
    ['with a token of another issuer', { authorization: `Bearer ${Buffer.from('{}').toString('base64url')}.e30.x` }],
  ])('%s is 401, and nobody is asked', async (_what, headers) => {
    const reply = await town.ask({ method: 'POST', path: '/v1/orders', headers, body: '{}' });
    expect(reply).toMatchObject({ status: 401, json: { code: 'UNAUTHENTICATED' } });
    expect(town.order.seen).toEqual([]);
  });

  test('that is a service has to use the inner doors', async () => {
    const reply = await post('{}', { authorization: `Bearer ${town.issuer.token('service')}` });
    expect(reply).toMatchObject({ status: 403, json: { code: 'FORBIDDEN' } });
    expect(town.order.seen).toEqual([]);
  });
});

describe('inwards', () => {
  test('the token, the key, conditions and traces are passed on', async () => {
    const headers = {
      'idempotency-key': 'k-1',
      'if-match': '"3"',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      'x-request-id': 'r-1',
    };
    await post('{"a":1}', headers);
    expect(arrived()).toMatchObject({ method: 'POST', body: '{"a":1}' });
    expect(arrived().headers).toMatchObject({ ...headers, authorization: town.customer, 'content-length': '7' });
  });

  test('claims about who is calling, and from where, are not', async () => {
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
      'x-forwarded-host': new URL(town.url).host,
      host: new URL(town.order.url).host,
    });
  });

  test('headers of the connection end here, also those it names itself', async () => {
    await post('{}', { connection: 'close, x-secret', 'x-secret': '1', te: 'trailers', 'proxy-authorization': 'x' });
    for (const name of ['x-secret', 'te', 'proxy-authorization']) expect(arrived().headers).not.toHaveProperty(name);
  });

  test('a body is passed on byte by byte, large or small, of known length or not', async () => {
    for (const size of [1, 65_000, 150_000]) {
      const body = JSON.stringify('ä'.repeat(size / 2));
      town.order.reset();
      await post(body);
      expect(arrived().body === body, `${size} bytes`).toBe(true);
      town.order.reset();
      await post(body, { 'transfer-encoding': 'chunked' });
      expect(arrived().body === body, `${size} bytes in chunks`).toBe(true);
    }
  });

  test('a body that is not JSON is none of our business', async () => {
    await post('{broken');
    expect(arrived().body).toBe('{broken');
  });

  test('a body on GET is left behind', async () => {
    const headers = { authorization: town.customer, 'content-length': '2' };
    expect((await town.ask({ path: '/v1/orders', headers, body: '{}' })).status).toBe(200);
    expect(arrived().headers).not.toHaveProperty('content-length');
  });

  test.each([
    ['said beforehand', {}],
    ['in chunks', { 'transfer-encoding': 'chunked' }],
  ])('a body larger than the limit is 413, its length %s', async (_what, headers) => {
    const reply = await post('x'.repeat(300_000), headers);
    expect(reply).toMatchObject({ status: 413, json: { code: 'PAYLOAD_TOO_LARGE' } });
    expect(town.order.seen).toEqual([]);
  });
});

describe('outwards', () => {
  test('status, headers and body come as the service sent them', async () => {
    town.order.answer = (_request, response) => {
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

  test('a problem of the service is passed on as it is', async () => {
    town.order.answer = (_request, response) => {
      response.writeHead(409, { 'content-type': 'application/problem+json' }).end('{"code":"INSUFFICIENT_STOCK"}');
    };
    expect(await post('{}')).toMatchObject({ status: 409, json: { code: 'INSUFFICIENT_STOCK' } });
  });

  test('what runs the service, and its connection, stay inside', async () => {
    town.order.answer = (_request, response) => {
      response.writeHead(200, { server: 'x', connection: 'close', 'keep-alive': 'timeout=1' }).end();
    };
    const { headers } = await post('{}');
    expect(headers).not.toHaveProperty('server');
    expect(headers['keep-alive']).not.toBe('timeout=1');
  });

  test('the request id is one, and the one that the service got', async () => {
    town.order.answer = (request, response) => {
      response.setHeader('x-request-id', String(request.headers['x-request-id'])).end();
    };
    const { headers } = await post('{}', { 'x-request-id': 'r-7' });
    expect(headers['x-request-id']).toBe('r-7');
    expect((await post('{}')).headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('browsers are told not to guess, frame or run it', async () => {
    expect((await post('{}')).headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    });
    const refused = await town.ask({ path: '/v1/orders' });
    expect(refused.headers).toMatchObject({ 'x-content-type-options': 'nosniff' });
  });

  test('a large answer arrives whole', async () => {
    const whole = 'y'.repeat(5_000_000);
    town.order.answer = (_request, response) => void response.end(whole);
    expect((await post('{}')).body === whole).toBe(true);
  });
});
