// A body that nobody takes any more blocks no connection and harms nobody, whatever its caller does then.
import { Agent, request as startRequest } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { until } from '@oms/test-kit';
import { listen } from './fake-services.ts';
import { startGateway, type GatewayUnderTest } from './gateway-under-test.ts';

let system: GatewayUnderTest;
let agent: Agent;
beforeEach(async () => {
  system = await startGateway();
  agent = new Agent({ keepAlive: true, maxSockets: 1 });
});
afterEach(async () => {
  agent.destroy();
  await system.close();
});

/** More than the buffers on the way can take, so that whoever is not read from can't end writing. */
const whole = Buffer.alloc(10_000_000);

function start(path: string, headers: Record<string, string | number> = {}) {
  const { hostname, port } = new URL(system.url);
  return startRequest({
    method: 'POST',
    agent,
    hostname,
    port,
    path,
    headers: { authorization: system.customer, ...headers },
  });
}

function post(path: string, body?: Buffer, headers: Record<string, string | number> = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = start(path, headers).on('response', (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode ?? 0));
    });
    request.on('error', reject).end(body);
  });
}

async function bodyBytes(): Promise<number> {
  return Number(/^gateway_bodies_bytes\{.*\} (\d+)$/m.exec((await system.manage('/metrics')).body)?.[1]);
}

const half = { 'content-length': 1_000_000 };

test('the rest of a body whose length is above the limit is discarded', async () => {
  expect(await post('/v1/orders', whole, { 'content-length': whole.length })).toBe(413);
  expect(await post('/v1/inventory')).toBe(200);
});

test('the rest of a body that becomes larger than the limit is discarded', async () => {
  expect(await post('/v1/orders', whole, { 'transfer-encoding': 'chunked' })).toBe(413);
  expect(await post('/v1/inventory')).toBe(200);
});

test('the rest of a body for a service that is down is discarded', async () => {
  await system.order.close();
  expect(await post('/v1/orders', Buffer.alloc(half['content-length']), half)).toBe(503);
  expect(await post('/v1/inventory')).toBe(200);
});

test('the reply of a service before the end of the body is forwarded, and the rest is discarded', async () => {
  const hasty = await listen((_request, response) => void response.writeHead(409, { connection: 'close' }).end('{}'));
  await system.close();
  system = await startGateway({ ORDER_URL: hasty.url });
  expect([409, 503]).toContain(await post('/v1/orders', Buffer.alloc(half['content-length']), half));
  expect(await post('/v1/inventory')).toBe(200);
  await hasty.close();
});

test('a caller that disconnects during such a body does not affect others', async () => {
  const leaving = start('/v1/orders', half).on('error', () => {});
  leaving.write(Buffer.alloc(half['content-length'] / 2));
  await until('the body arrives', async () => (await bodyBytes()) >= half['content-length'] / 2);
  leaving.destroy();
  await until('it is counted as the mistake of the caller', async () =>
    /http_problems_total\{[^}]*code="CLIENT_CLOSED_REQUEST"[^}]*\} 1/.test((await system.manage('/metrics')).body),
  );
  expect(await bodyBytes()).toBe(0);
  expect(system.order.seen).toEqual([]);
  expect(await post('/v1/inventory')).toBe(200);
});
