/** Counts of what is on the shelf while pieces are promised, over HTTP. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startService, type RunningService } from './running-service.ts';

let service: RunningService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

const count = (id: string, onHand: number, headers = {}) =>
  service.ask('POST', `/v1/inventory/${id}/counts`, { body: { onHand, reason: 'counted' }, headers });
const reserve = async (itemId: string, quantity: number) => {
  const orderId = randomUUID();
  const reservations = [{ orderId, lines: [{ itemId, quantity }] }];
  const { body } = await service.ask('POST', '/internal/reservations', { as: 'service', body: { reservations } });
  expect(body.results[0].outcome).toBe('RESERVED');
  return orderId;
};
const release = (orderId: string, over = {}) =>
  service.ask('POST', '/internal/reservations/release', {
    as: 'service',
    body: { orders: [{ orderId, changedBy: 'ann', reason: null, ...over }] },
  });
const itemOf = async (id: string) => (await service.ask('GET', `/v1/inventory/${id}`)).body;

describe('a count', () => {
  test('sets what is on the shelf; what is promised stays promised', async () => {
    const { id } = await service.create('Burrata', { quantity: 10 });
    await reserve(id, 4);
    expect(await itemOf(id)).toMatchObject({ quantity: 6, onHand: 10, reserved: 4, short: 0 });
    const counted = await count(id, 7);
    expect(counted.body).toMatchObject({ quantity: 3, onHand: 7, reserved: 4, short: 0, promisedTo: null });
    const { data } = (await service.ask('GET', `/v1/inventory/${id}/movements?limit=1`)).body;
    expect(data).toMatchObject([{ reason: 'COUNTED', delta: -3, shortDelta: 0, note: 'counted' }]);
  });

  test('of fewer than are promised names the orders, until stock comes or orders are cancelled', async () => {
    const { id } = await service.create('Truffle', { quantity: 9 });
    const orders = [await reserve(id, 2), await reserve(id, 3), await reserve(id, 4)];
    const { body } = await count(id, 5);
    expect(body).toMatchObject({ quantity: 0, onHand: 5, reserved: 9, short: 4 });
    expect(body.promisedTo).toEqual({ orders: 3, orderIds: orders.toReversed() });
    const first = await service.ask('GET', `/v1/inventory/${id}/promises?limit=2`);
    expect(first.body.data).toMatchObject([{ orderId: orders[2], quantity: 4 }, { orderId: orders[1], quantity: 3 }]); // prettier-ignore
    const second = await service.ask('GET', `/v1/inventory/${id}/promises?limit=2&cursor=${first.body.nextCursor}`);
    expect(second.body).toMatchObject({ data: [{ orderId: orders[0] }], nextCursor: null });

    await service.ask('POST', `/v1/inventory/${id}/restock`, { body: { quantity: 1 } });
    expect(await itemOf(id)).toMatchObject({ quantity: 0, onHand: 6, reserved: 9, short: 3 });
    await release(orders[2]!);
    expect(await itemOf(id)).toMatchObject({ quantity: 1, onHand: 6, reserved: 5, short: 0 });
    expect(await service.codeOf('DELETE', `/v1/inventory/${id}`)).toEqual([409, 'ITEM_HAS_OPEN_RESERVATIONS']);
  });

  test('is recorded once for a key, also when it finds what is there', async () => {
    const { id } = await service.create('Capers', { quantity: 3 });
    const first = await count(id, 3, { 'idempotency-key': 'evening' });
    const again = await count(id, 3, { 'idempotency-key': 'evening' });
    expect([again.body, again.headers['idempotency-replayed']]).toEqual([first.body, 'true']);
    expect((await count(id, 2, { 'idempotency-key': 'evening' })).body.code).toBe('IDEMPOTENCY_KEY_REUSED');
    const { data } = (await service.ask('GET', `/v1/inventory/${id}/movements`)).body;
    expect(data.map(({ reason, delta }: { reason: string; delta: number }) => [reason, delta])).toEqual([
      ['COUNTED', 0],
      ['CREATED', 3],
    ]);
  });

  test('is for staff, of an item that exists', async () => {
    const { id } = await service.create('Anchovies');
    const body = { onHand: 1, reason: 'counted' };
    const counts = `/v1/inventory/${id}/counts`;
    expect((await service.ask('POST', counts, { body, as: 'customer' })).status).toBe(403);
    expect((await service.ask('GET', `/v1/inventory/${id}/promises`, { as: 'customer' })).status).toBe(403);
    const unknown = `/v1/inventory/${randomUUID()}`;
    expect(await service.codeOf('POST', `${unknown}/counts`, { body })).toEqual([404, 'NOT_FOUND']);
    expect(await service.codeOf('GET', `${unknown}/promises`)).toEqual([404, 'NOT_FOUND']);
    expect((await service.ask('POST', counts, { body: { onHand: -1, reason: 'counted' } })).status).toBe(400);
  });
});

test('the list is filtered by what is out, and by several categories', async () => {
  await service.create('Tagliatelle', { category: 'Pasta', quantity: 0 });
  await service.create('Penne', { category: 'Pasta', quantity: 2 });
  await service.create('Lasagne', { category: 'Oven', quantity: 0 });
  const names = async (query: string) =>
    (await service.ask('GET', `/v1/inventory?${query}`)).body.data.map((item: { itemName: string }) => item.itemName);
  expect(await names('category=Pasta')).toEqual(['Penne', 'Tagliatelle']);
  expect(await names('category=Pasta&category=Oven')).toEqual(['Lasagne', 'Penne', 'Tagliatelle']);
  expect(await names('category=Pasta&category=Oven&outOfStock=true')).toEqual(['Lasagne', 'Tagliatelle']);
  expect(await names('category=Pasta&outOfStock=false&lowStock=true')).toEqual(['Penne']);
});
