// Event streams through the gateway: passed on at once, with a share and an idle deadline of their own.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openEventStream, until, type EventStreamClient } from '@oms/test-kit';
import { startGateway, type GatewayUnderTest } from './gateway-under-test.ts';

const path = '/v1/orders/events';

let system: GatewayUnderTest;
let write: (text: string) => void;
let open: EventStreamClient[];

beforeEach(() => startWith({}));
afterEach(async () => {
  for (const stream of open) stream.close();
  await system.close();
});

async function startWith(env: Record<string, string>): Promise<void> {
  open = [];
  system = await startGateway(env);
  system.order.answer = (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    write = (text) => void response.write(text);
  };
}

async function follow(token = system.issuer.token('staff'), lastEventId?: string): Promise<EventStreamClient> {
  const stream = await openEventStream(system.url + path, { token, ...(lastEventId !== undefined && { lastEventId }) });
  open.push(stream);
  return stream;
}

test('each event is passed on when it comes, and the id of the last one when the caller returns', async () => {
  const stream = await follow(undefined, '0:12');
  expect([stream.status, stream.headers['content-type']]).toEqual([200, 'text/event-stream']);
  expect(system.order.seen[0]?.headers['last-event-id']).toBe('0:12');
  for (const id of ['0:13', '0:14']) {
    write(`event: change\nid: ${id}\ndata: {}\n\n`);
    expect(await stream.next()).toMatchObject({ event: 'change', id });
  }
});

test('a stream has no deadline, and ends when the service sends nothing for the idle time', async () => {
  await system.close();
  await startWith({ UPSTREAM_TIMEOUT_MS: '500', STREAM_IDLE_TIMEOUT_MS: '1500' });
  const stream = await follow();
  const comments = setInterval(() => write(':\n\n'), 100);
  await until('it is older than a deadline', () => stream.comments() >= 10);
  expect(stream.ended()).toBeUndefined();
  clearInterval(comments);
  await until('it is cut', () => stream.ended() !== undefined);
  expect(stream.ended()).toBe(false);
});

test('when the gateway stops in the middle of an event, that event is not completed', async () => {
  const stream = await follow();
  write('data: {"a":1}\n\ndata: {"b"');
  await stream.next();
  await system.gateway.stop();
  await until('it has ended', () => stream.ended() !== undefined);
  expect([stream.ended(), stream.events, stream.retryMs()]).toEqual([true, [expect.anything()], undefined]);
});

test('beyond the share of a caller are 429, beyond that of all 503; ordinary requests are served', async () => {
  await system.close();
  await startWith({ STREAMS_MAX: '3', CALLER_STREAMS_MAX: '2' });
  const ann = system.issuer.token('staff');
  const statuses = [];
  for (const token of [ann, ann, ann, system.issuer.token('staff'), system.issuer.token('staff')]) {
    statuses.push((await follow(token)).status);
  }
  expect(statuses).toEqual([200, 200, 429, 200, 503]);
  system.order.answer = (_request, response) => void response.end('{}');
  const reply = await system.ask({ path: '/v1/orders', headers: { authorization: `Bearer ${ann}` } });
  expect(reply.status).toBe(200);
  open[0]!.close();
  system.order.answer = (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
  };
  await until('its share is free again', async () => (await follow(ann)).status === 200);
});
