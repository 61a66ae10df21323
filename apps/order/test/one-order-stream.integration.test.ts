/** The stream of one order: every change after the client's version, in sequence, once; from any replica, and over a restart. */

import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openEventStream, until, type EventStreamClient } from '@oms/test-kit';
import { someone, startOrderService, type OrderService, type Someone } from './order-service.ts';

let service: OrderService;
let other: OrderService;
let [ann, staff] = [{} as Someone, {} as Someone];
const open: EventStreamClient[] = [];

beforeAll(async () => {
  service = await startOrderService();
  other = await startOrderService({ replicaOf: service });
  [ann, staff] = await Promise.all([someone('customer'), someone('staff')]);
});
afterAll(async () => {
  await other.stop();
  await service.stop();
});
afterEach(() => open.splice(0).forEach((stream) => stream.close()));

async function follow(
  orderId: string,
  { by = ann, lastEventId, at = service }: { by?: Someone; lastEventId?: string; at?: { url: string } } = {},
): Promise<EventStreamClient> {
  const stream = await openEventStream(`${at.url}/v1/orders/${orderId}/events`, {
    token: by.token,
    ...(lastEventId !== undefined && { lastEventId }),
  });
  open.push(stream);
  return stream;
}

async function place(): Promise<string> {
  const reply = await service.placeFor(ann, [{ itemId: service.inventory.item('5.00'), quantity: 1 }]);
  expect(reply.status).toBe(201);
  return reply.body.id as string;
}

async function move(orderId: string, status: string, at = service): Promise<void> {
  const reply = await at.ask(staff, 'PATCH', `/v1/orders/${orderId}/status`, { body: { status } });
  expect(reply.status).toBe(200);
}

describe('a client that connects', () => {
  test('gets the present state, then each change with the order after it', async () => {
    const id = await place();
    const stream = await follow(id);
    expect([stream.status, stream.headers['content-type'], stream.headers['cache-control']]).toEqual([
      200,
      'text/event-stream; charset=utf-8',
      'no-store, no-transform',
    ]);
    const present = (await service.ask(ann, 'GET', `/v1/orders/${id}`)).body as unknown;
    expect(await stream.next()).toEqual({
      event: 'reset',
      id: '1',
      data: { reason: 'NEW', position: '1', order: present },
    });
    await move(id, 'PREPARING');
    const { event, id: version, data } = await stream.next();
    const history = (await service.ask(ann, 'GET', `/v1/orders/${id}/history`)).body.data as unknown[];
    expect([event, version, data['change']]).toEqual(['change', '2', history[1]]);
    expect(data['order']).toEqual((await service.ask(ann, 'GET', `/v1/orders/${id}`)).body);
    expect(stream.retryMs()).toBeGreaterThanOrEqual(1_000);
  });

  test('is sent a change that another replica commits', async () => {
    const id = await place();
    const stream = await follow(id, { at: other });
    await stream.next();
    await move(id, 'PREPARING', service);
    expect(await stream.next()).toMatchObject({ event: 'change', id: '2', data: { order: { status: 'PREPARING' } } });
  });

  test('is sent a milestone, which changes no status', async () => {
    const id = await place();
    const streams = [await follow(id), await follow(id, { at: other })];
    await move(id, 'PREPARING');
    expect((await service.ask(staff, 'POST', `/v1/orders/${id}/ready`)).status).toBe(200);
    const order = (await service.ask(ann, 'GET', `/v1/orders/${id}`)).body as { readyAt: string };
    expect(order.readyAt).toBeTruthy();
    for (const stream of streams) {
      await until('it has both changes', () => stream.lastEventId() === '3');
      expect(stream.events.map(({ id: version }) => version)).toEqual(['1', '2', '3']);
      expect(stream.events.at(-1)?.data['order']).toEqual(order);
    }
  });

  test('may be a member of staff, for any order', async () => {
    const stream = await follow(await place(), { by: staff });
    expect(await stream.next()).toMatchObject({ event: 'reset' });
  });

  test('to an order of another customer, or to none, gets 404', async () => {
    const bob = await someone('customer');
    expect((await follow(await place(), { by: bob })).status).toBe(404);
    expect((await follow(randomUUID())).status).toBe(404);
  });

  test.each(['x', '-1', '1.5', '0:1', '99999999999'])('with the id %s gets 400', async (lastEventId) => {
    const refused = await follow(await place(), { lastEventId });
    expect([refused.status, JSON.parse(refused.body)]).toMatchObject([400, { code: 'VALIDATION_FAILED' }]);
  });
});

describe('a client that returns', () => {
  test('gets every change that it missed, in sequence and once, then the next ones', async () => {
    const id = await place();
    await move(id, 'PREPARING');
    await move(id, 'OUT_FOR_DELIVERY');
    const stream = await follow(id, { lastEventId: '1' });
    expect(await stream.next()).toEqual({ event: 'continued', id: '1', data: { position: '1' } });
    expect([(await stream.next()).id, (await stream.next()).id]).toEqual(['2', '3']);
    await move(id, 'DELIVERED');
    expect(await stream.next()).toMatchObject({ id: '4', data: { change: { from: 'OUT_FOR_DELIVERY' } } });
    expect(stream.events).toHaveLength(4);
  });

  test('may give its position in the query, and all changes are after 0', async () => {
    const id = await place();
    const stream = await openEventStream(`${service.url}/v1/orders/${id}/events?lastEventId=0`, { token: ann.token });
    open.push(stream);
    expect((await stream.next()).event).toBe('continued');
    expect(await stream.next()).toMatchObject({ id: '1', data: { change: { from: null, to: 'PENDING' } } });
  });

  test('with a version that the order does not have gets a reset', async () => {
    const stream = await follow(await place(), { lastEventId: '7' });
    expect(await stream.next()).toMatchObject({ event: 'reset', id: '1', data: { reason: 'UNKNOWN' } });
  });

  test('when a version is missing in the history, gets a reset with the present state', async () => {
    const id = await place();
    await move(id, 'PREPARING');
    await move(id, 'OUT_FOR_DELIVERY');
    await service.pool.query('DELETE FROM "order_history" WHERE "orderId" = $1 AND "version" = 2', [id]);
    const stream = await follow(id, { lastEventId: '1' });
    await stream.next();
    expect(await stream.next()).toMatchObject({ event: 'reset', id: '3', data: { reason: 'GONE' } });
  });
});

describe('when the process stops', () => {
  test('the stream ends in order, and goes on at another replica without loss', async () => {
    const id = await place();
    const stopping = await startOrderService({ replicaOf: service });
    const stream = await follow(id, { at: stopping });
    await stream.next();
    await stopping.stop();
    await until('it has ended', () => stream.ended() !== undefined);
    expect([stream.ended(), stream.events.at(-1)]).toEqual([
      true,
      { event: 'closed', id: undefined, data: { reason: 'SHUTDOWN' } },
    ]);
    await move(id, 'PREPARING');
    const next = await follow(id, { lastEventId: stream.lastEventId()!, at: other });
    expect([(await next.next()).event, (await next.next()).id]).toEqual(['continued', '2']);
  });
});
