/** Between reserving the stock and committing the order: inventory's questions, fences, and expired keys. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '@oms/test-kit';
import { deriveOrderId } from '../src/domain/order-id.ts';
import { forgetReplies } from '../src/store/expired-replies.ts';
import { someone, startOrderService, type OrderService, type Someone } from './order-service.ts';

let service: OrderService;
let ann: Someone;

beforeAll(async () => {
  [service, ann] = await Promise.all([startOrderService(), someone('customer')]);
});
afterAll(() => service.stop());

const resolve = async (...placements: { orderId: string; attempt: number }[]) => {
  const reply = await service.ask(service.service, 'POST', '/internal/placements/resolve', { body: { placements } });
  expect(reply.status).toBe(200);
  return reply.body.results as { orderId: string; outcome: string }[];
};

describe("inventory's question about an attempt", () => {
  test('is answered PLACED for the attempt that placed the order, in the sequence asked', async () => {
    const { body } = await service.placeFor(ann, [{ itemId: service.inventory.item('1.00'), quantity: 1 }]);
    const unknown = randomUUID();
    expect(await resolve({ orderId: unknown, attempt: 1 }, { orderId: body.id, attempt: 1 })).toEqual([
      { orderId: unknown, outcome: 'ABANDONED' },
      { orderId: body.id, outcome: 'PLACED' },
    ]);
  });

  test('is answered ABANDONED for stock that a later attempt took for an order already placed', async () => {
    const { body } = await service.placeFor(ann, [{ itemId: service.inventory.item('1.00'), quantity: 1 }]);
    expect(await resolve({ orderId: body.id, attempt: 2 })).toEqual([{ orderId: body.id, outcome: 'ABANDONED' }]);
    expect(await resolve({ orderId: body.id, attempt: 1 })).toEqual([{ orderId: body.id, outcome: 'PLACED' }]);
  });

  test('is answered the same a second time', async () => {
    const asked = { orderId: randomUUID(), attempt: 3 };
    const first = await resolve(asked, asked);
    expect(await resolve(asked, asked)).toEqual(first);
    const { rows } = await service.pool.query('SELECT * FROM "placements" WHERE "orderId" = $1', [asked.orderId]);
    expect(rows).toMatchObject([{ outcome: 'ABANDONED', attempt: 3, reply: null }]);
  });
});

describe('an abandoned attempt', () => {
  test('cannot commit any more; the same request with the same key gets a fresh attempt', async () => {
    const itemId = service.inventory.item('2.00', 10);
    const key = randomUUID();
    const orderId = deriveOrderId(ann.id, key);
    const letGo = service.inventory.hold();
    const late = service.placeFor(ann, [{ itemId, quantity: 4 }], key);
    await until('the stock is taken', () => service.inventory.reservations.has(orderId));
    expect(await resolve({ orderId, attempt: 1 })).toEqual([{ orderId, outcome: 'ABANDONED' }]);
    service.inventory.release(orderId);
    letGo();
    const fenced = await late;
    expect([fenced.status, fenced.body.code, fenced.headers['retry-after']]).toEqual([503, 'PLACEMENT_ABANDONED', '1']);
    const again = await service.placeFor(ann, [{ itemId, quantity: 4 }], key);
    expect([again.status, again.body.id]).toEqual([201, orderId]);
    expect(await resolve({ orderId, attempt: 2 })).toEqual([{ orderId, outcome: 'PLACED' }]);
    expect(service.inventory.quantityOf(itemId)).toBe(6);
  });

  test('whose request comes again with other items is refused while its stock is held', async () => {
    const itemId = service.inventory.item('2.00', 10);
    const key = randomUUID();
    service.inventory.answer(500);
    await service.placeFor(ann, [{ itemId, quantity: 4 }], key);
    service.inventory.answer(200);
    const other = await service.placeFor(ann, [{ itemId, quantity: 5 }], key);
    expect([other.status, other.body.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
  });
});

describe('a key after 24 hours', () => {
  test('has lost its reply and still names its order', async () => {
    const itemId = service.inventory.item('2.00', 10);
    const key = randomUUID();
    const { body } = await service.placeFor(ann, [{ itemId, quantity: 1 }], key);
    const tomorrow = new Date(Date.now() + 1_000);
    while ((await forgetReplies(service.pool, tomorrow, 2)) > 0);
    const again = await service.placeFor(ann, [{ itemId, quantity: 1 }], key);
    expect([again.status, again.body.code, again.body.orderId]).toEqual([409, 'ORDER_ALREADY_PLACED', body.id]);
    const other = await service.placeFor(ann, [{ itemId, quantity: 2 }], key);
    expect([other.status, other.body.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
    expect(service.inventory.quantityOf(itemId)).toBe(9);
  });

  test('is not forgotten before, and never more at once than asked for', async () => {
    await Promise.all(
      [1, 2, 3].map(() => service.placeFor(ann, [{ itemId: service.inventory.item('1.00'), quantity: 1 }])),
    );
    expect(await forgetReplies(service.pool, new Date(Date.now() - 60_000), 10)).toBe(0);
    expect(await forgetReplies(service.pool, new Date(Date.now() + 60_000), 2)).toBe(2);
  });
});
