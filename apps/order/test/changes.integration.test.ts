/** Steps, cancelling and the history of both over HTTP, on real PostgreSQL. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { someone, startOrderService, type OrderService, type Someone } from './order-service.ts';

let service: OrderService;
let ann: Someone;
let staff: Someone;

beforeAll(async () => {
  [service, ann, staff] = await Promise.all([startOrderService(), someone('customer'), someone('staff')]);
});
afterAll(() => service.stop());

const placed = async (): Promise<string> => {
  const { body } = await service.placeFor(ann, [{ itemId: service.inventory.item('5.00'), quantity: 1 }]);
  return body.id as string;
};
const step = (id: string, status: string, headers: Record<string, string> = {}) =>
  service.ask(staff, 'PATCH', `/v1/orders/${id}/status`, { body: { status }, headers });
const cancelBy = (who: Someone, id: string, body: object = { reason: 'CUSTOMER' }) =>
  service.ask(who, 'POST', `/v1/orders/${id}/cancel`, { body });

describe('a step', () => {
  test('leads from PENDING to DELIVERED, one version at a time', async () => {
    const id = await placed();
    for (const [i, status] of ['PREPARING', 'OUT_FOR_DELIVERY', 'DELIVERED'].entries()) {
      const reply = await step(id, status);
      expect(reply.status).toBe(200);
      expect(reply.body).toMatchObject({ id, status, version: i + 2 });
      expect(reply.headers['etag']).toBe(`"${i + 2}"`);
      expect((await service.ask(ann, 'GET', `/v1/orders/${id}`)).body).toEqual(reply.body);
    }
  });

  test('that is forbidden is refused with the steps that are allowed', async () => {
    const { status, body } = await step(await placed(), 'DELIVERED');
    expect(status).toBe(409);
    expect(body).toMatchObject({
      code: 'INVALID_TRANSITION',
      detail: 'An order that is PENDING cannot become DELIVERED. Allowed: PREPARING, CANCELLED.',
      allowed: ['PREPARING', 'CANCELLED'],
    });
  });

  test('taken twice changes the order once', async () => {
    const id = await placed();
    const [first, second] = [await step(id, 'PREPARING'), await step(id, 'PREPARING')];
    expect([second.status, second.body]).toEqual([200, first.body]);
  });

  test('of an order that does not exist is not found', async () => {
    expect((await step(randomUUID(), 'PREPARING')).status).toBe(404);
  });

  test('meant for another version is refused, and named versions or * are honoured', async () => {
    const id = await placed();
    const refused = await step(id, 'PREPARING', { 'if-match': '"7"' });
    expect([refused.status, refused.body.code]).toEqual([412, 'PRECONDITION_FAILED']);
    expect((await step(id, 'PREPARING', { 'if-match': 'W/"1"' })).status).toBe(412);
    expect((await step(id, 'PREPARING', { 'if-match': 'nonsense' })).status).toBe(412);
    expect((await step(id, 'PREPARING', { 'if-match': '"1", "9"' })).status).toBe(200);
    expect((await step(id, 'OUT_FOR_DELIVERY', { 'if-match': '*' })).status).toBe(200);
  });

  test('wanted by 20 at once from one version is taken by one', async () => {
    const id = await placed();
    const requests = Array.from({ length: 20 }, (_, i) =>
      step(id, i % 2 ? 'PREPARING' : 'CANCELLED', { 'if-match': '"1"' }),
    );
    const statuses = (await Promise.all(requests)).map((reply) => reply.status);
    expect(statuses.toSorted()).toEqual([200, ...Array<number>(19).fill(412)]);
  });

  test('of staff may cancel too, without a reason', async () => {
    const id = await placed();
    expect((await step(id, 'CANCELLED')).body).toMatchObject({ status: 'CANCELLED', version: 2 });
    expect((await step(id, 'PREPARING')).body).toMatchObject({ code: 'INVALID_TRANSITION', allowed: [] });
  });
});

describe('cancelling', () => {
  test('twice is the same as once', async () => {
    const id = await placed();
    const [first, second] = [await cancelBy(ann, id), await cancelBy(staff, id, { reason: 'SOLD_OUT' })];
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(first.body).toMatchObject({ status: 'CANCELLED', version: 2 });
    expect(second.body).toEqual(first.body);
  });

  test('is for customers only while the order is PENDING', async () => {
    const id = await placed();
    await step(id, 'PREPARING');
    expect((await cancelBy(ann, id)).body).toMatchObject({ status: 409, code: 'INVALID_TRANSITION', allowed: [] });
    expect((await cancelBy(staff, id, { reason: 'RUSH_HOUR' })).status).toBe(200);
  });

  test('needs one of the reasons', async () => {
    const id = await placed();
    for (const body of [{}, { reason: 'BORED' }, { reason: 'CUSTOMER', note: '' }, { reason: 'CUSTOMER', why: 'x' }]) {
      expect((await cancelBy(ann, id, body)).status).toBe(400);
    }
  });

  test('with a reason of staff is refused to customers', async () => {
    const { status, body } = await cancelBy(ann, await placed(), { reason: 'SOLD_OUT' });
    expect(status).toBe(403);
    expect(body).toMatchObject({ code: 'FORBIDDEN', detail: expect.stringContaining('CUSTOMER') });
  });

  test('ends a failed delivery with a reason of its own, and with no other', async () => {
    const id = await placed();
    await step(id, 'PREPARING');
    await step(id, 'OUT_FOR_DELIVERY');
    const plain = await step(id, 'CANCELLED');
    expect(plain.body).toMatchObject({ status: 409, code: 'INVALID_TRANSITION', allowed: ['DELIVERED'] });
    expect(plain.body.detail).toContain('/cancel');
    const allowed = ['NO_SHOW', 'ADDRESS_NOT_FOUND', 'REFUSED'];
    const customers = await cancelBy(staff, id, { reason: 'CUSTOMER' });
    expect(customers.body).toMatchObject({ status: 409, code: 'REASON_NOT_ALLOWED', allowed });
    const back = await cancelBy(staff, id, { reason: 'REFUSED', restock: true });
    expect(back.body).toMatchObject({ status: 409, code: 'RESTOCK_NOT_ALLOWED' });
    const ended = await cancelBy(staff, id, { reason: 'NO_SHOW' });
    expect(ended.body).toMatchObject({ status: 'CANCELLED', version: 4 });
  });

  test('names items of the order only', async () => {
    const id = await placed();
    const others = [randomUUID()];
    const reply = await cancelBy(staff, id, { reason: 'SOLD_OUT', items: others });
    expect(reply.body).toMatchObject({ status: 422, code: 'ITEM_NOT_IN_ORDER', itemIds: others });
    const misplaced = await cancelBy(staff, id, { reason: 'RUSH_HOUR', items: others });
    expect(misplaced.body).toMatchObject({ status: 400, errors: [{ field: 'items' }] });
  });
});

describe('the stock of a cancelled order', () => {
  const lastPiece = async () => {
    const itemId = service.inventory.item('5.00', 1);
    const { body } = await service.placeFor(ann, [{ itemId, quantity: 1 }]);
    expect(service.inventory.quantityOf(itemId)).toBe(0);
    return { itemId, id: body.id as string };
  };

  test.each([
    ['a customer', (id: string) => cancelBy(ann, id)],
    ['staff', (id: string) => cancelBy(staff, id, { reason: 'RUSH_HOUR' })],
    ['a status change of staff', (id: string) => step(id, 'CANCELLED')],
  ])('can be ordered again as soon as %s has the answer', async (_who, cancelOrder) => {
    const { itemId, id } = await lastPiece();
    expect((await cancelOrder(id)).status).toBe(200);
    expect((await service.placeFor(ann, [{ itemId, quantity: 1 }])).status).toBe(201);
  });

  test('comes back or is written off by what inventory is asked, with the items that are out', async () => {
    const { itemId, id } = await lastPiece();
    const items = [itemId.toUpperCase()];
    expect((await cancelBy(staff, id, { reason: 'SOLD_OUT', items })).status).toBe(200);
    const asked = { orderId: id, changedBy: staff.id, reason: 'SOLD_OUT', restock: false, soldOutItemIds: [itemId] };
    expect(service.inventory.releasesOf(id)).toEqual([asked]);
    // A repeated cancel asks for what was decided first, whatever it says itself.
    await cancelBy(staff, id, { reason: 'RUSH_HOUR', restock: true });
    expect(service.inventory.releasesOf(id)).toEqual([asked, asked]);
  });

  test('is asked for by every cancel, so that a repeated one makes up for a lost one', async () => {
    const { itemId, id } = await lastPiece();
    service.inventory.answer(503);
    expect((await cancelBy(ann, id)).status).toBe(200);
    service.inventory.answer(200);
    expect(service.inventory.quantityOf(itemId)).toBe(0);
    expect((await cancelBy(ann, id)).status).toBe(200);
    expect(service.inventory.quantityOf(itemId)).toBe(1);
  });

  test('is not waited for longer than the stated time when inventory is silent', async () => {
    const { id } = await lastPiece();
    const answer = service.inventory.hold();
    const startedAtMs = performance.now();
    expect((await cancelBy(ann, id)).body).toMatchObject({ status: 'CANCELLED', version: 2 });
    expect(performance.now() - startedAtMs).toBeLessThan(1_500);
    answer();
  });

  test('is not asked for by any other change', async () => {
    const id = await placed();
    await step(id, 'PREPARING');
    expect((await cancelBy(ann, id)).status).toBe(409);
    expect(service.inventory.releasesOf(id)).toEqual([]);
  });
});

describe('the history', () => {
  test('shows every change: from, to, time, author, reason', async () => {
    const id = await placed();
    await step(id, 'PREPARING');
    await cancelBy(staff, id, { reason: 'SOLD_OUT', note: 'no more basil' });
    const { body } = await service.ask(ann, 'GET', `/v1/orders/${id}/history`);
    const at = expect.stringMatching(/Z$/);
    const plain = { at, milestone: null, reason: null, note: null, restock: null, soldOutItemIds: null };
    expect(body).toEqual({
      data: [
        { version: 1, from: null, to: 'PENDING', ...plain, by: ann.id, byRole: 'customer' },
        { version: 2, from: 'PENDING', to: 'PREPARING', ...plain, by: staff.id, byRole: 'staff' },
        {
          version: 3,
          from: 'PREPARING',
          to: 'CANCELLED',
          at,
          by: staff.id,
          byRole: 'staff',
          milestone: null,
          reason: 'SOLD_OUT',
          note: 'no more basil',
          restock: false,
          soldOutItemIds: null,
        },
      ],
      nextCursor: null,
    });
  });

  test('comes in pages', async () => {
    const id = await placed();
    await step(id, 'PREPARING');
    const first = await service.ask(ann, 'GET', `/v1/orders/${id}/history?limit=1`);
    expect(first.body.data).toMatchObject([{ version: 1 }]);
    const second = await service.ask(ann, 'GET', `/v1/orders/${id}/history?limit=1&cursor=${first.body.nextCursor}`);
    expect(second.body).toMatchObject({ data: [{ version: 2 }], nextCursor: null });
  });
});
