// Which roles may query, and which queries are refused: always with a documented 4xx.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { composeAnalytics, type Analytics } from './running.ts';

const paths = ['summary', 'sales', 'top-items', 'funnel', 'lead-times', 'inventory'].map(
  (name) => `/v1/analytics/${name}`,
);

let analytics: Analytics;

beforeAll(async () => {
  analytics = await composeAnalytics();
});
afterAll(() => analytics.stop());

describe.each(paths)('%s', (path) => {
  test.each(['staff', 'admin'] as const)('is open to %s', async (role) => {
    expect((await analytics.get(path, role)).status).toBe(200);
  });

  test('is closed to customers and without a token', async () => {
    expect(await analytics.get(path, 'customer')).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    expect(await analytics.get(path)).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } });
  });

  test('says how fresh it is', async () => {
    expect((await analytics.get(path, 'staff')).body).toMatchObject({ asOf: null, lagMs: null });
  });

  test('refuses an unknown parameter', async () => {
    const { status, body } = await analytics.get(`${path}?colour=red`, 'staff');
    expect([status, body]).toMatchObject([400, { code: 'VALIDATION_FAILED', errors: [{ field: 'colour' }] }]);
  });
});

test.each([
  ['summary?from=yesterday', 'from'],
  ['summary?from=2026-12-31T23:59:60Z', 'from'],
  ['summary?from=2026-11-20T12:00:00Z&to=2026-11-20T12:00:00Z', 'to'],
  ['summary?to=9999-12-31T23:59:59-23:59', 'to'],
  ['funnel?from=0000-01-01T00:00:00Z', 'from'],
  ['lead-times?from=2026-11-20T12:00:00Z&to=2026-11-20T11:00:00Z', 'to'],
  ['top-items?limit=Infinity', 'limit'],
  ['inventory?limit=1e400', 'limit'],
  ['sales?interval=week', 'interval'],
  ['sales?from=2999-01-01T00:00:00Z', 'to'],
  ['top-items?limit=0', 'limit'],
  ['top-items?limit=201', 'limit'],
  ['inventory?limit=1.5', 'limit'],
  ['inventory?cursor=nonsense', 'cursor'],
  [`inventory?cursor=${Buffer.from('["1; DROP TABLE stock_levels"]').toString('base64url')}`, 'cursor'],
])('%s is refused, and %s is named', async (question, field) => {
  const { status, headers, body } = await analytics.get(`/v1/analytics/${question}`, 'staff');
  expect(status).toBe(400);
  expect(headers['content-type']).toMatch('application/problem+json');
  expect(body).toMatchObject({ code: 'VALIDATION_FAILED', errors: [expect.objectContaining({ field })] });
});

test.each(['from=2000-01-01T00:00:00Z', 'to=9999-12-31T23:59:59.999Z', 'from=2026-11-20T12:00:00%2B14:00'])(
  'the first and the last possible time are accepted: %s',
  async (window) => {
    expect((await analytics.get(`/v1/analytics/summary?${window}`, 'staff')).status).toBe(200);
  },
);

test('it is ready when its database answers', async () => {
  expect(await analytics.ready()).toMatchObject({ status: 200, body: { checks: { database: 'ok' } } });
});

test('its queries are in its API document', async () => {
  const { body } = await analytics.get('/openapi.json');
  expect(Object.keys(body.paths)).toEqual(expect.arrayContaining(paths));
});
