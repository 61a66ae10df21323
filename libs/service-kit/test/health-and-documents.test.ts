// What every service shows beside its own routes: its health, its metrics and its documents.
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listen } from '../src/index.ts';
import { openSmallService, type SmallService } from './small-service.ts';

let http: SmallService;
let isDatabaseUp = true;
beforeAll(async () => {
  http = await openSmallService({
    ready: {
      database: () => Promise.resolve(isDatabaseUp),
      kafka: () => (isDatabaseUp ? Promise.resolve(true) : Promise.reject(new Error('kafka:9092 refused'))),
    },
  });
});
afterAll(() => http.close());

const get = (url: string) => http.inject({ method: 'GET', url });
const manage = (url: string) => http.management.inject({ method: 'GET', url });

describe('what machines look at', () => {
  test('the service is ready while all its checks hold; when one fails it is 503 and no reason leaks', async () => {
    expect((await manage('/health/ready')).json()).toEqual({
      status: 'ready',
      service: 'small',
      checks: { database: 'ok', kafka: 'ok' },
    });
    isDatabaseUp = false;
    const reply = await manage('/health/ready');
    isDatabaseUp = true;
    expect(reply.statusCode).toBe(503);
    expect(reply.json()).toEqual({
      status: 'not ready',
      service: 'small',
      checks: { database: 'not ok', kafka: 'not ok' },
    });
    expect((await manage('/health/live')).statusCode).toBe(200);
  });

  test('metrics count requests by route and not by address', async () => {
    await get('/v1/dishes/4711');
    const reply = await manage('/metrics');
    expect(reply.headers['content-type']).toMatch(/^text\/plain/);
    expect(reply.body).toContain('process_resident_memory_bytes');
    expect(reply.body).toMatch(/http_request_duration_seconds_count\{[^}]*route="\/v1\/dishes\/:id"/);
    expect(reply.body).not.toContain('4711');
  });
});

describe('the main port', () => {
  test.each(['/health/live', '/health/ready', '/health', '/metrics'])('has no %s', async (url) => {
    expect((await get(url)).statusCode).toBe(404);
  });
});

describe('the management port', () => {
  test('has nothing but health and metrics, and says so', async () => {
    for (const url of ['/v1/dishes/7', '/docs', '/openapi.json', '/']) {
      const reply = await manage(url);
      expect([url, reply.statusCode, reply.json().code]).toEqual([url, 404, 'NOT_FOUND']);
    }
  });

  test.each([
    [{ PORT: 0 }, /^http:\/\/127/],
    [{ PORT: 0, MANAGEMENT_PORT: 0 }, /^http:\/\/127/],
  ])('with %o is a free one', async (ports, address) => {
    const own = await openSmallService();
    expect(await listen(own, { HOST: '127.0.0.1', ...ports })).toMatch(address);
    const managed = own.management.server.address() as AddressInfo;
    expect(managed.port).not.toBe((own.server.address() as AddressInfo).port);
    const url = `http://127.0.0.1:${managed.port}/health/live`;
    expect((await fetch(url)).status).toBe(200);
    await own.close();
    await expect(fetch(url)).rejects.toThrow();
  });

  test('that would be above 65535 has to be given', async () => {
    const own = await openSmallService();
    await expect(listen(own, { HOST: '127.0.0.1', PORT: 65_500 })).rejects.toThrow(
      'PORT is 65500, so MANAGEMENT_PORT cannot be 100 above it: set it too.',
    );
    await own.close();
  });
});

describe('the documents', () => {
  type Operation = { description?: string; security?: unknown; responses: Record<string, { description: string }> };
  type Document = { openapi: string; paths: Record<string, Record<string, Operation>> };

  test('/openapi.json says who may call a route and which problems it answers', async () => {
    const document = (await get('/openapi.json')).json<Document>();
    expect(document.openapi).toBe('3.1.0');
    const post = document.paths['/v1/dishes']?.['post'];
    expect(post).toMatchObject({ description: 'Roles: staff, admin.', security: [{ bearer: [] }] });
    expect(post?.responses['409']?.description).toContain('SOLD_OUT');
    expect(post?.responses['401']?.description).toContain('UNAUTHENTICATED');
    expect(post?.responses['413']?.description).toContain('PAYLOAD_TOO_LARGE');
  });

  test('a public route asks for no token, and the addresses of machines are not part of the API', async () => {
    const { paths } = (await get('/openapi.json')).json<Document>();
    expect(Object.keys(paths).sort()).toEqual(['/v1/dishes', '/v1/dishes/{id}', '/v1/failures/{kind}']);
    expect(paths['/v1/dishes/{id}']?.['get']?.security).toBeUndefined();
  });

  test('/docs refers only to this service, and all it refers to is there', async () => {
    const page = await get('/docs');
    expect(page.headers['content-type']).toMatch(/^text\/html/);
    const references = [...page.body.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address ?? '');
    expect(references.length).toBeGreaterThan(0);
    for (const address of references) {
      expect(address).toMatch(/^\/docs\//);
      const file = await get(address);
      expect([address, file.statusCode, file.body.length > 50]).toEqual([address, 200, true]);
    }
    expect((await get('/docs/static/swagger-initializer.js')).body).toContain("url: resolveUrl('./json')");
    expect((await get('/docs/json')).headers['location']).toBe('/openapi.json');
    expect((await get('/docs/static/missing.js')).statusCode).toBe(404);
  });
});
