// One document for the public, made of those of the services that answer.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startGateway, type GatewayUnderTest } from './gateway-under-test.ts';

let system: GatewayUnderTest;
const documentOf = (service: string, paths: string[], schemas: Record<string, object> = {}) => ({
  openapi: '3.1.0',
  info: { title: service, version: '1' },
  components: { schemas: { Problem: { type: 'object' }, ...schemas } },
  paths: Object.fromEntries(paths.map((path) => [path, { get: { responses: {} } }])),
});

beforeAll(async () => {
  system = await startGateway();
  const serve = (service: 'order' | 'inventory' | 'analytics', document: object) => {
    system[service].answer = (_request, response) => {
      response.setHeader('content-type', 'application/json').end(JSON.stringify(document));
    };
  };
  serve('order', documentOf('order', ['/v1/orders', '/v1/orders/{id}', '/internal/placements/resolve']));
  serve('inventory', documentOf('inventory', ['/v1/inventory', '/internal/reservations', '/v1/orders/stolen']));
  serve('analytics', { nothing: 'useful' });
  await system.notification.close();
});
afterAll(() => system.close());

test('it has the public paths of every service, tagged with its name, and no internal path', async () => {
  const { json } = await system.ask({ path: '/openapi.json' });
  expect(Object.keys(json.paths ?? {}).sort()).toEqual(['/v1/inventory', '/v1/orders', '/v1/orders/{id}']);
  expect(json.paths?.['/v1/inventory']?.get?.tags).toEqual(['inventory']);
  expect(json.components?.schemas).toHaveProperty('Problem');
  expect(json.components?.securitySchemes).toHaveProperty('bearer');
});

test('a service without a document is named as missing', async () => {
  const { json } = await system.ask({ path: '/openapi.json' });
  expect(json['x-missing']).toEqual(expect.arrayContaining(['analytics', 'notification']));
  expect(json['x-missing']).not.toContain('order');
  expect(json.info?.description).toMatch(
    /Missing, because they do not answer at the moment: .*analytics, notification/,
  );
});

test('/docs shows it, without files from other hosts', async () => {
  const page = await system.ask({ path: '/docs' });
  expect(page.headers['content-type']).toContain('text/html');
  const parts = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, part]) => part ?? '');
  expect(parts.length).toBeGreaterThan(1);
  for (const path of parts) expect((await system.ask({ path })).status, path).toBe(200);
});
