// When a service is down, slow or breaks off: the caller hears which one and what to do, and no write is made twice.
import { request as startRequest } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { until } from '@oms/test-kit';
import { openTown, type Town } from './town.ts';

let town: Town;
beforeEach(async () => {
  town = await openTown({ UPSTREAM_TIMEOUT_MS: '400' });
});
afterEach(() => town.close());

const ask = (method: string, path = '/v1/orders') =>
  town.ask({ method, path, headers: { authorization: town.customer }, ...(method === 'POST' && { body: '{}' }) });

test.each(['GET', 'POST'])('%s to a service that is down is 503 and names it', async (method) => {
  await town.order.close();
  const reply = await ask(method);
  expect(reply).toMatchObject({ status: 503, json: { code: 'UPSTREAM_UNAVAILABLE', service: 'order' } });
  expect(reply.headers['retry-after']).toBe('1');
  expect(reply.body).not.toMatch(/127\.0\.0\.1|ECONN/);
  expect((await ask(method, '/v1/inventory')).status).toBe(200);
});

test('a service that is too busy says so to the caller itself, with the moment to come back', async () => {
  const problem = JSON.stringify({ code: 'TOO_BUSY', status: 503 });
  town.order.answer = (_request, response) =>
    void response.writeHead(503, { 'content-type': 'application/problem+json', 'retry-after': '1' }).end(problem);
  const reply = await ask('POST');
  expect(reply).toMatchObject({ status: 503, json: { code: 'TOO_BUSY' } });
  expect(reply.headers['retry-after']).toBe('1');
  expect(town.order.seen).toHaveLength(1);
});

test('a service that does not answer in time is 504; a write is to be repeated with its key', async () => {
  town.order.answer = () => {};
  const reply = await ask('POST');
  expect(reply).toMatchObject({ status: 504, json: { code: 'UPSTREAM_TIMEOUT', service: 'order' } });
  expect(reply.json.detail).toContain('same Idempotency-Key');
  expect(town.order.seen).toHaveLength(1);
});

test('a write is never sent twice, though the connection broke before the answer', async () => {
  town.order.answer = (request) => void request.socket.destroy();
  expect((await ask('POST')).status).toBe(503);
  expect(town.order.seen).toHaveLength(1);
});

test('a read is tried once more when the connection broke before the answer', async () => {
  town.order.answer = (request, response) => {
    if (town.order.seen.length === 1) request.socket.destroy();
    else response.end('second');
  };
  expect((await ask('GET')).body).toBe('second');
  town.order.reset();
  town.order.answer = (request) => void request.socket.destroy();
  expect((await ask('GET')).status).toBe(503);
  expect(town.order.seen).toHaveLength(2);
});

test('a 503 of the service is passed on at once, with its Retry-After', async () => {
  town.order.answer = (_request, response) => void response.writeHead(503, { 'retry-after': '9' }).end('{}');
  const reply = await ask('GET');
  expect([reply.status, reply.headers['retry-after'], town.order.seen.length]).toEqual([503, '9', 1]);
});

test('an answer that breaks off is cut for the caller too, so that nobody takes it for whole', async () => {
  town.order.answer = (_request, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('half', () => response.destroy());
  };
  await expect(ask('GET')).rejects.toThrow(/aborted|hang up|ECONNRESET/);
});

test('a caller who leaves ends the call to the service', async () => {
  let ended = false;
  town.order.answer = (_request, response) => {
    response.on('close', () => (ended = !response.writableFinished));
    response.write('first');
  };
  const { hostname, port } = new URL(town.url);
  const leaving = startRequest({ hostname, port, path: '/v1/orders', headers: { authorization: town.customer } });
  leaving
    .on('error', () => {})
    .on('response', (answer) => answer.on('data', () => leaving.destroy()))
    .end();
  await until('the service sees that its caller is gone', () => ended);
});

test('a gateway that stops ends event streams properly, and lets other answers finish', async () => {
  const own = await openTown();
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
  expect((await stream).body).toBe('data: 1\n\n');
  finish();
  expect((await other).body).toBe('whole');
  await stopped;
});

describe('what the gateway says of itself', () => {
  test('it is ready when tokens can be checked; the states of the services are only shown', async () => {
    await town.order.close();
    town.inventory.answer = (_request, response) => void response.writeHead(503).end();
    town.analytics.answer = () => {};
    const startedAt = performance.now();
    const { status, json } = await town.ask({ path: '/health/ready' });
    expect(performance.now() - startedAt, 'the silent one is not waited for').toBeLessThan(900);
    expect([status, json]).toEqual([
      200,
      {
        status: 'ready',
        service: 'gateway',
        checks: { identity: 'ok' },
        others: expect.objectContaining({
          ...{ order: 'no answer', inventory: 'not ready', analytics: 'not known yet', notification: 'ready' },
        }),
      },
    ]);
  });

  test('it is not ready, and calls are 503, while tokens cannot be checked', async () => {
    await town.issuer.close();
    expect((await town.ask({ path: '/health/ready' })).status).toBe(503);
    expect(await ask('GET')).toMatchObject({ status: 503, json: { code: 'IDENTITY_UNAVAILABLE' } });
  });
});
