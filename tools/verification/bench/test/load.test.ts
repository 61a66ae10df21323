import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import { loadOrders } from '../load/orders.ts';

let server: Server | undefined;
afterEach(() => server?.close());

async function startServer(answer: (request: IncomingMessage, body: string, response: ServerResponse) => void) {
  server = createServer((request, response) => void text(request).then((body) => answer(request, body, response)));
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const load = (url: string) =>
  loadOrders({ url, tokens: ['one', 'two'], itemIds: ['a'.repeat(36), 'b'.repeat(36)], warmUpMs: 20, countedMs: 100 });

test('every order has a key of its own, and each connection its caller', async () => {
  const keys: unknown[] = [];
  const callers = new Set<unknown>();
  const items = new Map<string, number>();
  const url = await startServer((request, body, response) => {
    keys.push(request.headers['idempotency-key']);
    callers.add(request.headers.authorization);
    const { items: lines } = JSON.parse(body) as { items: { itemId: string; quantity: number }[] };
    for (const { itemId, quantity } of lines) items.set(itemId, (items.get(itemId) ?? 0) + quantity);
    response.writeHead(201, { 'content-length': 2 }).end('{}');
  });
  const result = await load(url);
  expect(new Set(keys).size).toBe(keys.length);
  expect(callers).toEqual(new Set(['Bearer one', 'Bearer two']));
  expect(result.placed).toBe(keys.length);
  expect(result.units).toEqual(Object.fromEntries(items));
  expect(Object.keys(result.statuses)).toEqual(['201']);
  expect(result.perSecond).toBeCloseTo((result.statuses[201] ?? 0) / 0.1);
});

test('an answer that is no 201 is counted by its status, and the first is kept', async () => {
  let answers = 0;
  const url = await startServer((_request, _body, response) => {
    const status = (answers += 1) % 2 === 0 ? 201 : 503;
    response.writeHead(status, { 'content-length': 4 }).end('body');
  });
  const result = await load(url);
  expect(result.statuses[503]).toBeGreaterThan(0);
  expect(result.oddAnswer).toContain('503 Service Unavailable');
  expect(result.placed).toBeLessThan(answers);
});

test('a server that closes in the middle is an error, not fewer orders', async () => {
  const url = await startServer((request) => request.socket.end());
  await expect(load(url)).rejects.toThrow('closed a connection');
});
