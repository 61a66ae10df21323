/** The stock of items, by hand and for orders, over HTTP. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newItem, startService, type RunningService } from './running-service.ts';

let service: RunningService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

describe('stock', () => {
  test('comes in by restocks, is corrected by adjustments, and never falls below zero', async () => {
    const { id } = await service.create('Basil', { quantity: 5 });
    const adjust = (delta: number, reason = 'counted') =>
      service.ask('POST', `/v1/inventory/${id}/adjustments`, { body: { delta, reason } });
    expect((await service.ask('POST', `/v1/inventory/${id}/restock`, { body: { quantity: 7 } })).body.quantity).toBe(
      12,
    );
    expect((await adjust(-12)).body.quantity).toBe(0);
    const refused = await adjust(-1);
    expect([refused.status, refused.body.code]).toEqual([409, 'INSUFFICIENT_STOCK']);
    expect(refused.body.shortages).toEqual([{ itemId: id, requested: 1, available: 0 }]);
    expect((await adjust(0)).body.errors).toEqual([{ field: 'delta', message: expect.any(String) }]);
  });

  test('has a ledger of movements, newest first, whose sum is the quantity', async () => {
    const { id } = await service.create('Oregano', { quantity: 5 });
    for (const quantity of [1, 2, 3]) await service.ask('POST', `/v1/inventory/${id}/restock`, { body: { quantity } });
    const first = await service.ask('GET', `/v1/inventory/${id}/movements?limit=3`);
    const second = await service.ask('GET', `/v1/inventory/${id}/movements?limit=3&cursor=${first.body.nextCursor}`);
    const movements = [...first.body.data, ...second.body.data] as {
      delta: number;
      reason: string;
      version: number;
      quantityAfter: number;
    }[];
    expect(movements.map(({ delta, reason, version }) => [delta, reason, version])).toEqual([
      [3, 'RESTOCKED', 4],
      [2, 'RESTOCKED', 3],
      [1, 'RESTOCKED', 2],
      [5, 'CREATED', 1],
    ]);
    expect([second.body.nextCursor, movements[0]?.quantityAfter]).toEqual([null, 11]);
    expect(await service.codeOf('GET', `/v1/inventory/${randomUUID()}/movements`)).toEqual([404, 'NOT_FOUND']);
  });

  test('does not double when a restock is sent again with its key', async () => {
    const { id } = await service.create('Thyme');
    const restock = (quantity: number, key: string) =>
      service.ask('POST', `/v1/inventory/${id}/restock`, { body: { quantity }, headers: { 'idempotency-key': key } });
    const first = await restock(5, 'monday');
    await restock(1, 'tuesday');
    const again = await restock(5, 'monday');
    expect([again.status, again.body, again.headers['idempotency-replayed']]).toEqual([200, first.body, 'true']);
    expect(first.headers['idempotency-replayed']).toBeUndefined();
    expect((await restock(6, 'monday')).body.code).toBe('IDEMPOTENCY_KEY_REUSED');
    expect((await service.ask('GET', `/v1/inventory/${id}`)).body.quantity).toBe(6);
  });

  test('makes one item of a creation that is sent again with its key', async () => {
    const asking = { body: newItem('Sage', { quantity: 2 }), headers: { 'idempotency-key': 'sage' } };
    const [first, again] = [
      await service.ask('POST', '/v1/inventory', asking),
      await service.ask('POST', '/v1/inventory', asking),
    ];
    expect([again.status, again.body]).toEqual([201, first.body]);
  });

  test('is never more than an INTEGER holds', async () => {
    const { id } = await service.create('Rice', { quantity: 2_147_483_647 });
    expect(await service.codeOf('POST', `/v1/inventory/${id}/restock`, { body: { quantity: 1 } })).toEqual([
      422,
      'QUANTITY_TOO_LARGE',
    ]);
    expect(
      await service.codeOf('POST', `/v1/inventory/${id}/adjustments`, { body: { delta: 1, reason: 'found' } }),
    ).toEqual([422, 'QUANTITY_TOO_LARGE']);
  });
});

describe('reservations', () => {
  test('are answered in the order of the request, each for itself', async () => {
    const { id } = await service.create('Gnocchi', { quantity: 3, price: '12.50' });
    const [a, b, c] = [randomUUID(), randomUUID(), randomUUID()];
    const order = (orderId: string, itemId: string, quantity: number) => ({ orderId, lines: [{ itemId, quantity }] });
    const reserve = (reservations: unknown[]) =>
      service.ask('POST', '/internal/reservations', { as: 'service', body: { reservations } });
    const unknown = randomUUID();
    const first = await reserve([order(a, id, 2), order(b, id, 2), order(c, unknown, 1)]);
    const line = { itemId: id, itemName: 'Gnocchi', quantity: 2, unitPrice: '12.50' };
    expect(first.body.results).toEqual([
      { orderId: a, outcome: 'RESERVED', attempt: 1, lines: [line] },
      { orderId: b, outcome: 'INSUFFICIENT_STOCK', shortages: [{ itemId: id, requested: 2, available: 1 }] },
      { orderId: c, outcome: 'UNKNOWN_ITEM', itemIds: [unknown] },
    ]);
    await service.ask('PATCH', `/v1/inventory/${id}`, { body: { price: '99.00' } });
    const again = await reserve([order(a, id, 2), order(a, id, 1)]);
    expect(again.body.results).toEqual([first.body.results[0], { orderId: a, outcome: 'CONFLICT' }]);
  });
});
