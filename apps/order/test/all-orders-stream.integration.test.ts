/** The stream of all orders: published changes from the client's position on, over restarts and away times of Kafka. */

import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createFaultProxy, openEventStream, testStack, until, type EventStreamClient } from '@oms/test-kit';
import { someone, startOrderService, type OrderService, type Someone } from './order-service.ts';

let service: OrderService;
let other: OrderService;
let [ann, bob, staff] = [{} as Someone, {} as Someone, {} as Someone];
const open: EventStreamClient[] = [];

beforeAll(async () => {
  service = await startOrderService();
  other = await startOrderService({ replicaOf: service, settings: { STREAM_MISSED_MAX: 3 } });
  [ann, bob, staff] = await Promise.all([someone('customer'), someone('customer'), someone('staff')]);
});
afterAll(async () => {
  await other.stop();
  await service.stop();
});
afterEach(() => open.splice(0).forEach((stream) => stream.close()));

async function follow({
  query = '',
  lastEventId,
  at = service,
  by = staff,
}: {
  query?: string;
  lastEventId?: string | undefined;
  at?: { url: string };
  by?: Someone;
} = {}): Promise<EventStreamClient> {
  const stream = await openEventStream(`${at.url}/v1/orders/events?${query}`, {
    token: by.token,
    ...(lastEventId !== undefined && { lastEventId }),
  });
  open.push(stream);
  return stream;
}

async function place(by = ann): Promise<string> {
  const reply = await service.placeFor(by, [{ itemId: service.inventory.item('5.00'), quantity: 1 }]);
  expect(reply.status).toBe(201);
  return reply.body.id as string;
}

async function move(orderId: string, status: string): Promise<void> {
  const reply = await service.ask(staff, 'PATCH', `/v1/orders/${orderId}/status`, { body: { status } });
  expect(reply.status).toBe(200);
}

/** Of this test's orders: others are published at the same time. */
function changesOf({ events }: EventStreamClient, ids: readonly string[]): string[] {
  return events
    .filter(({ event }) => event === 'change')
    .map(({ data }) => data as { change: { to: string; version: number }; order: { id: string } })
    .filter(({ order }) => ids.includes(order.id))
    .map(({ change, order }) => `${ids.indexOf(order.id)}: ${change.version} ${change.to}`);
}

async function untilSent(stream: EventStreamClient, ids: readonly string[], changes: string[]): Promise<void> {
  await until(`these are sent: ${changes.join(', ')}`, () => changesOf(stream, ids).length >= changes.length);
  expect(changesOf(stream, ids).toSorted()).toEqual(changes.toSorted());
}

