// Imports and exports through the gateway: bodies of any length, not kept in memory, without a deadline but that for idle ones.
import { request as startRequest, type ClientRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { until } from '@oms/test-kit';
import { listen, type Server } from './fake-services.ts';
import { startGateway, type GatewayUnderTest } from './gateway-under-test.ts';

let system: GatewayUnderTest;
let service: Server;
let onRequest: (request: IncomingMessage, response: ServerResponse) => void;

beforeEach(async () => {
  service = await listen((request, response) => onRequest(request, response));
  system = await startGateway({
    INVENTORY_URL: service.url,
    BODY_LIMIT_BYTES: '1000',
    UPSTREAM_TIMEOUT_MS: '500',
    STREAM_IDLE_TIMEOUT_MS: '1500',
  });
});
afterEach(async () => {
  await system.close();
  await service.close();
});

function open(method: string, path: string): { request: ClientRequest; reply: Promise<IncomingMessage> } {
  const request = startRequest(system.url + path, {
    method,
    agent: false,
    headers: { authorization: `Bearer ${system.issuer.token('staff')}`, 'content-type': 'text/csv' },
  });
  const reply = new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve).on('error', reject);
  });
  reply.catch(() => undefined);
  return { request, reply };
}

test('a body above the limit is passed on as it arrives, and the reply as well', async () => {
  let receivedBytes = 0;
  onRequest = (request, response) => {
    request.on('data', (chunk: Buffer) => {
      receivedBytes += chunk.length;
      if (!response.headersSent) response.write('{"progress":1}\n');
    });
    request.on('end', () => response.end('{"summary":1}\n'));
  };
  const { request, reply } = open('POST', '/v1/inventory/import');
  request.write(Buffer.alloc(100_000));
  const answer = await reply;
  await until('the first part has arrived', () => receivedBytes === 100_000);
  const started = Date.now();
  const more = setInterval(() => request.write(Buffer.alloc(10)), 50);
  await until('it takes longer than a deadline', () => Date.now() - started > 700);
  clearInterval(more);
  request.end(Buffer.alloc(100_000));
  expect(await text(answer)).toBe('{"progress":1}\n{"summary":1}\n');
  expect(receivedBytes).toBeGreaterThan(200_000);
});

test('a refusal before the end of the body reaches the caller', async () => {
  onRequest = (_request, response) => void response.writeHead(400).end('broken');
  const { request, reply } = open('POST', '/v1/inventory/import');
  request.write(Buffer.alloc(5_000_000));
  const answer = await reply;
  expect([answer.statusCode, await text(answer)]).toEqual([400, 'broken']);
  request.destroy();
});

test('an upload that is idle is ended with 408, and the service sees its end', async () => {
  let isAborted = false;
  onRequest = (request) =>
    request
      .on('error', () => undefined)
      .once('close', () => (isAborted = true))
      .resume();
  const { request, reply } = open('POST', '/v1/inventory/import');
  request.write('x');
  expect((await reply).statusCode).toBe(408);
  await until('the service sees it', () => isAborted);
});

test('the service sees that the caller of an upload has disconnected', async () => {
  let state = 'none';
  onRequest = (request) => {
    state = 'open';
    request
      .on('error', () => undefined)
      .once('close', () => (state = 'aborted'))
      .resume();
  };
  const { request } = open('POST', '/v1/inventory/import');
  request.write('x');
  await until('it has begun', () => state === 'open');
  request.destroy();
  await until('the service sees it', () => state === 'aborted');
});

test('an export may take longer than a deadline', async () => {
  onRequest = (_request, response) => {
    const rows = setInterval(() => response.write('row\n'), 100);
    setTimeout(() => {
      clearInterval(rows);
      response.end('end');
    }, 900);
  };
  const { request, reply } = open('GET', '/v1/inventory/export');
  request.end();
  expect(await text(await reply)).toMatch(/^(row\n){5,}end$/);
});
