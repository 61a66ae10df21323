// Rare cases of the HTTP server: other methods, broken HTTP, unusual errors, and the log.
import { connect, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Writable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { databaseProblems, UnreachableError } from '../src/index.ts';
import { openSmallService } from './small-service.ts';

const open = { config: { public: true } } as const;

describe('a route', () => {
  test('of a plugin has to say who may call it, too', async () => {
    const http = await openSmallService();
    const plugin = (scope: FastifyInstance) =>
      new Promise<void>((resolve) => {
        scope.get('/v1/hidden', () => 'open');
        resolve();
      });
    await expect(async () => http.register(plugin)).rejects.toThrow('names no roles');
  });

  test('is guarded for HEAD as it is for GET', async () => {
    const http = await openSmallService();
    http.get('/v1/guarded', { config: { roles: ['staff'] } }, () => 'x');
    expect((await http.inject({ method: 'HEAD', url: '/v1/guarded' })).statusCode).toBe(401);
  });

  test('that does not have the method is 405, and names the methods it has', async () => {
    const http = await openSmallService();
    const reply = await http.inject({ method: 'PUT', url: '/v1/dishes/7' });
    expect([reply.statusCode, reply.json().code, reply.headers['allow']]).toEqual([
      405,
      'METHOD_NOT_ALLOWED',
      'GET, HEAD',
    ]);
  });

  test('whose parameter has no end is 414', async () => {
    const http = await openSmallService();
    expect((await http.inject(`/v1/dishes/${'1'.repeat(300)}`)).json().code).toBe('URI_TOO_LONG');
  });
});

describe('an error', () => {
  test.each([
    ['of a library', Object.assign(new Error('connect ECONNREFUSED 10.1.2.3:5432'), { code: 'ECONNREFUSED' })],
    ['that is only a text', 'secret at 10.1.2.3'],
    ['that brings a status of its own', Object.assign(new Error('10.1.2.3'), { statusCode: 500 })],
  ])('%s is INTERNAL, and its words stay inside', async (_what, error) => {
    const http = await openSmallService();
    http.get('/v1/fail', open, () => {
      throw error as Error;
    });
    const reply = await http.inject('/v1/fail');
    expect([reply.statusCode, reply.json().code]).toEqual([500, 'INTERNAL']);
    expect(reply.body).not.toMatch(/10\.1\.2\.3|\.ts:/);
  });

  test.each([
    ['that is an outage', Object.assign(new Error('10.1.2.3'), { code: '53100' }), 'try again shortly'],
    ['that lost the answer to COMMIT', Object.assign(new Error('10.1.2.3'), { outcomeUnknown: true }), 'is not known'],
  ])('%s of the database is 503 at a service that has one', async (_what, error, detail) => {
    const http = await openSmallService({ problems: databaseProblems });
    http.get('/v1/fail', open, () => {
      throw error;
    });
    const reply = await http.inject('/v1/fail');
    expect([reply.statusCode, reply.json().code]).toEqual([503, 'DATABASE_UNAVAILABLE']);
    expect(reply.headers['retry-after']).toBe('2');
    expect(reply.json().detail).toContain(detail);
    expect(reply.body).not.toContain('10.1.2.3');
  });

  test('of another service out of reach asks to come again', async () => {
    const http = await openSmallService();
    http.get('/v1/fail', open, () => Promise.reject(new UnreachableError('order', 'no answer')));
    const reply = await http.inject('/v1/fail');
    expect([reply.statusCode, reply.json().code, reply.headers['retry-after']]).toEqual([503, 'TOO_BUSY', '1']);
  });

  test('in our own reply, one that does not follow its schema, is INTERNAL', async () => {
    const http = await openSmallService();
    const schema = { response: { 200: { type: 'object', required: ['id'], properties: { id: { type: 'string' } } } } };
    http.get('/v1/half', { ...open, schema }, () => ({}));
    expect((await http.inject('/v1/half')).json().code).toBe('INTERNAL');
  });

  test('of the HTTP parser is a problem document like all others', async () => {
    const http = await openSmallService();
    await http.listen({ host: '127.0.0.1', port: 0 });
    const socket = connect((http.server.address() as AddressInfo).port, '127.0.0.1');
    socket.end('NONSENSE\r\n\r\n');
    const answer = await text(socket);
    await http.close();
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\ncontent-type: application\/problem\+json/);
    expect(answer).toContain('"code":"MALFORMED_REQUEST"');
  });
});

describe('the log', () => {
  async function linesOf(level: string, url: string): Promise<unknown[]> {
    const lines: string[] = [];
    const sink = new Writable({ write: (chunk, _encoding, done) => done(void lines.push(String(chunk))) });
    const http = await openSmallService({ logger: pino({ level }, sink) });
    await http.inject({ url, headers: { 'x-request-id': 'r-1' } });
    return lines.map((line) => JSON.parse(line) as unknown);
  }

  test("has the caller's mistakes at info, with the request id and without the query", async () => {
    expect(await linesOf('info', '/v1/nowhere?email=a@b.c')).toMatchObject([
      { reqId: 'r-1', method: 'GET', path: '/v1/nowhere', status: 404, msg: 'request' },
    ]);
  });

  test('has what went well at debug only', async () => {
    expect(await linesOf('info', '/v1/dishes/7')).toEqual([]);
    expect(await linesOf('debug', '/v1/dishes/7')).toMatchObject([{ reqId: 'r-1', status: 200 }]);
  });

  test('has our own failures at error, with the reason', async () => {
    expect(await linesOf('error', '/v1/failures/unforeseen')).toMatchObject([
      { reqId: 'r-1', err: { message: 'the password is hunter2' } },
      { reqId: 'r-1', status: 500 },
    ]);
  });
});
