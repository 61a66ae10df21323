/** A fake of inventory's internal endpoints, with stock kept in memory. */

import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

type Line = { itemId: string; quantity: number };
type Wanted = { orderId: string; lines: Line[]; totalMax?: string; expectedTotal?: string };
type Released = { orderId: string; restock?: boolean };
type Item = { itemName: string; unitPrice: string; quantity: number };
type Held = { attempt: number; released: boolean; lines: (Line & { itemName: string; unitPrice: string })[] };

export type FakeInventory = Awaited<ReturnType<typeof createFakeInventory>>;

export async function createFakeInventory() {
  const items = new Map<string, Item>();
  const reservations = new Map<string, Held>();
  const calls: Wanted[][] = [];
  const releases: Released[] = [];
  let answering: Promise<void> = Promise.resolve();
  let status = 200;

  const server = createServer((request, response) => void answer(request, response));

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = (await json(request)) as { reservations?: Wanted[]; orders?: Released[] };
    if (!isOurCall(request)) return void response.writeHead(404).end();
    if (body.orders) return releaseAll(body.orders, response);
    const wanted = body.reservations ?? [];
    calls.push(wanted);
    const results = wanted.map(reserve);
    await answering;
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ results }));
  }
  async function releaseAll(orders: Released[], response: ServerResponse): Promise<void> {
    releases.push(...orders);
    await answering;
    if (status === 200) for (const { orderId, restock = true } of orders) if (restock) release(orderId);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ results: [] }));
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    /** What we were asked about the stock of this order when it was cancelled. */
    releasesOf: (orderId: string) => releases.filter((released) => released.orderId === orderId),
    reservations,
    /** A new item of this price, and so many of it. */
    item(unitPrice: string, quantity = 1_000_000, itemName = 'Pizza Margherita'): string {
      const id = randomUUID();
      items.set(id, { itemName, unitPrice, quantity });
      return id;
    },
    quantityOf: (id: string) => items.get(id)?.quantity,
    price(id: string, unitPrice: string) {
      items.set(id, { ...(items.get(id) as Item), unitPrice });
    },
    /** Gives the stock of an order back, as inventory does when the order is cancelled or its attempt abandoned. */
    release,
    /** Takes stock and keeps the answers back until the returned function is called. */
    hold(): () => void {
      const gate = Promise.withResolvers<void>();
      answering = gate.promise;
      return gate.resolve;
    },
    answer(code: number) {
      status = code;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };

  function release(orderId: string): void {
    const held = reservations.get(orderId);
    if (!held || held.released) return;
    held.released = true;
    for (const line of held.lines) (items.get(line.itemId) as Item).quantity += line.quantity;
  }

  function reserve({ orderId, lines, totalMax, expectedTotal }: Wanted) {
    const held = reservations.get(orderId);
    if (held && !held.released) {
      const same = JSON.stringify(held.lines.map(lineOf)) === JSON.stringify(lines);
      return same ? { orderId, outcome: 'RESERVED', ...held } : { orderId, outcome: 'CONFLICT' };
    }
    const itemIds = lines.filter((line) => !items.has(line.itemId)).map((line) => line.itemId);
    if (itemIds.length > 0) return { orderId, outcome: 'UNKNOWN_ITEM', itemIds };
    const known = lines.map((line) => ({ ...line, item: items.get(line.itemId) as Item }));
    const shortages = known
      .filter(({ item, quantity }) => item.quantity < quantity)
      .map(({ itemId, quantity, item }) => ({ itemId, requested: quantity, available: item.quantity }));
    if (shortages.length > 0) return { orderId, outcome: 'INSUFFICIENT_STOCK', shortages };
    const total = known.reduce((sum, { item, quantity }) => sum + Number(item.unitPrice) * quantity, 0);
    if (totalMax !== undefined && total > Number(totalMax)) return { orderId, outcome: 'TOTAL_TOO_LARGE' };
    const taken = known.map(({ itemId, quantity, item: { itemName, unitPrice } }) => ({
      itemId,
      quantity,
      itemName,
      unitPrice,
    }));
    if (expectedTotal !== undefined && total !== Number(expectedTotal)) {
      return { orderId, outcome: 'PRICE_CHANGED', lines: taken, total: total.toFixed(2) };
    }
    for (const { item, quantity } of known) item.quantity -= quantity;
    const now = { attempt: (held?.attempt ?? 0) + 1, released: false, lines: taken };
    reservations.set(orderId, now);
    return { orderId, outcome: 'RESERVED', ...now };
  }
}

function lineOf({ itemId, quantity }: Line): Line {
  return { itemId, quantity };
}

function isOurCall({ method, url, headers }: IncomingMessage): boolean {
  return (
    method === 'POST' &&
    /^\/internal\/reservations(\/release)?$/.test(url ?? '') &&
    /^Bearer ./.test(headers.authorization ?? '')
  );
}
