// The client against a server that is busy, away, or refuses: what is repeated, what is not, and until when.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createApiClient, dataOf, pagesOf, ProblemError } from '../src/index.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let answers: Answer[];
let requests: {
  method: string;
  url: string;
  key: string | undefined;
  authorization: string | undefined;
  body: string;
}[];
let baseUrl: string;
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const { method = '', url = '', headers } = request;
    const key = headers['idempotency-key'] as string | undefined;
    requests.push({ method, url, key, authorization: headers.authorization, body: Buffer.concat(chunks).toString() });
    (answers.shift() ?? problem(500, 'INTERNAL'))(request, response);
  });
});

beforeEach(async () => {
  answers = [];
  requests = [];
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Answer =>
  (_request, response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
const problem = (status: number, code: string, headers: Record<string, string> = {}): Answer =>
  json(status, { type: 'urn:oms:problem:x', title: 'X', status, detail: `It is ${code}.`, code }, headers);
const broken: Answer = (request) => request.socket.destroy();
const order = { items: [{ itemId: '6f1b6a4e-6c4f-4c7e-9d60-6c9a4b6f0a11', quantity: 1 }] };
const place = (api: ReturnType<typeof createApiClient>) => api.POST('/v1/orders', { body: order as never });

test('a change is repeated with the same key and body until the service takes it', async () => {
  answers = [broken, problem(503, 'STARTING'), problem(429, 'TOO_MANY_REQUESTS'), json(201, { id: 'a' })];
  const placed = await place(createApiClient({ baseUrl, token: 'secret' }));
  expect(dataOf(placed)).toEqual({ id: 'a' });
  expect(requests).toHaveLength(4);
  expect(new Set(requests.map(({ key }) => key)).size).toBe(1);
  expect(requests[0]).toMatchObject({ method: 'POST', authorization: 'Bearer secret', body: JSON.stringify(order) });
  expect(new Set(requests.map(({ body }) => body)).size).toBe(1);
});

test("the caller's own key is kept, and two changes never share one", async () => {
  answers = [json(201, {}), json(201, {}), json(201, {})];
  const api = createApiClient({ baseUrl });
  await api.POST('/v1/orders', { body: order as never, headers: { 'idempotency-key': 'mine' } });
  await place(api);
  await place(api);
  expect(requests[0]?.key).toBe('mine');
  expect(new Set(requests.map(({ key }) => key)).size).toBe(3);
});

test('a refusal is not repeated; it is an error with its code', async () => {
  answers = [problem(409, 'INSUFFICIENT_STOCK')];
  const refused = await place(createApiClient({ baseUrl }));
  expect(() => dataOf(refused)).toThrow(ProblemError);
  expect(() => dataOf(refused)).toThrow('It is INSUFFICIENT_STOCK.');
  expect(requests).toHaveLength(1);
});

test('a service that asks to wait beyond the deadline gets no further request, and its reply is the result', async () => {
  answers = [problem(503, 'TOO_BUSY', { 'retry-after': '60' })];
  const { response } = await place(createApiClient({ baseUrl, deadlineMs: 2_000 }));
  expect(response.status).toBe(503);
  expect(requests).toHaveLength(1);
});

test('a server that does not answer ends at the deadline', async () => {
  answers = [() => undefined];
  await expect(place(createApiClient({ baseUrl, deadlineMs: 300 }))).rejects.toMatchObject({ name: 'TimeoutError' });
});

test('the caller can end a request that is being repeated', async () => {
  const ending = new AbortController();
  answers = Array.from({ length: 50 }, () => problem(503, 'STARTING'));
  const api = createApiClient({ baseUrl });
  const reading = api.GET('/v1/orders', { signal: ending.signal });
  ending.abort(new Error('enough'));
  await expect(reading).rejects.toThrow('enough');
});

test('what is no problem document has the address and the status in its error', async () => {
  answers = [
    (_request, response) => response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>'),
  ];
  const result = await createApiClient({ baseUrl }).GET('/v1/orders');
  expect(() => dataOf(result)).toThrow(/v1\/orders answered 502 Bad Gateway/);
});

test('a list is read page after page, filters that have several values included', async () => {
  answers = [
    json(200, { data: [{ id: 1 }, { id: 2 }], nextCursor: 'next' }),
    json(200, { data: [{ id: 3 }], nextCursor: null }),
  ];
  const api = createApiClient({ baseUrl, token: () => Promise.resolve('current') });
  const ids: unknown[] = [];
  const page = (cursor: string | undefined) => {
    const query = { status: ['PENDING' as const, 'PREPARING' as const], ...(cursor !== undefined && { cursor }) };
    return api.GET('/v1/orders', { params: { query } }).then(dataOf);
  };
  for await (const { id } of pagesOf(page)) ids.push(id);
  expect(ids).toEqual([1, 2, 3]);
  expect(requests.map(({ url }) => url)).toEqual([
    '/v1/orders?status=PENDING&status=PREPARING',
    '/v1/orders?status=PENDING&status=PREPARING&cursor=next',
  ]);
  expect(requests[1]?.authorization).toBe('Bearer current');
});
