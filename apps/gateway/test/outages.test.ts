// When a service is down, slow or breaks off: the error names the service and what to do, and no write is made twice.
import { request as startRequest } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { until } from '@oms/test-kit';
import { startGateway, type GatewayUnderTest } from './gateway-under-test.ts';

let system: GatewayUnderTest;
beforeEach(async () => {
  system = await startGateway({ UPSTREAM_TIMEOUT_MS: '400' });
});
afterEach(() => system.close());

const ask = (method: string, path = '/v1/orders') =>
  system.ask({ method, path, headers: { authorization: system.customer }, ...(method === 'POST' && { body: '{}' }) });

test.each(['GET', 'POST'])('%s to a service that is down is 503 and names it', async (method) => {
  await system.order.close();
  const reply = await ask(method);
  expect(reply).toMatchObject({ status: 503, json: { code: 'UPSTREAM_UNAVAILABLE', service: 'order' } });
  expect(reply.headers['retry-after']).toBe('1');
  expect(reply.body).not.toMatch(/127\.0\.0\.1|ECONN/);
  expect((await ask(method, '/v1/inventory')).status).toBe(200);
});

test('the reply of a service that is too busy reaches the caller, with its Retry-After', async () => {
  const problem = JSON.stringify({ code: 'TOO_BUSY', status: 503 });
  system.order.answer = (_request, response) =>
    void response.writeHead(503, { 'content-type': 'application/problem+json', 'retry-after': '1' }).end(problem);
  const reply = await ask('POST');
  expect(reply).toMatchObject({ status: 503, json: { code: 'TOO_BUSY' } });
  expect(reply.headers['retry-after']).toBe('1');
  expect(system.order.seen).toHaveLength(1);
});

test('a service that does not answer in time is 504; the caller retries a write with its key', async () => {
  system.order.answer = () => {};
  const reply = await ask('POST');
  expect(reply).toMatchObject({ status: 504, json: { code: 'UPSTREAM_TIMEOUT', service: 'order' } });
  expect(reply.json.detail).toContain('same Idempotency-Key');
  expect(system.order.seen).toHaveLength(1);
});

test('a write is never sent twice, even if the connection breaks before the reply', async () => {
  system.order.answer = (request) => void request.socket.destroy();
  expect((await ask('POST')).status).toBe(503);
  expect(system.order.seen).toHaveLength(1);
});

test('a read is retried once when the connection breaks before the reply', async () => {
  system.order.answer = (request, response) => {
    if (system.order.seen.length === 1) request.socket.destroy();
    else response.end('second');
  };
  expect((await ask('GET')).body).toBe('second');
  system.order.reset();
  system.order.answer = (request) => void request.socket.destroy();
  expect((await ask('GET')).status).toBe(503);
  expect(system.order.seen).toHaveLength(2);
});

test('a 503 of the service is forwarded at once, with its Retry-After', async () => {
  system.order.answer = (_request, response) => void response.writeHead(503, { 'retry-after': '9' }).end('{}');
  const reply = await ask('GET');
  expect([reply.status, reply.headers['retry-after'], system.order.seen.length]).toEqual([503, '9', 1]);
});

test('an incomplete reply closes the connection to the caller too, so that it does not look complete', async () => {
  system.order.answer = (_request, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('half', () => response.destroy());
  };
  await expect(ask('GET')).rejects.toThrow(/aborted|hang up|ECONNRESET/);
});

test('a caller that disconnects aborts the call to the service', async () => {
  let ended = false;
  system.order.answer = (_request, response) => {
    response.on('close', () => (ended = !response.writableFinished));
    response.write('first');
  };
  const { hostname, port } = new URL(system.url);
  const leaving = startRequest({ hostname, port, path: '/v1/orders', headers: { authorization: system.customer } });
  leaving
    .on('error', () => {})
    .on('response', (answer) => answer.on('data', () => leaving.destroy()))
    .end();
  await until('the service sees that its caller is gone', () => ended);
});

test('a gateway that stops ends event streams properly, and completes other replies', async () => {
  const own = await startGateway();
  const headers = { authorization: own.customer };
  let finish = () => {};
  own.inventory.answer = (_request, response) => void (finish = () => response.end('whole'));
  own.order.answer = (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n');
  };
  const stream = own.ask({ path: '/v1/orders/1/events', headers });
  const other = own.ask({ path: '/v1/inventory', headers });
  await until('both are under way', () => own.order.seen.length + own.inventory.seen.length === 2);
  const stopped = own.close();
  expect((await stream).body, 'with a time to return after').toMatch(/^data: 1\n\nretry: \d{4}\n\n$/);
  finish();
  expect((await other).body).toBe('whole');
  await stopped;
});

describe('the readiness of the gateway', () => {
  test('needs keys to verify tokens; the states of the services are only shown', async () => {
    await system.order.close();
    system.inventory.answer = (_request, response) => void response.writeHead(503).end();
    system.analytics.answer = () => {};
    const startedAt = performance.now();
    const { status, json } = await system.manage('/health/ready');
    expect(performance.now() - startedAt, 'the silent one is not waited for').toBeLessThan(900);
    expect([status, json]).toEqual([
      200,
      {
        status: 'ready',
        service: 'gateway',
        checks: { identity: 'ok' },
        others: expect.objectContaining({
          order: 'no answer',
          inventory: 'not ready',
          analytics: 'not known yet',
          notification: 'ready',
        }),
      },
    ]);
  });

  test('without keys it is not ready, and calls are 503', async () => {
    await system.issuer.close();
    expect((await system.manage('/health/ready')).status).toBe(503);
    expect(await ask('GET')).toMatchObject({ status: 503, json: { code: 'IDENTITY_UNAVAILABLE' } });
  });
});
