// One document for the public, made of those of the services that answer.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTown, type Town } from './town.ts';

let town: Town;
const documentOf = (service: string, paths: string[], schemas: Record<string, object> = {}) => ({
  openapi: '3.1.0',
  info: { title: service, version: '1' },
  components: { schemas: { Problem: { type: 'object' }, ...schemas } },
  paths: Object.fromEntries(paths.map((path) => [path, { get: { responses: {} } }])),
});

beforeAll(async () => {
  town = await openTown();
  const serve = (service: 'order' | 'inventory' | 'analytics', document: object) => {
    town[service].answer = (_request, response) => {
      response.setHeader('content-type', 'application/json').end(JSON.stringify(document));
    };
  };
  serve('order', documentOf('order', ['/v1/orders', '/v1/orders/{id}', '/internal/placements/resolve']));
  serve('inventory', documentOf('inventory', ['/v1/inventory', '/internal/reservations', '/v1/orders/stolen']));
  serve('analytics', { nothing: 'useful' });
  await town.notification.close();
});
afterAll(() => town.close());

test('it has the public paths of every service, under the name of the service, and no inner one', async () => {
  const { json } = await town.ask({ path: '/openapi.json' });
  expect(Object.keys(json.paths ?? {}).sort()).toEqual(['/v1/inventory', '/v1/orders', '/v1/orders/{id}']);
  expect(json.paths?.['/v1/inventory']?.get?.tags).toEqual(['inventory']);
  expect(json.components?.schemas).toHaveProperty('Problem');
  expect(json.components?.securitySchemes).toHaveProperty('bearer');
});

test('a service that gives none is named as missing', async () => {
  const { json } = await town.ask({ path: '/openapi.json' });
  expect(json['x-missing']).toEqual(expect.arrayContaining(['analytics', 'notification']));
  expect(json['x-missing']).not.toContain('order');
  expect(json.info?.description).toMatch(/Missing, as they do not answer at the moment: .*analytics, notification/);
});

test('it is browsed at /docs, which needs nothing from elsewhere', async () => {
  const page = await town.ask({ path: '/docs' });
  expect(page.headers['content-type']).toContain('text/html');
  const parts = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, part]) => part ?? '');
  expect(parts.length).toBeGreaterThan(1);
  for (const path of parts) expect((await town.ask({ path })).status, path).toBe(200);
});
