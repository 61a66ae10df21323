/** What an Idempotency-Key does over HTTP, on real PostgreSQL: one key, one order, one reply. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ItemId } from '@oms/contracts';
import { until } from '@oms/test-kit';
import { requestHashOf } from '../src/domain/placement.ts';
import { address, someone, startOrderService, type OrderService, type Someone } from './order-service.ts';

let service: OrderService;
let ann: Someone;

beforeAll(async () => {
  [service, ann] = await Promise.all([startOrderService(), someone('customer')]);
});
afterAll(() => service.stop());

describe('an Idempotency-Key', () => {
  test('sent again with the same body gives the stored reply, byte for byte', async () => {
    const itemId = service.inventory.item('3.00', 10);
    const key = randomUUID();
    const first = await service.placeFor(ann, [{ itemId, quantity: 1 }], key);
    service.inventory.price(itemId, '4.00');
    await service.ask(await someone('staff'), 'PATCH', `/v1/orders/${first.body.id}/status`, {
      body: { status: 'PREPARING' },
    });
    const again = await service.placeFor(ann, [{ itemId, quantity: 1 }], key);
    expect([again.status, again.text]).toEqual([201, first.text]);
    expect([again.headers['location'], again.headers['etag']]).toEqual([first.headers['location'], '"1"']);
    expect([first.headers['idempotency-replayed'], again.headers['idempotency-replayed']]).toEqual([undefined, 'true']);
    expect(service.inventory.quantityOf(itemId)).toBe(9);
  });

  test('of an order that an earlier release accepted is answered, though its country is no code', async () => {
    const items = [{ itemId: service.inventory.item('3.00'), quantity: 1 }];
    const key = randomUUID();
    const first = await service.placeFor(ann, items, key);
    const before = { line2: null, ...address, country: 'United States', instructions: null };
    const hash = requestHashOf(items.map((line) => ({ ...line, itemId: line.itemId as ItemId, note: null })), before); // prettier-ignore
    await service.pool.query(`UPDATE "placements" SET "requestHash" = $2 WHERE "orderId" = $1`, [first.body.id, hash]);
    const body = { items, deliveryAddress: { ...address, country: 'United States' } };
    const again = await service.ask(ann, 'POST', '/v1/orders', { body, headers: { 'idempotency-key': key } });
    expect([again.status, again.text]).toEqual([201, first.text]);
    const other = await service.ask(ann, 'POST', '/v1/orders', { body, headers: { 'idempotency-key': randomUUID() } });
    expect(other.body).toMatchObject({ status: 400, errors: [{ field: 'deliveryAddress.country' }] });
  });

  test('with another body is refused', async () => {
    const itemId = service.inventory.item('3.00');
    const key = randomUUID();
    await service.placeFor(ann, [{ itemId, quantity: 1 }], key);
    const other = await service.placeFor(ann, [{ itemId, quantity: 2 }], key);
    expect([other.status, other.body.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
  });

  test('of a cancelled order still gives the stored reply, and takes no stock again', async () => {
    const itemId = service.inventory.item('3.00', 5);
    const key = randomUUID();
    const first = await service.placeFor(ann, [{ itemId, quantity: 5 }], key);
    await service.ask(ann, 'POST', `/v1/orders/${first.body.id}/cancel`, { body: { reason: 'CUSTOMER' } });
    service.inventory.release(first.body.id);
    expect((await service.placeFor(ann, [{ itemId, quantity: 5 }], key)).text).toBe(first.text);
    expect(service.inventory.quantityOf(itemId)).toBe(5);
  });

  test('belongs to one customer: another may use the same text', async () => {
    const itemId = service.inventory.item('3.00');
    const [bob, key] = [await someone('customer'), randomUUID()];
    const orders = await Promise.all([ann, bob].map((who) => service.placeFor(who, [{ itemId, quantity: 1 }], key)));
    expect(orders.map((order) => order.status)).toEqual([201, 201]);
    expect(orders[0]?.body.id).not.toBe(orders[1]?.body.id);
  });

  test('is made when there is none, and returned', async () => {
    const body = { items: [{ itemId: service.inventory.item('1.00'), quantity: 1 }], deliveryAddress: address };
    const first = await service.ask(ann, 'POST', '/v1/orders', { body });
    const key = String(first.headers['idempotency-key']);
    expect(key).toMatch(/^[0-9a-f-]{36}$/);
    const again = await service.ask(ann, 'POST', '/v1/orders', { body, headers: { 'idempotency-key': key } });
    expect(again.text).toBe(first.text);
  });

  test('that is being worked on is answered 409', async () => {
    const itemId = service.inventory.item('1.00');
    const key = randomUUID();
    const letGo = service.inventory.hold();
    const before = service.inventory.calls.length;
    const first = service.placeFor(ann, [{ itemId, quantity: 1 }], key);
    await until('inventory was asked', () => service.inventory.calls.length > before);
    const second = await service.placeFor(ann, [{ itemId, quantity: 1 }], key);
    letGo();
    expect([second.status, second.body.code]).toEqual([409, 'IDEMPOTENCY_IN_FLIGHT']);
    expect(second.headers['retry-after']).toBe('1');
    expect((await first).status).toBe(201);
  });

  test('sent 50 times at once makes one order, and every other answer is its reply or "in flight"', async () => {
    const itemId = service.inventory.item('1.00', 50);
    const key = randomUUID();
    const replies = await Promise.all(
      Array.from({ length: 50 }, () => service.placeFor(ann, [{ itemId, quantity: 1 }], key)),
    );
    const placed = replies.filter((reply) => reply.status === 201);
    expect(placed.length).toBeGreaterThan(0);
    expect(new Set(placed.map((reply) => reply.text)).size).toBe(1);
    expect(placed.filter((reply) => reply.headers['idempotency-replayed'] === undefined)).toHaveLength(1);
    expect(replies.filter((reply) => reply.status !== 201).every((reply) => reply.status === 409)).toBe(true);
    expect(service.inventory.quantityOf(itemId)).toBe(49);
    expect((await service.placeFor(ann, [{ itemId, quantity: 1 }], key)).text).toBe(placed[0]?.text);
  });

  test.each(['', ' ', 'two words', 'a'.repeat(256), 'schlüssel'])('that is no key is refused: %j', async (key) => {
    const { status, body } = await service.placeFor(ann, [{ itemId: randomUUID(), quantity: 1 }], key);
    expect([status, body.code]).toEqual([400, 'VALIDATION_FAILED']);
  });

  test('may be 255 visible characters long', async () => {
    const itemId = service.inventory.item('1.00');
    expect((await service.placeFor(ann, [{ itemId, quantity: 1 }], `!~"${'x'.repeat(252)}`)).status).toBe(201);
  });
});
