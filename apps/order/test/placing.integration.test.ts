/** Placing orders over HTTP, on real PostgreSQL: what is stored, and what is refused. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { address, someone, startOrderService, type OrderService, type Someone } from './order-service.ts';

let service: OrderService;
let ann: Someone;

beforeAll(async () => {
  [service, ann] = await Promise.all([startOrderService(), someone('customer')]);
});
afterAll(() => service.stop());

describe('a placed order', () => {
  test('has the prices of inventory, the sum of its lines, and version 1', async () => {
    const pizza = service.inventory.item('10.99', 50, 'Pizza');
    const cola = service.inventory.item('2.50', 50, 'Cola');
    const wanted = [
      { itemId: cola, quantity: 1, note: 'no ice' },
      { itemId: pizza.toUpperCase(), quantity: 2 },
      { itemId: cola, quantity: 2 },
    ];
    const { status, headers, body } = await service.placeFor(ann, wanted);
    expect(status).toBe(201);
    expect(headers).toMatchObject({ location: `/v1/orders/${body.id}`, etag: '"1"' });
    expect(headers['content-type']).toMatch(/^application\/json/);
    expect(body).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      customerId: ann.id,
      status: 'PENDING',
      totalAmount: '29.48',
      version: 1,
      items: [
        { itemId: cola, itemName: 'Cola', quantity: 3, note: 'no ice', unitPrice: '2.50', lineTotal: '7.50' },
        { itemId: pizza, itemName: 'Pizza', quantity: 2, note: null, unitPrice: '10.99', lineTotal: '21.98' },
      ],
      deliveryAddress: address,
      promisedDeliveryAt: new Date(Date.parse(body.createdAt) + 45 * 60_000).toISOString(),
      deliverAt: null,
      dueAt: null,
      acceptBy: new Date(Date.parse(body.createdAt) + 15 * 60_000).toISOString(),
      acceptedAt: null,
      readyAt: null,
      pickedUpAt: null,
      deliveredAt: null,
      createdAt: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/),
      updatedAt: body.createdAt,
    });
    expect((await service.ask(ann, 'GET', `/v1/orders/${body.id}`)).body).toEqual(body);
    expect(service.inventory.quantityOf(cola)).toBe(47);
  });

  test('is stored with its history, its placement and its two messages, or with none of them', async () => {
    const { body } = await service.placeFor(ann, [{ itemId: service.inventory.item('1.00'), quantity: 1 }], 'stored');
    const { rows } = await service.pool.query(
      `SELECT o."totalAmount", o."items", h."toStatus", h."changedBy", h."changedByRole", p."outcome", p."attempt", p."reply"
       FROM "orders" o JOIN "order_history" h ON h."orderId" = o."id" JOIN "placements" p ON p."orderId" = o."id"
       WHERE o."id" = $1`,
      [body.id],
    );
    expect(rows).toEqual([
      {
        totalAmount: '1.00',
        items: body.items,
        toStatus: 'PENDING',
        changedBy: ann.id,
        changedByRole: 'customer',
        outcome: 'PLACED',
        attempt: 1,
        reply: JSON.stringify(body),
      },
    ]);
  });

  test('keeps optional parts of the address as they were sent', async () => {
    const full = { ...address, line2: '3rd floor', instructions: 'ring\ntwice 🙂' };
    const items = [{ itemId: service.inventory.item('1.00'), quantity: 1 }];
    const { body } = await service.ask(ann, 'POST', '/v1/orders', { body: { items, deliveryAddress: full } });
    expect((await service.ask(ann, 'GET', `/v1/orders/${body.id}`)).body.deliveryAddress).toEqual(full);
  });

  test('belongs to the caller who placed it, also to staff', async () => {
    const staff = await someone('staff');
    const { body } = await service.placeFor(staff, [{ itemId: service.inventory.item('1.00'), quantity: 1 }]);
    expect(body.customerId).toBe(staff.id);
  });
});

describe('an order for a customer on the phone', () => {
  const order = (more: object) => ({
    items: [{ itemId: service.inventory.item('1.00'), quantity: 1 }],
    deliveryAddress: address,
    ...more,
  });

  test.each(['staff', 'admin'] as const)("is the customer's, and the history has who of %s placed it", async (role) => {
    const clerk = await someone(role);
    const body = order({ customerId: ann.id.toUpperCase() });
    const placed = await service.ask(clerk, 'POST', '/v1/orders', { body, headers: { 'idempotency-key': role } });
    expect(placed.body).toMatchObject({ customerId: ann.id, status: 'PENDING' });
    const { body: history } = await service.ask(ann, 'GET', `/v1/orders/${placed.body.id}/history`);
    expect(history.data).toMatchObject([{ version: 1, by: clerk.id, byRole: role }]);
    const again = await service.ask(clerk, 'POST', '/v1/orders', { body, headers: { 'idempotency-key': role } });
    expect([again.text, again.headers['idempotency-replayed']]).toEqual([placed.text, 'true']);
    const other = await service.ask(clerk, 'POST', '/v1/orders', {
      body: { ...body, customerId: randomUUID() },
      headers: { 'idempotency-key': role },
    });
    expect(other.body.code).toBe('IDEMPOTENCY_KEY_REUSED');
  });

  test('is for staff only, also with the id of the caller', async () => {
    for (const customerId of [randomUUID(), ann.id]) {
      const { status, body } = await service.ask(ann, 'POST', '/v1/orders', { body: order({ customerId }) });
      expect([status, body.code]).toEqual([403, 'FORBIDDEN']);
      expect(body.detail).toContain('customerId');
    }
  });
});

describe('a scheduled order', () => {
  const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000);

  test('is promised for its time, and has its stock reserved at once', async () => {
    const itemId = service.inventory.item('1.00', 3);
    const deliverAt = inMinutes(13 * 24 * 60);
    const body = { items: [{ itemId, quantity: 2 }], deliveryAddress: address, deliverAt: deliverAt.toISOString() };
    const placed = await service.ask(ann, 'POST', '/v1/orders', { body });
    expect(placed.status).toBe(201);
    expect(placed.body).toMatchObject({
      deliverAt: deliverAt.toISOString(),
      promisedDeliveryAt: deliverAt.toISOString(),
    });
    expect((await service.ask(ann, 'GET', `/v1/orders/${placed.body.id}`)).body).toEqual(placed.body);
    expect(service.inventory.quantityOf(itemId)).toBe(1);
  });

  test('is the same order in any zone, and another at another time', async () => {
    const at = '2040-05-01T18:30:00Z';
    const late = await startOrderService({ now: () => new Date('2040-05-01T12:00:00Z') });
    try {
      const items = [{ itemId: late.inventory.item('1.00'), quantity: 1 }];
      const place = async (deliverAt?: string) => {
        const body = { items, deliveryAddress: address, ...(deliverAt !== undefined && { deliverAt }) };
        return (await late.ask(ann, 'POST', '/v1/orders', { body, headers: { 'idempotency-key': 'dinner' } })).body;
      };
      const { id } = await place(at);
      expect((await place('2040-05-01T20:30:00+02:00')).id).toBe(id);
      expect((await place('2040-05-01T18:31:00Z')).code).toBe('IDEMPOTENCY_KEY_REUSED');
      expect((await place()).code).toBe('IDEMPOTENCY_KEY_REUSED');
    } finally {
      await late.stop();
    }
  });

  test('gets its reply again after its time has passed', async () => {
    let now = new Date('2040-05-01T12:00:00Z');
    const late = await startOrderService({ now: () => now });
    try {
      const items = [{ itemId: late.inventory.item('1.00'), quantity: 1 }];
      const body = { items, deliveryAddress: address, deliverAt: '2040-05-01T12:30:00Z' };
      const place = () => late.ask(ann, 'POST', '/v1/orders', { body, headers: { 'idempotency-key': 'lunch' } });
      const first = await place();
      now = new Date('2040-05-01T13:00:00Z');
      expect([(await place()).text, first.status]).toEqual([first.text, 201]);
    } finally {
      await late.stop();
    }
  });
});

describe('a refused order', () => {
  test('names the missing stock, and its key may be tried again', async () => {
    const scarce = service.inventory.item('1.00', 2);
    const plenty = service.inventory.item('1.00');
    const key = randomUUID();
    const wanted = [
      { itemId: plenty, quantity: 1 },
      { itemId: scarce, quantity: 3 },
    ];
    const refused = await service.placeFor(ann, wanted, key);
    expect(refused.status).toBe(409);
    expect(refused.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(refused.body).toMatchObject({
      code: 'INSUFFICIENT_STOCK',
      shortages: [{ itemId: scarce, requested: 3, available: 2 }],
    });
    expect((await service.placeFor(ann, [{ itemId: scarce, quantity: 2 }], key)).status).toBe(201);
  });

  test('names the items that do not exist', async () => {
    const itemId = randomUUID();
    const { status, body } = await service.placeFor(ann, [{ itemId, quantity: 1 }]);
    expect([status, body.code, body.itemIds]).toEqual([422, 'UNKNOWN_ITEM', [itemId]]);
  });

  test('comes to another total than the customer saw: nothing is reserved, and the new total is accepted', async () => {
    const [pizza, cola] = [service.inventory.item('10.00', 5, 'Pizza'), service.inventory.item('2.50', 5, 'Cola')];
    const order = (expectedTotal: string) => ({
      items: [
        { itemId: pizza, quantity: 2 },
        { itemId: cola, quantity: 1 },
      ],
      deliveryAddress: address,
      expectedTotal,
    });
    const place = (expectedTotal: string) =>
      service.ask(ann, 'POST', '/v1/orders', {
        body: order(expectedTotal),
        headers: { 'idempotency-key': 'as-seen' },
      });
    service.inventory.price(pizza, '11.00');
    const refused = await place('22.50');
    expect(refused.body).toMatchObject({
      status: 409,
      code: 'PRICE_CHANGED',
      total: '24.50',
      lines: [
        { itemId: pizza, itemName: 'Pizza', quantity: 2, unitPrice: '11.00', lineTotal: '22.00' },
        { itemId: cola, itemName: 'Cola', quantity: 1, unitPrice: '2.50', lineTotal: '2.50' },
      ],
    });
    expect(service.inventory.quantityOf(pizza)).toBe(5);
    const placed = await place('24.50');
    expect(placed.body).toMatchObject({ totalAmount: '24.50', status: 'PENDING' });
    service.inventory.price(pizza, '12.00');
    expect((await place('24.50')).text).toBe(placed.text);
    expect((await place('26.50')).body.code).toBe('IDEMPOTENCY_KEY_REUSED');
    for (const wrong of ['24.5', '-1.00', 'free']) expect((await place(wrong)).status).toBe(400);
  });

  test('comes to more than an order can hold, and takes no stock', async () => {
    const itemId = service.inventory.item('99999999.99');
    const { status, body } = await service.placeFor(ann, [{ itemId, quantity: 2 }]);
    expect([status, body.code]).toEqual([422, 'TOTAL_TOO_LARGE']);
    expect(service.inventory.quantityOf(itemId)).toBe(1_000_000);
  });

  test('cannot have its stock taken, because inventory fails: the caller gets Retry-After', async () => {
    const itemId = service.inventory.item('1.00');
    service.inventory.answer(500);
    const key = randomUUID();
    const failed = await service.placeFor(ann, [{ itemId, quantity: 1 }], key);
    service.inventory.answer(200);
    expect([failed.status, failed.body.code]).toEqual([503, 'INVENTORY_UNAVAILABLE']);
    expect(Number(failed.headers['retry-after'])).toBeGreaterThan(0);
    expect((await service.placeFor(ann, [{ itemId, quantity: 1 }], key)).status).toBe(201);
    expect(service.inventory.quantityOf(itemId)).toBe(999_999);
  });
});
