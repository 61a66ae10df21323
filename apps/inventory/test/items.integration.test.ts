/** Items and their stock, through the front door. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newItem, openFrontDoor, type FrontDoor } from './front-door.ts';

let door: FrontDoor;
beforeAll(async () => {
  door = await openFrontDoor();
});
afterAll(() => door.close());

const create = async (itemName: string, over: Record<string, unknown> = {}) => {
  const { status, body } = await door.ask('POST', '/v1/inventory', { body: newItem(itemName, over) });
  expect(status, JSON.stringify(body)).toBe(201);
  return body as { id: string; quantity: number; updatedAt: string };
};
const codeOf = async (...asking: Parameters<FrontDoor['ask']>) => {
  const { status, body } = await door.ask(...asking);
  return [status, body?.code];
};

describe('an item', () => {
  test('is created with defaults, found at its Location, and read as it was written', async () => {
    const { status, headers, body } = await door.ask('POST', '/v1/inventory', { body: newItem('Margherita') });
    const particulars = {
      itemName: 'Margherita',
      quantity: 0,
      threshold: 10,
      unit: 'piece',
      price: '9.50',
      category: 'Pizza',
    };
    expect([status, headers.etag]).toEqual([201, '"1"']);
    expect(body).toEqual({ id: body.id, ...particulars, createdAt: body.createdAt, updatedAt: body.createdAt });
    const read = await door.ask('GET', headers.location as string, { as: 'customer' });
    expect([read.status, read.headers.etag, read.body]).toEqual([200, '"1"', body]);
    expect((await door.ask('GET', headers.location as string, { headers: { 'if-none-match': '"1"' } })).status).toBe(
      304,
    );
  });

  test('has a name of its own', async () => {
    await create('Napoli');
    const other = await create('Not Napoli');
    expect(await codeOf('POST', '/v1/inventory', { body: newItem('Napoli') })).toEqual([409, 'DUPLICATE_ITEM_NAME']);
    expect(await codeOf('PATCH', `/v1/inventory/${other.id}`, { body: { itemName: 'Napoli' } })).toEqual([
      409,
      'DUPLICATE_ITEM_NAME',
    ]);
  });

  test('changes from the version the caller has seen, and not its quantity', async () => {
    const { id } = await create('Funghi');
    const change = (body: unknown, ifMatch?: string) => {
      return door.ask('PATCH', `/v1/inventory/${id}`, { body, ...(ifMatch && { headers: { 'if-match': ifMatch } }) });
    };
    const changed = await change({ price: '10.00', threshold: 3 }, '"1"');
    expect([changed.status, changed.headers.etag, changed.body.price, changed.body.threshold]).toEqual([
      200,
      '"2"',
      '10.00',
      3,
    ]);
    expect((await change({ price: '11.00' }, '"1"')).body.code).toBe('PRECONDITION_FAILED');
    expect((await change({ price: '11.00' }, 'W/"2"')).body.code).toBe('PRECONDITION_FAILED');
    expect((await change({ price: '11.00' }, '"1", "2"')).headers.etag).toBe('"3"');
    expect((await change({ quantity: 5 })).body.code).toBe('VALIDATION_FAILED');
    expect((await change({})).body.code).toBe('VALIDATION_FAILED');
  });

  test('is deleted, and its ledger can still be read', async () => {
    const { id } = await create('Special', { quantity: 4 });
    expect((await door.ask('DELETE', `/v1/inventory/${id}`)).status).toBe(204);
    expect(await codeOf('GET', `/v1/inventory/${id}`)).toEqual([404, 'NOT_FOUND']);
    expect(await codeOf('DELETE', `/v1/inventory/${id}`)).toEqual([404, 'NOT_FOUND']);
    const { body } = await door.ask('GET', `/v1/inventory/${id}/movements`);
    expect(body.data.map((movement: { delta: number }) => movement.delta)).toEqual([-4, 4]);
  });

  test('that an open order holds is not deleted', async () => {
    const { id } = await create('Promised', { quantity: 4 });
    const reservations = [{ orderId: randomUUID(), lines: [{ itemId: id, quantity: 1 }] }];
    await door.ask('POST', '/internal/reservations', { as: 'service', body: { reservations } });
    expect(await codeOf('DELETE', `/v1/inventory/${id}`)).toEqual([409, 'ITEM_HAS_OPEN_RESERVATIONS']);
  });

  test('is found by any spelling of its id', async () => {
    const { id } = await create('Spelled');
    for (const spelling of [id.toUpperCase(), `urn:uuid:${id}`]) {
      expect((await door.ask('GET', `/v1/inventory/${spelling}`)).body.id).toBe(id);
      expect((await door.ask('POST', `/v1/inventory/${spelling}/restock`, { body: { quantity: 1 } })).status).toBe(200);
    }
  });
});

describe('the list', () => {
  test('filters by category, shortage and part of the name, page by page', async () => {
    for (const [name, quantity] of [
      ['50% off', 20],
      ['Under_score', 5],
      ['back\\slash', 20],
      ['ümlaut Ä', 20],
    ] as const) {
      await create(name, { quantity, category: 'Odd names' });
    }
    const names = async (query: string) => {
      const { body } = await door.ask('GET', `/v1/inventory?category=Odd%20names&${query}`, { as: 'customer' });
      return body.data.map(({ itemName }: { itemName: string }) => itemName);
    };
    expect(await names('lowStock=true')).toEqual(['Under_score']);
    expect(await names('lowStock=false')).toHaveLength(3);
    expect(await names('q=%25')).toEqual(['50% off']);
    expect(await names('q=_')).toEqual(['Under_score']);
    expect(await names('q=%5C')).toEqual(['back\\slash']);
    expect(await names('q=UNDER')).toEqual(['Under_score']);
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page = await door.ask('GET', `/v1/inventory?category=Odd%20names&limit=3${cursor && `&cursor=${cursor}`}`);
      seen.push(...page.body.data.map(({ itemName }: { itemName: string }) => itemName));
      cursor = page.body.nextCursor;
    }
    expect(seen).toEqual(await names(''));
    expect(seen).toHaveLength(4);
  });

  test('takes the cursor of the longest name, and no cursor of anybody else', async () => {
    const longest = [...'ab'].map((start) => `${start}${'𝒳'.repeat(254)}`);
    for (const name of longest) await create(name, { category: 'Long names' });
    const first = await door.ask('GET', '/v1/inventory?category=Long%20names&limit=1');
    const second = await door.ask('GET', `/v1/inventory?category=Long%20names&limit=1&cursor=${first.body.nextCursor}`);
    expect([first.body.data[0].itemName, second.body.data[0].itemName, second.body.nextCursor]).toEqual([
      ...longest,
      null,
    ]);
    const forged = Buffer.from(JSON.stringify(['\0'])).toString('base64url');
    for (const cursor of ['nonsense', forged]) {
      expect(await codeOf('GET', `/v1/inventory?cursor=${cursor}`)).toEqual([400, 'VALIDATION_FAILED']);
    }
  });
});

describe('stock', () => {
  test('comes in by restocks, is corrected by adjustments, and never falls below zero', async () => {
    const { id } = await create('Basil', { quantity: 5 });
    const adjust = (delta: number, reason = 'counted') =>
      door.ask('POST', `/v1/inventory/${id}/adjustments`, { body: { delta, reason } });
    expect((await door.ask('POST', `/v1/inventory/${id}/restock`, { body: { quantity: 7 } })).body.quantity).toBe(12);
    expect((await adjust(-12)).body.quantity).toBe(0);
    const refused = await adjust(-1);
    expect([refused.status, refused.body.code]).toEqual([409, 'INSUFFICIENT_STOCK']);
    expect(refused.body.shortages).toEqual([{ itemId: id, requested: 1, available: 0 }]);
    expect((await adjust(0)).body.errors).toEqual([{ field: 'delta', message: expect.any(String) }]);
  });

  test('has a ledger of movements, newest first, whose sum is the quantity', async () => {
    const { id } = await create('Oregano', { quantity: 5 });
    for (const quantity of [1, 2, 3]) await door.ask('POST', `/v1/inventory/${id}/restock`, { body: { quantity } });
    const first = await door.ask('GET', `/v1/inventory/${id}/movements?limit=3`);
    const second = await door.ask('GET', `/v1/inventory/${id}/movements?limit=3&cursor=${first.body.nextCursor}`);
    const movements = [...first.body.data, ...second.body.data];
    expect(movements.map(({ delta, reason, version }) => [delta, reason, version])).toEqual([
      [3, 'RESTOCKED', 4],
      [2, 'RESTOCKED', 3],
      [1, 'RESTOCKED', 2],
      [5, 'CREATED', 1],
    ]);
    expect([second.body.nextCursor, movements[0].quantityAfter]).toEqual([null, 11]);
    expect(await codeOf('GET', `/v1/inventory/${randomUUID()}/movements`)).toEqual([404, 'NOT_FOUND']);
  });

  test('does not double when a restock is sent again with its key', async () => {
    const { id } = await create('Thyme');
    const restock = (quantity: number, key: string) =>
      door.ask('POST', `/v1/inventory/${id}/restock`, { body: { quantity }, headers: { 'idempotency-key': key } });
    const first = await restock(5, 'monday');
    await restock(1, 'tuesday');
    const again = await restock(5, 'monday');
    expect([again.status, again.body, again.headers['idempotency-replayed']]).toEqual([200, first.body, 'true']);
    expect(first.headers['idempotency-replayed']).toBeUndefined();
    expect((await restock(6, 'monday')).body.code).toBe('IDEMPOTENCY_KEY_REUSED');
    expect((await door.ask('GET', `/v1/inventory/${id}`)).body.quantity).toBe(6);
  });

  test('makes one item of a creation that is sent again with its key', async () => {
    const asking = { body: newItem('Sage', { quantity: 2 }), headers: { 'idempotency-key': 'sage' } };
    const [first, again] = [
      await door.ask('POST', '/v1/inventory', asking),
      await door.ask('POST', '/v1/inventory', asking),
    ];
    expect([again.status, again.body]).toEqual([201, first.body]);
  });

  test('is never more than an INTEGER holds', async () => {
    const { id } = await create('Rice', { quantity: 2_147_483_647 });
    expect(await codeOf('POST', `/v1/inventory/${id}/restock`, { body: { quantity: 1 } })).toEqual([
      422,
      'QUANTITY_TOO_LARGE',
    ]);
    expect(await codeOf('POST', `/v1/inventory/${id}/adjustments`, { body: { delta: 1, reason: 'found' } })).toEqual([
      422,
      'QUANTITY_TOO_LARGE',
    ]);
  });
});

describe('reservations', () => {
  test('are answered in the order of the request, each for itself', async () => {
    const { id } = await create('Gnocchi', { quantity: 3, price: '12.50' });
    const [a, b, c] = [randomUUID(), randomUUID(), randomUUID()];
    const order = (orderId: string, itemId: string, quantity: number) => ({ orderId, lines: [{ itemId, quantity }] });
    const reserve = (reservations: unknown[]) =>
      door.ask('POST', '/internal/reservations', { as: 'service', body: { reservations } });
    const unknown = randomUUID();
    const first = await reserve([order(a, id, 2), order(b, id, 2), order(c, unknown, 1)]);
    const line = { itemId: id, itemName: 'Gnocchi', quantity: 2, unitPrice: '12.50' };
    expect(first.body.results).toEqual([
      { orderId: a, outcome: 'RESERVED', attempt: 1, lines: [line] },
      { orderId: b, outcome: 'INSUFFICIENT_STOCK', shortages: [{ itemId: id, requested: 2, available: 1 }] },
      { orderId: c, outcome: 'UNKNOWN_ITEM', itemIds: [unknown] },
    ]);
    await door.ask('PATCH', `/v1/inventory/${id}`, { body: { price: '99.00' } });
    const again = await reserve([order(a, id, 2), order(a, id, 1)]);
    expect(again.body.results).toEqual([first.body.results[0], { orderId: a, outcome: 'CONFLICT' }]);
  });
});