describe('a member of staff', () => {
  test('who connects gets a reset with the position, then each change with its order, from every replica', async () => {
    const streams = [await follow(), await follow({ at: other })];
    for (const stream of streams)
      expect(await stream.next()).toMatchObject({ event: 'reset', data: { reason: 'NEW' } });
    const id = await place();
    await move(id, 'PREPARING');
    for (const stream of streams) await untilSent(stream, [id], ['0: 1 PENDING', '0: 2 PREPARING']);
    const { data } = streams[0]!.events.find(({ data: { order } }) => (order as { id?: string })?.id === id)!;
    expect(data['change']).toEqual((await service.ask(staff, 'GET', `/v1/orders/${id}/history`)).body.data[0]);
    expect((data['order'] as { version: number }).version).toBeGreaterThanOrEqual(1);
  });

  test('who returns gets what was missed, at another replica too', async () => {
    const before = await follow();
    await before.next();
    const first = await place();
    await untilSent(before, [first], ['0: 1 PENDING']);
    before.close();
    await move(first, 'PREPARING');
    const second = await place();
    for (const at of [service, other]) {
      const after = await follow({ lastEventId: before.lastEventId(), at });
      expect(await after.next()).toMatchObject({ event: 'continued', id: before.lastEventId() });
      await untilSent(after, [first, second], ['0: 2 PREPARING', '1: 1 PENDING']);
      after.close();
    }
    const after = await follow({ lastEventId: before.lastEventId() });
    await move(second, 'CANCELLED');
    await untilSent(after, [first, second], ['0: 2 PREPARING', '1: 1 PENDING', '1: 2 CANCELLED']);
  });

  test('may follow some statuses, with what leaves them, or one customer', async () => {
    const cooking = await follow({ query: 'status=PREPARING&status=OUT_FOR_DELIVERY' });
    const bobs = await follow({ query: `customerId=${bob.id}` });
    await Promise.all([cooking.next(), bobs.next()]);
    const ids = [await place(ann), await place(bob)];
    await move(ids[0]!, 'PREPARING');
    await move(ids[0]!, 'OUT_FOR_DELIVERY');
    await move(ids[0]!, 'DELIVERED');
    await move(ids[1]!, 'CANCELLED');
    await untilSent(cooking, ids, ['0: 2 PREPARING', '0: 3 OUT_FOR_DELIVERY', '0: 4 DELIVERED']);
    await untilSent(bobs, ids, ['1: 1 PENDING', '1: 2 CANCELLED']);
  });

  test('who missed more than is sent gets a reset, and so does one from another system', async () => {
    const stream = await follow({ at: other });
    const { id } = await stream.next();
    stream.close();
    for (let count = 0; count < 4; count += 1) await place();
    const last = await place();
    const later = await follow({ at: other });
    await move(last, 'PREPARING');
    await until('all are published', () => changesOf(later, [last]).includes('0: 2 PREPARING'));
    const behind = await follow({ at: other, lastEventId: id });
    expect(await behind.next()).toMatchObject({ event: 'reset', data: { reason: 'BEHIND' } });
    const unknown = await follow({ lastEventId: '0:99999999999' });
    expect(await unknown.next()).toMatchObject({ event: 'reset', data: { reason: 'UNKNOWN' } });
  });

  test.each(['3', '0:', '0:1;1:2', 'a:b'])('with the id %s gets 400', async (lastEventId) => {
    const refused = await follow({ lastEventId });
    expect([refused.status, JSON.parse(refused.body)]).toMatchObject([400, { code: 'VALIDATION_FAILED' }]);
  });

  test('is sent a comment when nothing happens, which moves the position on', async () => {
    const quiet = await startOrderService({ replicaOf: service, settings: { STREAM_HEARTBEAT_SECONDS: 1 } });
    const stream = await follow({ at: quiet, query: `customerId=${randomUUID()}` });
    const { id } = await stream.next();
    await place();
    await until('the position has moved on', () => stream.comments() > 0 && stream.lastEventId() !== id);
    await quiet.stop();
  });
});

test('a customer may not follow all orders', async () => {
  expect((await follow({ by: ann })).status).toBe(403);
});

describe('while Kafka is away', () => {
  test('streams stay open, and get every change when it is back', async () => {
    const [address = ''] = testStack().kafkaBrokers;
    const [host = '', port = ''] = address.split(':');
    const proxy = await createFaultProxy({ host, port: Number(port) });
    // The broker names its own address to clients, so the replica is cut from it for as long as the proxy is its only way.
    proxy.set('refusing');
    const cut = await startOrderService({
      replicaOf: service,
      kafkaBrokers: [`${proxy.host}:${proxy.port}`],
      settings: { STREAM_HEARTBEAT_SECONDS: 1 },
    });
    const id = await place();
    const all = await follow({ at: cut });
    const one = await openEventStream(`${cut.url}/v1/orders/${id}/events`, { token: ann.token });
    open.push(one);
    expect(await one.next()).toMatchObject({ event: 'reset', id: '1' });
    await until('a comment was sent', () => one.comments() > 0 && all.comments() > 0);
    await move(id, 'PREPARING');
    proxy.set('open');
    expect(await one.next()).toMatchObject({ event: 'change', id: '2' });
    expect(await all.next()).toMatchObject({ event: 'reset', data: { reason: 'NEW' } });
    await move(id, 'OUT_FOR_DELIVERY');
    expect(await one.next()).toMatchObject({ event: 'change', id: '3' });
    await untilSent(all, [id], ['0: 3 OUT_FOR_DELIVERY']);
    await cut.stop();
    await proxy.close();
  });
});
