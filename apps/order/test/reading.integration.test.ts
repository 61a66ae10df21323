/** Reading orders over HTTP: one, with its version as ETag, and lists in pages that neither repeat nor lose a row. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { someone, startOrderService, type OrderService, type Someone } from './order-service.ts';

let service: OrderService;
let staff: Someone;
let clock = new Date('2026-03-01T12:00:00Z');

beforeAll(async () => {
  [service, staff] = await Promise.all([startOrderService({ now: () => clock }), someone('staff')]);
});
afterAll(() => service.stop());

const placedBy = async (who: Someone): Promise<string> => {
  const { body } = await service.placeFor(who, [{ itemId: service.inventory.item('5.00'), quantity: 1 }]);
  return body.id as string;
};
const list = async (who: Someone, query: string) => {
  const reply = await service.ask(who, 'GET', `/v1/orders?${query}`);
  expect(reply.status).toBe(200);
  return reply.body as { data: { id: string; status: string; createdAt: string }[]; nextCursor: string | null };
};

describe('one order', () => {
  test('is sent once to a caller who keeps it', async () => {
    const ann = await someone('customer');
    const id = await placedBy(ann);
    const ask = (tag: string) => service.ask(ann, 'GET', `/v1/orders/${id}`, { headers: { 'if-none-match': tag } });
    expect([(await ask('"1"')).status, (await ask('W/"1"')).status, (await ask('"2"')).status]).toEqual([
      304, 304, 200,
    ]);
    expect((await ask('"1"')).text).toBe('');
  });

  test('may be waited for until it has a version', async () => {
    const ann = await someone('customer');
    const id = await placedBy(ann);
    const waiting = service.ask(ann, 'GET', `/v1/orders/${id}?waitFor=2`);
    await service.ask(staff, 'PATCH', `/v1/orders/${id}/status`, { body: { status: 'PREPARING' } });
    expect((await waiting).body).toMatchObject({ version: 2, status: 'PREPARING' });
    expect((await service.ask(ann, 'GET', `/v1/orders/${id}?waitFor=1`)).body.version).toBe(2);
  });

  test('that another replica changes is noticed too', async () => {
    const ann = await someone('customer');
    const id = await placedBy(ann);
    const waiting = service.ask(ann, 'GET', `/v1/orders/${id}?waitFor=9`);
    await service.pool.query('UPDATE "orders" SET "version" = 9 WHERE "id" = $1', [id]);
    expect((await waiting).body.version).toBe(9);
  });

  test('that does not exist is not waited for', async () => {
    expect((await service.ask(staff, 'GET', `/v1/orders/${randomUUID()}?waitFor=2`)).status).toBe(404);
  });
});

test('an export has all orders of its filters, once each, for staff', async () => {
  const ann = await someone('customer');
  const ids: string[] = [];
  for (let i = 0; i < 3; i += 1) ids.push(await placedBy(ann));
  const path = `/v1/orders/export?customerId=${ann.id}&status=PENDING&status=PENDING`;
  const csv = (await service.ask(staff, 'GET', path)).text.trim().split('\n');
  expect(csv[0]).toMatch(/^id,customerId,status,totalAmount,items,line1/);
  expect(
    csv
      .slice(1)
      .map((line) => line.split(',')[0])
      .toSorted(),
  ).toEqual(ids.toSorted());
  const json = (await service.ask(staff, 'GET', `${path}&format=jsonl&order=oldest`)).text.trim().split('\n');
  expect(json.map((line) => (JSON.parse(line) as { id: string }).id).toSorted()).toEqual(ids.toSorted());
  expect((await service.ask(ann, 'GET', path)).status).toBe(403);
});

describe('a list', () => {
  test('pages through orders of one moment, the newest first, none twice and none lost', async () => {
    const ann = await someone('customer');
    const ids: string[] = [];
    for (let i = 0; i < 7; i += 1) {
      if (i % 3 === 0) clock = new Date(clock.getTime() + 1_000);
      ids.push(await placedBy(ann));
    }
    const seen: { id: string; createdAt: string }[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page = await list(ann, `limit=2${cursor && `&cursor=${cursor}`}`);
      expect(page.data.length).toBeLessThanOrEqual(2);
      seen.push(...page.data);
      cursor = page.nextCursor;
    }
    expect(seen.map((order) => order.id).toSorted()).toEqual(ids.toSorted());
    const times = seen.map((order) => order.createdAt);
    expect(times).toEqual(times.toSorted().toReversed());
  });

  test('of a customer contains only their own orders, whatever customer the filter names', async () => {
    const [ann, bob] = await Promise.all([someone('customer'), someone('customer')]);
    const [hers, his] = [await placedBy(ann), await placedBy(bob)];
    expect((await list(ann, '')).data.map((order) => order.id)).toEqual([hers]);
    expect((await list(ann, `customerId=${bob.id}`)).data).toEqual([]);
    expect((await list(staff, `customerId=${bob.id}`)).data.map((order) => order.id)).toEqual([his]);
  });

  test('is filtered by status and by time, from inclusive, to exclusive', async () => {
    const ann = await someone('customer');
    const at = (second: number) => new Date(Date.UTC(2026, 5, 1, 0, 0, second));
    const ids: string[] = [];
    for (const second of [1, 2, 3]) {
      clock = at(second);
      ids.push(await placedBy(ann));
    }
    await service.ask(staff, 'PATCH', `/v1/orders/${ids[1]}/status`, { body: { status: 'PREPARING' } });
    const found = async (query: string) => (await list(ann, query)).data.map((order) => ids.indexOf(order.id));
    expect(await found('status=PREPARING')).toEqual([1]);
    expect(await found('status=PENDING')).toEqual([2, 0]);
    expect(await found(`createdFrom=${at(2).toISOString()}`)).toEqual([2, 1]);
    expect(await found(`createdFrom=${at(1).toISOString()}&createdTo=${at(2).toISOString()}`)).toEqual([0]);
    expect(await found('createdTo=2026-06-01T02:00:03%2B02:00')).toEqual([1, 0]);
  });

  test('has the orders that all filters name, in pages, the newest or the oldest first', async () => {
    const ann = await someone('customer');
    const stored: { id: string; status: string; createdAt: string }[] = [];
    for (const [index, steps] of [
      [],
      ['PREPARING'],
      [],
      ['PREPARING', 'OUT_FOR_DELIVERY'],
      ['CANCELLED'],
      [],
    ].entries()) {
      clock = new Date(Date.UTC(2026, 7, 1, 0, 0, Math.floor(index / 2)));
      const id = await placedBy(ann);
      for (const status of steps) await service.ask(staff, 'PATCH', `/v1/orders/${id}/status`, { body: { status } });
      stored.push({ id, status: steps.at(-1) ?? 'PENDING', createdAt: clock.toISOString() });
    }
    const windows = [
      '',
      'createdFrom=2026-08-01T00:00:01Z',
      'createdFrom=2026-08-01T00:00:00Z&createdTo=2026-08-01T00:00:02Z',
    ];
    const choices = [
      [],
      ['PENDING'],
      ['PENDING', 'PREPARING', 'OUT_FOR_DELIVERY'],
      ['CANCELLED', 'CANCELLED'],
      ['DELIVERED'],
    ];
    const all = ['PENDING', 'PREPARING', 'OUT_FOR_DELIVERY', 'DELIVERED', 'CANCELLED'];
    for (const who of [staff, ann])
      for (const statuses of [...choices, all])
        for (const [at, window] of windows.entries())
          for (const order of ['newest', 'oldest']) {
            const filters = [
              `customerId=${ann.id}`,
              ...statuses.map((status) => `status=${status}`),
              window,
              `order=${order}`,
            ];
            // Staff see all customers' orders; of this moment there are only hers.
            const query = (who === staff && window !== '' ? filters.slice(1) : filters)
              .filter((filter) => filter !== '')
              .join('&');
            const isIn = ({ status, createdAt }: { status: string; createdAt: string }) =>
              (statuses.length === 0 || statuses.includes(status)) &&
              (at === 0 || createdAt >= '2026-08-01T00:00:0' + (at === 1 ? '1' : '0')) &&
              (at !== 2 || createdAt < '2026-08-01T00:00:02');
            const wanted = stored.filter(isIn).sort((a, b) => (a.createdAt + a.id < b.createdAt + b.id ? -1 : 1));
            const seen: string[] = [];
            for (let cursor: string | null = ''; cursor !== null;) {
              const page = await list(who, `${query}&limit=2${cursor && `&cursor=${cursor}`}`);
              seen.push(...page.data.map(({ id }) => id));
              cursor = page.nextCursor;
            }
            const ids = wanted.map(({ id }) => id);
            expect(seen, query).toEqual(order === 'oldest' ? ids : ids.toReversed());
          }
  });

  test('names a wrong filter as the caller wrote it, however often it may be given', async () => {
    const { body } = await service.ask(staff, 'GET', '/v1/orders?status=LOST');
    expect(body.errors).toEqual([expect.objectContaining({ field: 'status' })]);
    const { nextCursor } = await list(staff, 'limit=1&order=oldest');
    expect((await service.ask(staff, 'GET', `/v1/orders?limit=1&cursor=${nextCursor}`)).status).toBe(400);
  });

  test.each([
    'order=best',
    ...['limit=0', 'limit=201', 'limit=x', 'status=LOST', 'customerId=me', 'sort=id', 'cursor=', 'cursor=abc'],
    ...['createdFrom=yesterday', 'createdTo=0000-01-01T00:00:00Z', 'createdTo=2026-12-31T23:59:60Z'],
    'createdFrom=2026-06-01T00:00:03Z&createdTo=2026-06-01T00:00:01Z',
    'createdFrom=2026-06-01T00:00:03Z&createdTo=2026-06-01T00:00:03Z',
    'createdTo=9999-12-31T23:59:59-23:59',
    ...['limit=Infinity', 'limit=1e400', 'limit=0x10', 'limit=%20%205', 'createdFrom=2026-06-01T00:00:03+02:00'],
    `cursor=${Buffer.from(JSON.stringify(['now', randomUUID()])).toString('base64url')}`,
    `cursor=${Buffer.from(JSON.stringify(['2026-01-01T00:00:00Z', 'x'])).toString('base64url')}`,
  ])('refuses %s', async (query) => {
    const { status, body } = await service.ask(staff, 'GET', `/v1/orders?${query}`);
    expect([status, body.code, body.errors?.length]).toEqual([400, 'VALIDATION_FAILED', 1]);
  });
});
