// The whole service: events on Kafka become notifications, and staff can see their outcome.
import { randomUUID } from 'node:crypto';
import { until } from '@oms/test-kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mailsAbout, postsAbout } from './catchers.ts';
import { lowStock, orderPlaced, orderStatusChanged } from './message-fixtures.ts';
import { createPublisher, startRunning, type Running } from './running-service.ts';

let running: Running;
let publisher: Awaited<ReturnType<typeof createPublisher>>;
const nobody = randomUUID();

beforeAll(async () => {
  [running, publisher] = await Promise.all([startRunning(), createPublisher()]);
});
afterAll(async () => {
  await publisher?.stop();
  await running?.stop();
});

describe('a message on Kafka', () => {
  test('about low stock reaches operations by e-mail and Slack', async () => {
    const itemName = `Mozzarella ${randomUUID()}`;
    const message = lowStock({ itemName });
    await publisher.publish(message);
    await until('both are sent', () => sentFor(`itemId=${message.aggregateId}`, 2));
    expect((await mailsAbout(itemName)).map(({ to }) => to[0]?.address)).toEqual(['ops@oms.example']);
    expect(await postsAbout(itemName)).toHaveLength(1);
  });

  test('delivered twice is sent once', async () => {
    const placed = orderPlaced();
    const cancelled = orderStatusChanged({ aggregateId: placed.aggregateId });
    await publisher.publish(placed);
    await publisher.publish(placed);
    await publisher.publish(cancelled);
    await until('both are sent', () => sentFor(`orderId=${placed.aggregateId}`, 2));
    const number = placed.aggregateId.slice(0, 8).toUpperCase();
    expect(await mailsAbout(`Kitchen ticket ${number}`)).toHaveLength(1);
    expect(await postsAbout(`Order ${number} was cancelled`)).toHaveLength(1);
  });
});

describe('the list', () => {
  test('shows what was sent, about what and to whom', async () => {
    const placed = orderPlaced();
    await publisher.publish(placed);
    const [item] = await until('it is sent', () => sentFor(`orderId=${placed.aggregateId}`, 1));
    expect(item).toEqual({
      id: expect.any(String),
      event: 'ORDER_PLACED',
      orderId: placed.aggregateId,
      channel: 'EMAIL',
      target: 'kitchen@oms.example',
      subject: expect.stringContaining('Kitchen ticket'),
      status: 'SENT',
      attempts: 1,
      maybeSentBefore: false,
      lastError: null,
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
      sentAt: expect.stringMatching(/^\d{4}-.*Z$/),
    });
  });

  test('is read page by page, newest first, nothing twice and nothing left out', async () => {
    const { aggregateId } = lowStock();
    const mine = `itemId=${aggregateId}`; // the topic also has messages of other tests
    await publisher.publish(...[3, 4, 5, 6, 7].map((aggregateVersion) => lowStock({ aggregateId, aggregateVersion })));
    await until('they are sent', () => sentFor(mine, 10));
    const whole = await ids(`${mine}&limit=200`);
    const paged: string[] = [];
    for (let cursor = ''; ;) {
      const { body } = await running.get(`/v1/notifications?${mine}&limit=3${cursor && `&cursor=${cursor}`}`, 'staff');
      paged.push(...(body.data as Item[]).map(({ id }) => id));
      if (body.nextCursor === null) break;
      cursor = body.nextCursor;
    }
    expect(paged).toEqual(whole);
    expect(whole).toEqual(whole.toSorted().toReversed());
  });

  test('is filtered by channel and status', async () => {
    const { body } = await running.get('/v1/notifications?channel=SLACK&status=SENT&limit=200', 'admin');
    expect(body.data.length).toBeGreaterThan(0);
    for (const item of body.data) expect(item).toMatchObject({ channel: 'SLACK', status: 'SENT' });
    expect((await running.get(`/v1/notifications?orderId=${nobody}`, 'admin')).body).toEqual({
      data: [],
      nextCursor: null,
    });
  });

  test.each(['status=LOST', 'orderId=1', 'limit=0', 'limit=201', 'cursor=bm8', 'colour=red', 'itemId=%00'])(
    'refuses %s and names the field',
    async (query) => {
      const { status, body } = await running.get(`/v1/notifications?${query}`, 'staff');
      expect(status).toBe(400);
      expect(body).toMatchObject({ code: 'VALIDATION_FAILED', errors: [expect.anything()] });
    },
  );
});

describe('a retry', () => {
  test('sends a failed notification', async () => {
    const [id] = await ids('limit=1');
    const make = `UPDATE notifications SET status = 'FAILED', "sentAt" = NULL, attempts = 8, "lastError" = '450 busy' WHERE id = $1`;
    await running.pool.query(make, [id]);
    const { status, body } = await running.post(`/v1/notifications/${id}/retry`, 'staff');
    expect(status).toBe(202);
    expect(body).toMatchObject({ id });
    expect(['PENDING', 'SENDING', 'SENT']).toContain(body.status);
    await until('it is sent', async () => {
      const { rows } = await running.pool.query('SELECT status, attempts FROM notifications WHERE id = $1', [id]);
      return rows[0]?.status === 'SENT' && rows[0]?.attempts === 1;
    });
  });

  test('of a sent one is refused, of one that is not there is not found', async () => {
    const [item] = (await running.get('/v1/notifications?status=SENT&limit=1', 'staff')).body.data;
    expect(await running.post(`/v1/notifications/${item.id}/retry`, 'staff')).toMatchObject({
      status: 409,
      body: { code: 'NOT_FAILED', detail: expect.stringContaining('SENT') },
    });
    expect(await running.post(`/v1/notifications/${nobody}/retry`, 'staff')).toMatchObject({ status: 404 });
    expect(await running.post('/v1/notifications/one/retry', 'staff')).toMatchObject({ status: 400 });
  });
});

describe('who may come in', () => {
  const routes = [
    ['GET', '/v1/notifications', 200],
    ['POST', `/v1/notifications/${nobody}/retry`, 404],
  ] as const;

  test.each(routes)(
    '%s %s: staff and admins, no customer, and no caller without a token',
    async (method, url, found) => {
      const call = method === 'GET' ? running.get : running.post;
      expect((await call(url)).status).toBe(401);
      expect((await call(url, 'customer')).status).toBe(403);
      expect((await call(url, 'staff')).status).toBe(found);
      expect((await call(url, 'admin')).status).toBe(found);
    },
  );
});

type Item = { id: string; status: string };

async function sentFor(filter: string, count: number): Promise<Item[] | false> {
  const { body } = await running.get(`/v1/notifications?${filter}`, 'staff');
  const items = body.data as Item[];
  return items.length === count && items.every(({ status }) => status === 'SENT') && items;
}

async function ids(query: string): Promise<string[]> {
  const { body } = await running.get(`/v1/notifications?${query}`, 'staff');
  return (body.data as Item[]).map(({ id }) => id);
}
