/** What bounds event streams: how many there may be, and how long a token lasts. */

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openEventStream, testStack, until, type EventStreamClient } from '@oms/test-kit';
import { someone, startOrderService, type OrderService, type Someone } from './order-service.ts';

let service: OrderService;
let [ann, staff] = [{} as Someone, {} as Someone];
const open: EventStreamClient[] = [];

beforeAll(async () => {
  service = await startOrderService({ settings: { STREAMS_MAX: 3, STREAMS_PER_CALLER_MAX: 2 } });
  [ann, staff] = await Promise.all([someone('customer'), someone('staff')]);
});
afterAll(() => service.stop());
afterEach(async () => {
  open.splice(0).forEach((stream) => stream.close());
  await until('no stream is open', async () => (await service.figure('order_streams_open')) === 0);
});

async function follow(path: string, token: string, lastEventId?: string): Promise<EventStreamClient> {
  const stream = await openEventStream(`${service.url}${path}`, {
    token,
    ...(lastEventId !== undefined && { lastEventId }),
  });
  open.push(stream);
  return stream;
}

async function place(): Promise<string> {
  const reply = await service.placeFor(ann, [{ itemId: service.inventory.item('5.00'), quantity: 1 }]);
  return reply.body.id as string;
}

test('one caller may have some, all together some more; a stream that ends gives its place back', async () => {
  const path = `/v1/orders/${await place()}/events`;
  const [bob, eve] = await Promise.all([someone('staff'), someone('staff')]);
  const first = await follow(path, ann.token);
  await follow(path, ann.token);
  const refused = await follow(path, ann.token);
  expect([refused.status, refused.headers['retry-after'], JSON.parse(refused.body)]).toMatchObject([
    429,
    '5',
    { code: 'TOO_MANY_STREAMS' },
  ]);
  expect((await follow(path, bob.token)).status).toBe(200);
  const full = await follow('/v1/orders/events', eve.token);
  expect([full.status, full.headers['retry-after'], JSON.parse(full.body)]).toMatchObject([
    503,
    '1',
    { code: 'TOO_BUSY' },
  ]);
  // Other requests are served.
  expect((await service.ask(ann, 'GET', '/v1/orders')).status).toBe(200);
  first.close();
  await until('a place is free again', async () => (await follow(path, eve.token)).status === 200);
});

test('a stream that is refused takes no place', async () => {
  for (let count = 0; count < 5; count += 1) {
    expect((await follow('/v1/orders/00000000-0000-4000-8000-000000000000/events', ann.token)).status).toBe(404);
  }
  expect((await follow(`/v1/orders/${await place()}/events`, ann.token)).status).toBe(200);
});

test('a stream ends in order when the token expires', async () => {
  const reply = await fetch(`${testStack().issuerUrl}/dev/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ role: 'staff', sub: staff.id, ttlSeconds: 3 }),
  });
  const { token } = (await reply.json()) as { token: string };
  const stream = await follow(`/v1/orders/${await place()}/events`, token);
  expect(await stream.next()).toMatchObject({ event: 'reset' });
  expect(await stream.next()).toMatchObject({ event: 'closed', data: { reason: 'TOKEN_EXPIRED' } });
  await until('it has ended', () => stream.ended() === true);
});
