// On the real stack: a greedy customer, slow bodies and a stopped service do not make other customers wait.
import { connect, type Socket } from 'node:net';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { until } from '@oms/test-kit';
import type { ApiCaller, Reply } from '../../dev/client/client.ts';
import type { WholeSystem } from './whole-system.ts';

const deliveryAddress = { line1: '1 Harbour Street', city: 'Lisbon', postalCode: '1100-148', country: 'PT' };
/** UPSTREAM_TIMEOUT_MS, unless set. */
const deadlineMs = 15_000;
const quickMs = 250;
const callersMax = 300;

/** Registers the tests; `whole` is asked when they run. */
export function describeFairShares(whole: () => WholeSystem): void {
  describe('while others are served', () => {
    let greedy: ApiCaller;
    let other: ApiCaller;
    let dish: string;
    const sockets: Socket[] = [];

    beforeAll(async () => {
      const staff = await whole().as('staff');
      [greedy, other] = await Promise.all([whole().as('customer'), whole().as('customer')]);
      const item = { itemName: 'Shared soup', unit: 'bowl', price: '3.00', category: 'Soup', quantity: 5_000 };
      dish = ((await staff.post('/v1/inventory', item)).body as { id: string }).id;
    });
    afterEach(() => {
      for (const socket of sockets.splice(0)) socket.destroy();
    });

    const place = (caller: ApiCaller): Promise<Reply> =>
      caller.post('/v1/orders', { items: [{ itemId: dish, quantity: 1 }], deliveryAddress });

    /** How long orders of the other customer take, in milliseconds. */
    async function durations(count: number): Promise<number[]> {
      const taken: number[] = [];
      for (let i = 0; i < count; i += 1) {
        const startedAt = performance.now();
        expect((await place(other)).status).toBe(201);
        taken.push(performance.now() - startedAt);
      }
      return taken;
    }

    function open(): Socket {
      const { hostname, port } = new URL(whole().system.urls.gateway);
      const socket = connect({ host: hostname, port: Number(port) }).on('error', () => {});
      sockets.push(socket);
      return socket;
    }

    test.each([300, 900])('one customer waits for a version with %i pipelined requests', async (count) => {
      const own = (await place(greedy)).body as { id: string };
      const socket = open();
      let received = '';
      socket.setEncoding('latin1').on('data', (chunk: string) => (received += chunk));
      socket.write(head('GET', `/v1/orders/${own.id}?waitFor=1000`, greedy).repeat(count));
      await until('its requests are under way', async () => (await forwarded('wait')) > 0);
      expect(medianOf(await durations(20))).toBeLessThan(quickMs);
      expect(await forwarded('wait')).toBeLessThanOrEqual(32);
      expect(received).not.toContain('HTTP/1.1 5');
    });

    test('257 connections send a body slowly', async () => {
      const slow = Array.from({ length: 257 }, () => open());
      const headers = { 'content-length': 70_000, 'content-type': 'application/json' };
      for (const socket of slow) socket.resume().write(head('POST', '/v1/orders', greedy, headers));
      const sending = setInterval(() => slow.forEach((socket) => socket.write(' ')), 1_000);
      try {
        expect(medianOf(await durations(20))).toBeLessThan(quickMs);
        await until('all are cut at the deadline', () => slow.every(({ destroyed }) => destroyed), deadlineMs + 5_000);
      } finally {
        clearInterval(sending);
      }
    }, 60_000);
  });

  test('a stopped service: every caller has an answer at the deadline', async () => {
    const callers = await Promise.all(Array.from({ length: callersMax }, () => whole().as('customer')));
    const order = whole().system.service('order');
    await order.kill('SIGSTOP');
    try {
      const startedAt = performance.now();
      const replies = await Promise.all(callers.map((caller) => caller.get('/v1/orders?limit=1')));
      expect(performance.now() - startedAt).toBeLessThan(deadlineMs + 5_000);
      expect(replies.filter(({ status }) => status !== 504 && status !== 503)).toEqual([]);
    } finally {
      await order.kill('SIGCONT');
    }
    await until('order answers again', async () => (await callers[0]!.get('/v1/orders')).status === 200, 20_000);
  }, 90_000);

  async function forwarded(kind: string): Promise<number> {
    const text = await (await fetch(`${whole().system.managementUrls.gateway}/metrics`)).text();
    const line = new RegExp(`^gateway_requests_forwarded\\{upstream="order",kind="${kind}",[^}]*\\} (\\d+)$`, 'm');
    return Number(line.exec(text)?.[1]);
  }
}

function head(
  method: string,
  path: string,
  { token }: ApiCaller,
  headers: Record<string, string | number> = {},
): string {
  const lines = Object.entries({ host: 'gateway', authorization: `Bearer ${token}`, ...headers });
  return `${method} ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
}

/** A busy machine makes single requests slow, not most of them. */
function medianOf(durations: readonly number[]): number {
  return durations.toSorted((a, b) => a - b)[Math.floor(durations.length / 2)] ?? NaN;
}
