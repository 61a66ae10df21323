// One caller, however greedy or slow, does not make the others wait; and everybody has an answer within the deadline.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { until } from '@oms/test-kit';
import { startGateway, type GatewayUnderTest } from './gateway-under-test.ts';
import { head, openConnection, type RawConnection } from './raw-connection.ts';

const deadlineMs = 2_000;
const orderPath = '/v1/orders/6a3f6a1e-5a57-4d0c-8f6b-3f1f0b0a7c11';

let system: GatewayUnderTest;
let opened: RawConnection[];
/** Replies that the order service has not sent yet. */
let held: (() => void)[];
beforeEach(async () => {
  system = await startGateway({ UPSTREAM_TIMEOUT_MS: String(deadlineMs) });
  opened = [];
  held = [];
});
afterEach(async () => {
  for (const connection of opened) connection.close();
  system.order.answer = (_request, response) => void response.end('{}'); // reads are retried
  for (const finish of held) finish();
  await system.close();
});

function open(options?: { reads?: boolean }): RawConnection {
  const connection = openConnection(system.url, options);
  opened.push(connection);
  return connection;
}

const tokenOf = (role = 'customer') => `Bearer ${system.issuer.token(role)}`;

/** Requests of others are answered at once; those that `isHeld` chooses are not. */
function hold(isHeld: (url: string, method: string) => boolean): void {
  system.order.answer = (request, response) => {
    if (isHeld(request.url ?? '', request.method ?? '')) held.push(() => response.destroy());
    else response.end('{}');
  };
}

async function orderOf(authorization: string) {
  const startedAt = performance.now();
  const reply = await system.ask({ method: 'POST', path: '/v1/orders', headers: { authorization }, body: '{}' });
  return { status: reply.status, ms: performance.now() - startedAt, headers: reply.headers, json: reply.json };
}

/** A busy machine makes single requests slow, not most of them. */
const medianOf = (durations: number[]) => durations.toSorted((a, b) => a - b)[Math.floor(durations.length / 2)];

const bodyBytes = async () => Number(await metric(/gateway_bodies_bytes\{[^}]*\} (\d+)/));
const metric = async (pattern: RegExp) => pattern.exec((await system.manage('/metrics')).body)?.[1];

describe('long waits', () => {
  test.each([
    ['300 pipelined requests that wait for a version', 300, `${orderPath}?waitFor=1000`],
    ['900 of them', 900, `${orderPath}?waitFor=1000`],
    ['300 of them, the name of the parameter encoded', 300, `${orderPath}?%77aitFor=1000`],
    ['300 event streams', 300, `${orderPath}/events`, 'stream'],
    ['300 streams of the figures of all orders', 300, '/v1/orders/live', 'stream'],
  ])('of one customer, %s: the order of another is not delayed', async (_what, count, path, kind = 'wait') => {
    // On a busy machine the usual deadline of these tests passes before the end of the test.
    await system.close();
    system = await startGateway({ UPSTREAM_TIMEOUT_MS: '30000' });
    hold((url) => url !== '/v1/orders');
    const other = tokenOf();
    await orderOf(other);
    const greedy = open();
    greedy.write(head('GET', path, { authorization: system.customer }).repeat(count));
    await until('its share is used up', () => held.length >= 32);
    const durations: number[] = [];
    for (let i = 0; i < 10; i += 1) {
      const { status, ms } = await orderOf(other);
      expect(status).toBe(200);
      durations.push(ms);
    }
    expect(medianOf(durations)).toBeLessThan(250);
    expect(Math.max(...durations)).toBeLessThan(deadlineMs);
    expect(held.length).toBeLessThanOrEqual(32);
    const forwarded = new RegExp(`gateway_requests_forwarded\\{upstream="order",kind="${kind}",[^}]*\\} (\\d+)`);
    expect(await metric(forwarded)).toBe('32');
    const shed = await metric(
      new RegExp(`gateway_requests_shed_total\\{route="/v1/orders/\\*",kind="${kind}",reason="caller",[^}]*\\} (\\d+)`),
    );
    expect(Number(shed)).toBeGreaterThan(count / 2);
  });

  test('beyond the share of the caller are 429 with Retry-After, and its other requests are served', async () => {
    hold((url) => url.includes('waitFor'));
    const headers = { authorization: system.customer };
    const waits = Array.from({ length: 32 }, () => system.ask({ path: `${orderPath}?waitFor=9`, headers }));
    await until('the share is used up', () => held.length === 32);
    const refused = await system.ask({ path: `${orderPath}?waitFor=9`, headers });
    expect([refused.status, refused.json.code, refused.headers['retry-after']]).toEqual([
      429,
      'TOO_MANY_REQUESTS',
      '1',
    ]);
    expect((await system.ask({ path: orderPath, headers })).status).toBe(200);
    for (const { status } of await Promise.all(waits)) expect(status).toBe(504);
    expect(await metric(/gateway_requests_forwarded\{upstream="order",kind="wait",[^}]*\} (\d+)/)).toBe('0');
  });
});

