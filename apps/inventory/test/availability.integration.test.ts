/** Items that staff switch off and on, over HTTP. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startService, type RunningService } from './running-service.ts';

let service: RunningService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

const itemOf = async (id: string) => (await service.ask('GET', `/v1/inventory/${id}`)).body;
const reserve = async (itemId: string) => {
  const reservations = [{ orderId: randomUUID(), lines: [{ itemId, quantity: 1 }] }];
  return (await service.ask('POST', '/internal/reservations', { as: 'service', body: { reservations } })).body
    .results[0];
};

test('an item is switched off until a time, or until it is switched on', async () => {
  const { id } = await service.create('Oysters', { quantity: 10 });
  expect(await itemOf(id)).toMatchObject({ available: true });
  const until = new Date(Date.now() + 3_600_000).toISOString();
  const off = await service.ask('POST', `/v1/inventory/${id}/unavailable`, { body: { until } });
  expect([off.status, off.body]).toMatchObject([200, { available: false, availableFrom: until, quantity: 10 }]);
  expect(await reserve(id)).toMatchObject({
    outcome: 'ITEM_UNAVAILABLE',
    items: [{ itemId: id, itemName: 'Oysters', until }],
  });

  const on = await service.ask('DELETE', `/v1/inventory/${id}/unavailable`);
  expect(on.body).toMatchObject({ available: true });
  expect(on.body).not.toHaveProperty('availableFrom');
  expect(await reserve(id)).toMatchObject({ outcome: 'RESERVED' });

  expect((await service.ask('POST', `/v1/inventory/${id}/unavailable`)).body).toMatchObject({ available: false });
  expect(await reserve(id)).toMatchObject({ outcome: 'ITEM_UNAVAILABLE', items: [{ until: null }] });
});

test('a time that has passed switches nothing off', async () => {
  const { id } = await service.create('Mussels', { quantity: 1 });
  const until = new Date(Date.now() - 1_000).toISOString();
  expect((await service.ask('POST', `/v1/inventory/${id}/unavailable`, { body: { until } })).body).toMatchObject({
    available: true,
  });
});

test('staff switch, of items that exist, and with times that exist', async () => {
  const { id } = await service.create('Clams', { quantity: 1 });
  expect(await service.codeOf('POST', `/v1/inventory/${randomUUID()}/unavailable`)).toEqual([404, 'NOT_FOUND']);
  const bad = await service.ask('POST', `/v1/inventory/${id}/unavailable`, { body: { until: 'tomorrow' } });
  expect([bad.status, bad.body.errors[0].field]).toEqual([400, 'until']);
  expect((await service.ask('POST', `/v1/inventory/${id}/unavailable`, { as: 'customer', body: {} })).status).toBe(403);
});
