// What a server answers before a handler does: requests that Node itself would answer, those that take too long, and those that are left.
import { connect, type AddressInfo, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { afterEach, describe, expect, test } from 'vitest';
import { createMetrics, type HttpOptions } from '../src/index.ts';
import { openSmallService, type SmallService } from './small-service.ts';

const open = { config: { public: true } } as const;
const headers = 'host: a\r\nauthorization: Bearer staff\r\ncontent-type: application/json\r\n';
const running: SmallService[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((http) => http.close()));
});

async function start(options: Partial<HttpOptions> = {}) {
  const http = await openSmallService(options);
  running.push(http);
  http.get('/v1/never', open, () => new Promise(() => {}));
  http.get('/v1/large', open, () => 'y'.repeat(20_000_000));
  await http.listen({ host: '127.0.0.1', port: 0 });
  const connectTo = (): Socket =>
    connect((http.server.address() as AddressInfo).port, '127.0.0.1').on('error', () => {});
  const connections = () =>
    new Promise<number>((resolve) => http.server.getConnections((_error, count) => resolve(count)));
  return { connectTo, connections };
}

async function answerTo(request: string): Promise<string> {
  const { connectTo } = await start();
  const socket = connectTo();
  socket.end(request);
  return text(socket);
}

describe('a request that Node itself would answer', () => {
  const get = 'GET /v1/dishes/7 HTTP/1.1\r\nconnection: close\r\n';
  test.each([
    ['without a Host header', `${get}\r\n`, 400, 'MALFORMED_REQUEST'],
    ['with two Host headers', `${get}host: a\r\nHost: b\r\n\r\n`, 400, 'MALFORMED_REQUEST'],
    ['with the same Host header twice', `${get}host: a\r\nhost: a\r\n\r\n`, 400, 'MALFORMED_REQUEST'],
    ['with an unknown expectation', `${get}host: a\r\nexpect: a-miracle\r\n\r\n`, 417, 'EXPECTATION_FAILED'],
  ])('%s has a problem document', async (_what, request, status, code) => {
    const answer = await answerTo(request);
    expect(answer).toContain(`HTTP/1.1 ${status} `);
    expect(answer).toContain('content-type: application/problem+json');
    expect(answer).toContain(`"code":"${code}"`);
  });

  test('of HTTP/1.0 needs no Host header, and 100-continue is continued', async () => {
    expect(await answerTo('GET /v1/dishes/7 HTTP/1.0\r\n\r\n')).toContain('HTTP/1.1 200 ');
    const body = JSON.stringify({ name: 'Soup', count: 1 });
    const answer = await answerTo(
      `POST /v1/dishes HTTP/1.1\r\n${headers}content-length: ${body.length}\r\nexpect: 100-continue\r\nconnection: close\r\n\r\n${body}`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 100 Continue[^]*HTTP\/1\.1 200 /);
  });
});

describe('the deadline of a request', () => {
  test('ends one whose handler does not answer: 503 with Retry-After', async () => {
    const { connectTo } = await start({ deadlineMs: 300 });
    const socket = connectTo();
    socket.write(`GET /v1/never HTTP/1.1\r\n${headers}connection: close\r\n\r\n`);
    const answer = await text(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 503 /);
    expect(answer).toContain('retry-after: 1');
    expect(answer).toContain('"code":"DEADLINE_EXCEEDED"');
  });

  test('ends one whose body does not arrive: 408, and the connection is closed', async () => {
    const { connectTo } = await start({ deadlineMs: 300 });
    const socket = connectTo();
    socket.write(`POST /v1/dishes HTTP/1.1\r\n${headers}content-length: 100\r\n\r\n{`);
    const dripping = setInterval(() => socket.write(' '), 50);
    socket.once('close', () => clearInterval(dripping));
    const answer = await text(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(answer).toContain('"code":"REQUEST_TIMEOUT"');
  });

  test('ends one whose headers do not arrive: 408, and the connection is closed', async () => {
    const { connectTo } = await start({ deadlineMs: 300 });
    const socket = connectTo();
    socket.write('GET /v1/dishes/7 HTTP/1.1\r\nhost:');
    const dripping = setInterval(() => socket.write('a'), 50);
    socket.once('close', () => clearInterval(dripping));
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 408 /);
  });

  test.each([1, 5])(
    'closes the connection of a caller that does not read the replies to %i requests',
    async (count) => {
      const { connectTo, connections } = await start({ deadlineMs: 300 });
      const socket = connectTo();
      socket.pause();
      socket.write(`GET /v1/large HTTP/1.1\r\n${headers}\r\n`.repeat(count));
      await expect.poll(connections, { timeout: 5_000 }).toBe(1);
      await expect.poll(connections, { timeout: 5_000 }).toBe(0);
      socket.destroy();
    },
  );
});

test('a caller that disconnects in the middle of its body is counted as such, and nothing is logged as an error', async () => {
  const lines: string[] = [];
  const sink = new Writable({ write: (chunk, _encoding, done) => done(void lines.push(String(chunk))) });
  const metrics = createMetrics('small');
  const { connectTo, connections } = await start({ logger: pino({ level: 'info' }, sink), metrics });
  const socket = connectTo();
  socket.write(`POST /v1/dishes HTTP/1.1\r\n${headers}content-length: 100\r\n\r\n{`);
  await expect.poll(connections).toBe(1);
  socket.destroy();
  const counted = /http_problems_total\{[^}]*code="CLIENT_CLOSED_REQUEST"[^}]*\} 1/;
  await expect.poll(async () => counted.test(await metrics.metrics()), { timeout: 5_000 }).toBe(true);
  expect(lines.filter((line) => /"level":(50|60)|"stack"/.test(line))).toEqual([]);
});
