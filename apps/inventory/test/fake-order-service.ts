/** A fake of the order service over real HTTP: it answers what a test has put into it. */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { formatCents, type OrderId } from '@oms/contracts';
import { createHttpClient } from '@oms/service-kit';
import type { OrderStateWithEvents } from '../src/clients/order.ts';
import type { ReservedLine } from '../src/domain/reservation.ts';

export type StoredOrder = Omit<OrderStateWithEvents, 'orderId'>;
export type FakeOrderService = Awaited<ReturnType<typeof startFakeOrderService>>;

export async function startFakeOrderService() {
  const orders = new Map<OrderId, StoredOrder>();
  const fenced: OrderId[] = [];
  let afterAnswer: (() => void | Promise<void>) | undefined;
  let isOpen = true;
  const server = createServer((request, response) => void answer(request, response));
  server.keepAliveTimeout = 60_000; // longer than the pauses between requests of a test
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = createHttpClient({ name: 'order', baseUrl: url, token: () => Promise.resolve('a token') });

  return {
    url,
    client,
    orders,
    fenced,
    put(orderId: OrderId, lines: readonly ReservedLine[], over: Partial<StoredOrder> = {}): StoredOrder {
      const eventId = randomUUID();
      const order: StoredOrder = {
        status: 'PENDING',
        version: 1,
        attempt: 1,
        eventId,
        published: true,
        lines,
        ...over,
      };
      orders.set(orderId, order);
      return order;
    },
    /** Runs once, after the next answer about given orders: between two reads of the reconciliation. */
    afterNextAnswer(work: () => void | Promise<void>) {
      afterAnswer = work;
    },
    shut(closed: boolean) {
      isOpen = !closed;
    },
    async close() {
      await client.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = (await json(request)) as Record<string, unknown>;
    const results = isOpen ? resultsFor(request.url ?? '', body) : [];
    if (isOpen && request.url === '/internal/orders/states') {
      const work = afterAnswer;
      afterAnswer = undefined;
      await work?.();
    }
    response.writeHead(isOpen ? 200 : 503, { 'content-type': 'application/json' }).end(JSON.stringify({ results }));
  }

  function resultsFor(path: string, body: Record<string, unknown>): object[] {
    if (path === '/internal/placements/resolve') {
      return (body['placements'] as { orderId: OrderId; attempt: number }[]).map(({ orderId, attempt }) => {
        const isPlaced = orders.get(orderId)?.attempt === attempt;
        if (!isPlaced) fenced.push(orderId);
        return { orderId, outcome: isPlaced ? 'PLACED' : 'ABANDONED' };
      });
    }
    const ids = [...orders.keys()].sort();
    if (path === '/internal/orders/states') {
      return ids.filter((id) => (body['orderIds'] as OrderId[]).includes(id)).map(viewOf);
    }
    const after = (body['after'] ?? '') as string;
    return ids
      .filter((id) => id > after)
      .slice(0, body['limit'] as number)
      .map(viewOf);
  }

  function viewOf(orderId: OrderId) {
    const order = orders.get(orderId)!;
    const lines = order.lines.map(({ unitPriceCents, ...line }) => ({
      ...line,
      unitPrice: formatCents(unitPriceCents),
    }));
    return { orderId, ...order, lines };
  }
}
