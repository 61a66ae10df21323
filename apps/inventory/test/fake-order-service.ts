/** A stand-in for the order service, which says what a test has told it, over real HTTP. */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { formatCents, type OrderId } from '@oms/contracts';
import { createHttpClient } from '@oms/service-kit';
import type { OrderOnFile } from '../src/reconciliation/discrepancies.ts';
import type { ReservedLine } from '../src/domain/reservation.ts';

export type Filed = Omit<OrderOnFile, 'orderId'> & { told: boolean };
export type OrderOffice = Awaited<ReturnType<typeof openOrderOffice>>;

export async function openOrderOffice() {
  const files = new Map<OrderId, Filed>();
  const fenced: OrderId[] = [];
  let between: (() => void | Promise<void>) | undefined;
  let isOpen = true;
  const server = createServer((request, response) => void answer(request, response));
  server.keepAliveTimeout = 60_000; // longer than a test looks elsewhere
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = createHttpClient({ name: 'order', baseUrl: url, token: () => Promise.resolve('a token') });

  return {
    ...{ url, client, files, fenced },
    file(orderId: OrderId, lines: readonly ReservedLine[], over: Partial<Filed> = {}): Filed {
      const filed = { status: 'PENDING', version: 1, attempt: 1, eventId: randomUUID(), told: true, lines, ...over };
      files.set(orderId, filed as Filed);
      return filed as Filed;
    },
    /** Runs once, after the next answer on given orders: between two looks. */
    afterNextAnswer(work: () => void | Promise<void>) {
      between = work;
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
      const work = between;
      between = undefined;
      await work?.();
    }
    response.writeHead(isOpen ? 200 : 503, { 'content-type': 'application/json' }).end(JSON.stringify({ results }));
  }

  function resultsFor(path: string, body: Record<string, unknown>): object[] {
    if (path === '/internal/placements/resolve') {
      return (body['placements'] as { orderId: OrderId; attempt: number }[]).map(({ orderId, attempt }) => {
        const isPlaced = files.get(orderId)?.attempt === attempt;
        if (!isPlaced) fenced.push(orderId);
        return { orderId, outcome: isPlaced ? 'PLACED' : 'ABANDONED' };
      });
    }
    const ids = [...files.keys()].sort();
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
    const filed = files.get(orderId)!;
    const lines = filed.lines.map(({ unitPriceCents, ...line }) => ({
      ...line,
      unitPrice: formatCents(unitPriceCents),
    }));
    return { orderId, ...filed, lines };
  }
}
