/** Items and their stock, over HTTP. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newItem, startService, type RunningService } from './running-service.ts';

let service: RunningService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

describe('an item', () => {
  test('is created with defaults, found at its Location, and read as it was written', async () => {
    const { status, headers, body } = await service.ask('POST', '/v1/inventory', { body: newItem('Margherita') });
    const details = {
      itemName: 'Margherita',
      quantity: 0,
      threshold: 10,
      unit: 'piece',
      price: '9.50',
      category: 'Pizza',
    };
    expect([status, headers.etag]).toEqual([201, '"1"']);
    expect(body).toEqual({
      id: body.id,
      ...details,
      onHand: 0,
      reserved: 0,
      short: 0,
      available: true,
      createdAt: body.createdAt,
      updatedAt: body.createdAt,
    });
    const read = await service.ask('GET', headers.location as string, { as: 'customer' });
    expect([read.status, read.headers.etag, read.body]).toEqual([200, '"1"', body]);
    // Never 304: the tag follows the details, and the stock may have moved.
    const again = await service.ask('GET', headers.location as string, { headers: { 'if-none-match': '"1"' } });
    expect([again.status, again.body]).toEqual([200, body]);
  });

  test('has a name of its own', async () => {
    await service.create('Napoli');
    const other = await service.create('Not Napoli');
    expect(await service.codeOf('POST', '/v1/inventory', { body: newItem('Napoli') })).toEqual([
      409,
      'DUPLICATE_ITEM_NAME',
    ]);
    expect(await service.codeOf('PATCH', `/v1/inventory/${other.id}`, { body: { itemName: 'Napoli' } })).toEqual([
      409,
      'DUPLICATE_ITEM_NAME',
    ]);
  });

  test('changes from the version the caller has seen, and not its quantity', async () => {
    const { id } = await service.create('Funghi');
    const change = (body: unknown, ifMatch?: string) => {
      return service.ask('PATCH', `/v1/inventory/${id}`, {
        body,
        ...(ifMatch && { headers: { 'if-match': ifMatch } }),
      });
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

  test('has an ETag of its details, which its stock leaves as it is', async () => {
    const { id } = await service.create('Selling well', { quantity: 50 });
    const tags: unknown[] = [];
    for (let price = 10; price < 13; price += 1) {
      const reservations = [{ orderId: randomUUID(), lines: [{ itemId: id, quantity: 2 }] }];
      await service.ask('POST', '/internal/reservations', { as: 'service', body: { reservations } });
      const restocked = await service.ask('POST', `/v1/inventory/${id}/restock`, { body: { quantity: 1 } });
      const changed = await service.ask('PATCH', `/v1/inventory/${id}`, {
        body: { price: `${price}.00` },
        headers: { 'if-match': restocked.headers.etag as string },
      });
      tags.push(restocked.headers.etag, changed.headers.etag);
      expect([changed.status, changed.body.price]).toEqual([200, `${price}.00`]);
    }
    expect(tags).toEqual(['"1"', '"2"', '"2"', '"3"', '"3"', '"4"']);
    const read = await service.ask('GET', `/v1/inventory/${id}`);
    expect([read.headers.etag, read.headers['stock-version']]).toEqual(['"4"', '10']);
    const remove = (ifMatch: string) =>
      service.codeOf('DELETE', `/v1/inventory/${id}`, { headers: { 'if-match': ifMatch } });
    expect(await remove('"3"')).toEqual([412, 'PRECONDITION_FAILED']);
    expect(await remove('"4"')).toEqual([409, 'ITEM_HAS_OPEN_RESERVATIONS']);
  });

  test('is deleted, and its ledger can still be read', async () => {
    const { id } = await service.create('Special', { quantity: 4 });
    expect((await service.ask('DELETE', `/v1/inventory/${id}`)).status).toBe(204);
    expect(await service.codeOf('GET', `/v1/inventory/${id}`)).toEqual([404, 'NOT_FOUND']);
    expect(await service.codeOf('DELETE', `/v1/inventory/${id}`)).toEqual([404, 'NOT_FOUND']);
    const { body } = await service.ask('GET', `/v1/inventory/${id}/movements`);
    expect((body.data as { delta: number }[]).map(({ delta }) => delta)).toEqual([-4, 4]);
  });

  test('that an open order holds is not deleted', async () => {
    const { id } = await service.create('Promised', { quantity: 4 });
    const reservations = [{ orderId: randomUUID(), lines: [{ itemId: id, quantity: 1 }] }];
    await service.ask('POST', '/internal/reservations', { as: 'service', body: { reservations } });
    expect(await service.codeOf('DELETE', `/v1/inventory/${id}`)).toEqual([409, 'ITEM_HAS_OPEN_RESERVATIONS']);
  });

  test('is found by its id in capitals, but not by a URN', async () => {
    const { id } = await service.create('Spelled');
    const capitals = id.toUpperCase();
    expect((await service.ask('GET', `/v1/inventory/${capitals}`)).body.id).toBe(id);
    expect((await service.ask('POST', `/v1/inventory/${capitals}/restock`, { body: { quantity: 1 } })).status).toBe(
      200,
    );
    expect(await service.codeOf('GET', `/v1/inventory/urn:uuid:${id}`)).toEqual([400, 'VALIDATION_FAILED']);
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
      await service.create(name, { quantity, category: 'Odd names' });
    }
    const names = async (query: string) => {
      const { body } = await service.ask('GET', `/v1/inventory?category=Odd%20names&${query}`, { as: 'customer' });
      return (body.data as { itemName: string }[]).map(({ itemName }) => itemName);
    };
    expect(await names('lowStock=true')).toEqual(['Under_score']);
    expect(await names('lowStock=false')).toHaveLength(3);
    expect(await names('q=%25')).toEqual(['50% off']);
    expect(await names('q=_')).toEqual(['Under_score']);
    expect(await names('q=%5C')).toEqual(['back\\slash']);
    expect(await names('q=UNDER')).toEqual(['Under_score']);
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page = await service.ask(
        'GET',
        `/v1/inventory?category=Odd%20names&limit=3${cursor && `&cursor=${cursor}`}`,
      );
      seen.push(...(page.body.data as { itemName: string }[]).map(({ itemName }) => itemName));
      cursor = page.body.nextCursor as string | null;
    }
    expect(seen).toEqual(await names(''));
    expect(seen).toHaveLength(4);
  });

  test('takes the cursor of the longest name, and no cursor of anybody else', async () => {
    const longest = [...'ab'].map((start) => `${start}${'𝒳'.repeat(254)}`);
    for (const name of longest) await service.create(name, { category: 'Long names' });
    const first = await service.ask('GET', '/v1/inventory?category=Long%20names&limit=1');
    const second = await service.ask(
      'GET',
      `/v1/inventory?category=Long%20names&limit=1&cursor=${first.body.nextCursor}`,
    );
    expect([first.body.data[0].itemName, second.body.data[0].itemName, second.body.nextCursor]).toEqual([
      ...longest,
      null,
    ]);
    const forged = Buffer.from(JSON.stringify(['\0'])).toString('base64url');
    for (const cursor of ['nonsense', forged]) {
      expect(await service.codeOf('GET', `/v1/inventory?cursor=${cursor}`)).toEqual([400, 'VALIDATION_FAILED']);
    }
  });
});