describe('slow bodies', () => {
  test('of 257 connections take no connection to a service, and are cut at the deadline', async () => {
    const other = tokenOf();
    await orderOf(other);
    const startedAt = performance.now();
    const slow = Array.from({ length: 257 }, () => {
      const connection = open();
      connection.write(head('POST', '/v1/orders', { authorization: system.customer, 'content-length': 70_000 }));
      return connection;
    });
    await until('all bodies arrive', async () => (await bodyBytes()) === 257 * 16_384);
    const dripping = setInterval(() => slow.forEach((connection) => connection.write('x')), 100);
    try {
      const durations: number[] = [];
      for (let i = 0; i < 5; i += 1) {
        const { status, ms } = await orderOf(other);
        expect(status).toBe(200);
        durations.push(ms);
      }
      expect(medianOf(durations)).toBeLessThan(250);
      await until('all are cut', () => slow.every((connection) => connection.isClosed()), 10_000);
    } finally {
      clearInterval(dripping);
    }
    expect(performance.now() - startedAt).toBeLessThan(deadlineMs + 2_500);
    for (const connection of slow) {
      expect(connection.statuses()).toEqual([408]);
      expect(connection.text()).toContain('REQUEST_TIMEOUT');
    }
    expect(await bodyBytes()).toBe(0);
  });

  test('of one caller are bounded in bytes; others still send theirs', async () => {
    await system.close();
    system = await startGateway({ BODIES_BYTES_MAX: '800000', BODY_LIMIT_BYTES: '100000' });
    const greedy = Array.from({ length: 10 }, () => {
      const connection = open();
      connection.write(head('POST', '/v1/orders', { authorization: system.customer, 'content-length': 70_000 }));
      connection.write('x'.repeat(60_000));
      return connection;
    });
    await until('most are refused', () => greedy.filter((connection) => connection.statuses()[0] === 429).length === 9);
    expect((await orderOf(tokenOf())).status).toBe(200);
  });

  test('of many callers are bounded in bytes', async () => {
    await system.close();
    system = await startGateway({ BODIES_BYTES_MAX: '200000', BODY_LIMIT_BYTES: '100000' });
    const senders = Array.from({ length: 6 }, () => {
      const connection = open();
      connection.write(head('POST', '/v1/orders', { authorization: tokenOf(), 'content-length': 70_000 }));
      connection.write('x'.repeat(60_000));
      return connection;
    });
    await until(
      'the rest is refused',
      () => senders.filter((connection) => connection.statuses()[0] === 503).length === 3,
    );
    expect(senders.some((connection) => connection.text().toLowerCase().includes('retry-after: 1'))).toBe(true);
  });
});

