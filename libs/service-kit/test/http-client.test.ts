// A call to another service ends with its answer, with its refusal, or with the word that it cannot be reached.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createHttpClient, UnreachableError, type HttpClient } from '../src/index.ts';

type Asked = { method: string | undefined; url: string | undefined; headers: IncomingMessage['headers']; body: string };

let answer: (response: ServerResponse) => void;
let asked: Asked[] = [];
let token: () => Promise<string> = () => Promise.resolve('ours');
let client: HttpClient;

const server = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk: Buffer) => (body += chunk.toString()));
  request.on('end', () => {
    asked.push({ method: request.method, url: request.url, headers: request.headers, body });
    answer(response);
  });
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  client = createHttpClient({ name: 'kitchen', baseUrl, token: () => token(), timeoutMs: 250 });
});
afterEach(() => {
  asked = [];
  token = () => Promise.resolve('ours');
});
afterAll(async () => {
  await client.close();
  server.closeAllConnections();
  server.close();
});

const answering = (status: number, body: unknown) => (response: ServerResponse) =>
  void response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));

describe('a call', () => {
  test('sends JSON with our token and the request id, and gives back the JSON of the answer', async () => {
    answer = answering(200, { results: [1] });
    const reply = await client.post('/internal/things', { name: 'sö' }, { requestId: 'r-1' });
    expect(reply).toEqual({ results: [1] });
    expect(asked).toMatchObject([
      {
        method: 'POST',
        url: '/internal/things',
        body: '{"name":"sö"}',
        headers: { authorization: 'Bearer ours', 'content-type': 'application/json', 'x-request-id': 'r-1' },
      },
    ]);
  });

  test('that is answered with nothing gives nothing', async () => {
    answer = answering(204, '');
    expect(await client.post('/x', {})).toBeUndefined();
  });

  test('that the other service refuses is refused with its code, its detail and its extras', async () => {
    const problem = { type: 'urn:x', title: 'T', status: 409, detail: 'None is left.', code: 'SOLD_OUT', left: 0 };
    answer = answering(409, problem);
    await expect(client.post('/x', {})).rejects.toMatchObject({
      name: 'Refusal',
      code: 'SOLD_OUT',
      message: 'None is left.',
      extras: { left: 0 },
    });
  });

  test.each([
    [500, { code: 'INTERNAL', detail: 'x' }],
    [503, ''],
    [401, { code: 'UNAUTHENTICATED', detail: 'our own token is no good' }],
    [403, { code: 'FORBIDDEN', detail: 'x' }],
    [429, { code: 'TOO_MANY_REQUESTS', detail: 'x' }],
    [404, '<html>a stranger answers</html>'],
    [400, 'null'],
    [200, 'not JSON'],
  ])('that is answered %i %j could not be made, which is not the fault of our own caller', async (status, body) => {
    answer = answering(status, body);
    const failed = client.post('/x', {});
    await expect(failed).rejects.toBeInstanceOf(UnreachableError);
    await expect(failed).rejects.toMatchObject({ service: 'kitchen' });
  });

  test('is not waited for longer than the timeout, whether the answer or its end is late', async () => {
    answer = () => {};
    await expect(client.post('/x', {})).rejects.toThrow("kitchen can't be reached: no answer within 250 ms");
    answer = (response) => void response.writeHead(200).write('{"a":');
    await expect(client.post('/x', {})).rejects.toThrow('no answer within 250 ms');
  });

  test('is not waited for longer than the timeout when our token is late, and is not made without one', async () => {
    token = () => new Promise(() => {});
    await expect(client.post('/x', {})).rejects.toThrow('no answer within 250 ms');
    token = () => Promise.reject(new Error('the issuer is away'));
    await expect(client.post('/x', {})).rejects.toBeInstanceOf(UnreachableError);
    expect(asked).toEqual([]);
  });

  test('is made once, also when the connection is closed without an answer', async () => {
    answer = (response) => void response.destroy();
    await expect(client.post('/x', {})).rejects.toBeInstanceOf(UnreachableError);
    expect(asked).toHaveLength(1);
  });

  test('to an address where nobody listens could not be made', async () => {
    const nobody = createHttpClient({ name: 'nobody', baseUrl: 'http://127.0.0.1:1', token });
    await expect(nobody.post('/x', {})).rejects.toBeInstanceOf(UnreachableError);
    await nobody.close();
  });
});