describe('a service that does not answer', () => {
  test('700 callers all have an answer at the deadline, those that waited for a connection too', async () => {
    hold(() => true);
    const tokens = Array.from({ length: 700 }, () => tokenOf());
    const replies = await Promise.all(
      tokens.map((authorization) =>
        system.ask({ method: 'POST', path: '/v1/orders', headers: { authorization }, body: '{}' }),
      ),
    );
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([504]));
    // By the gateway's own count, as this process is slow to open so many connections.
    expect(
      await metric(/duration_seconds_bucket\{le="5",[^}]*method="POST",route="\/v1\/orders",status="504"[^}]*\} (\d+)/),
    ).toBe('700');
  }, 30_000);

  test('lists are refused first, at once and with Retry-After; a change still gets its connection', async () => {
    await system.close();
    system = await startGateway({
      UPSTREAM_TIMEOUT_MS: '4000',
      SERVICE_CONNECTIONS_MAX: '8',
      CALLER_CONNECTIONS_MAX: '1',
    });
    hold((_url, method) => method === 'GET');
    const list = () => system.ask({ path: '/v1/orders', headers: { authorization: tokenOf() } });
    const lists = Array.from({ length: 24 }, list);
    await until('half of the connections are used', () => held.length === 4);
    const waiting = async () => (await system.manage('/metrics')).body;
    await until('the part of the queue is full', async () =>
      /gateway_requests_waiting\{upstream="order",[^}]*\} 16/.test(await waiting()),
    );
    const startedAt = performance.now();
    await until('the others are refused', async () => (await Promise.race([...lists, list()])).status === 503);
    const refused = await list();
    expect([refused.status, refused.json.code, refused.headers['retry-after']]).toEqual([503, 'TOO_BUSY', '1']);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect(await orderOf(tokenOf())).toMatchObject({ status: 200 });
    expect(
      (await waiting()).match(/gateway_requests_shed_total\{route="\/v1\/orders",kind="list",reason="capacity"/),
    ).not.toBeNull();
    await Promise.all(lists);
  }, 15_000);
});

describe('a caller that does not read', () => {
  test.each([
    ['a large reply', 1, 5_000_000],
    ['many replies', 200, 200_000],
  ])(
    '%s: its connection is closed at the deadline, and its share is free again',
    async (_what, count, bytes) => {
      const content = 'y'.repeat(bytes);
      system.order.answer = (request, response) => void response.end(request.method === 'GET' ? content : '{}');
      const silent = open({ reads: false });
      silent.write(head('GET', '/v1/orders', { authorization: system.customer }).repeat(count));
      await until('it has asked', () => system.order.seen.length > 0);
      const other = tokenOf();
      await orderOf(other);
      expect((await orderOf(other)).ms).toBeLessThan(deadlineMs / 2);
      await until(
        'no connection is used any more',
        async () =>
          /gateway_requests_forwarded\{upstream="order",kind="list",[^}]*\} 0/.test(
            (await system.manage('/metrics')).body,
          ),
        deadlineMs + 3_000,
      );
      silent.socket.resume();
      await until('the connection is closed', () => silent.isClosed());
    },
    15_000,
  );

  test('an event stream: it is closed when nothing was read for a while; one that is read continues', async () => {
    await system.close();
    system = await startGateway({ STREAM_IDLE_TIMEOUT_MS: String(deadlineMs) });
    const stop = new AbortController();
    system.order.answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const writing = setInterval(() => response.write(`data: ${'z'.repeat(100_000)}\n\n`), 20);
      const end = () => clearInterval(writing);
      response.once('close', end);
      stop.signal.addEventListener('abort', end);
    };
    const silent = open({ reads: false });
    const reading = open();
    for (const connection of [silent, reading]) {
      connection.write(head('GET', `${orderPath}/events`, { authorization: system.customer }));
    }
    await until(
      'one of them is closed',
      async () =>
        /gateway_requests_forwarded\{upstream="order",kind="stream",[^}]*\} 1/.test(
          (await system.manage('/metrics')).body,
        ),
      4 * deadlineMs,
    );
    expect(reading.isClosed()).toBe(false);
    stop.abort();
  }, 15_000);
});
