/** Reservations whose order never came are settled by the answer of the order service, which is a fake here. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ItemId, OrderId } from '@oms/contracts';
import { createHttpClient, createLogger, createMetrics, type HttpClient, type MetricsRegistry } from '@oms/service-kit';
import { until } from '@oms/test-kit';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createAbandonedReservations } from '../src/jobs/abandoned-reservations.ts';
import type { PeriodicJob } from '@oms/service-kit';
import { createOrderClient } from '../src/clients/order.ts';
import { findHeldReservations } from '../src/store/held-reservations.ts';
import { openWritePath, release, reservation, type WritePath } from './write-path-fixture.ts';

type Asked = { orderId: OrderId; attempt: number };

let writePath: WritePath;
let itemId: ItemId;
let order: Server;
let client: HttpClient;
let job: PeriodicJob | undefined;
let metrics: MetricsRegistry;
let asked: Asked[] = [];
let answer: (asked: Asked) => 'PLACED' | 'ABANDONED' | undefined;
let status = 200;

beforeAll(async () => {
  writePath = await openWritePath();
  itemId = await writePath.create('Bao', 100_000);
  order = createServer((request, reply) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      const { placements } = JSON.parse(body) as { placements: Asked[] };
      asked.push(...placements);
      const results = placements
        .map((one) => ({ orderId: one.orderId, outcome: answer(one) }))
        .filter(({ outcome }) => outcome);
      reply.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ results }));
    });
  });
  await new Promise<void>((resolve) => order.listen(0, '127.0.0.1', resolve));
  const { port } = order.address() as AddressInfo;
  client = createHttpClient({
    name: 'order',
    baseUrl: `http://127.0.0.1:${port}`,
    token: () => Promise.resolve('a token'),
  });
});
beforeEach(() => {
  asked = [];
  status = 200;
});
afterEach(() => job?.stop());
afterAll(async () => {
  await client.close();
  await new Promise((resolve) => order.close(resolve));
  await writePath.close();
});

/** A job whose clock is `aheadMs` ahead of ours. */
function startJob(aheadMs: number): void {
  job = createAbandonedReservations({
    findHeld: (before, limit) => findHeldReservations(writePath.pool, before, limit),
    order: createOrderClient(client),
    stock: writePath.stock,
    holdMs: 30_000,
    intervalMs: 10,
    now: () => new Date(Date.now() + aheadMs),
    logger: createLogger({ name: 'inventory', level: 'silent' }),
    metrics: (metrics = createMetrics('inventory')),
  });
  job.start();
}

const figure = async (name: string, outcome?: string) =>
  (await metrics.getSingleMetric(name)?.get())?.values.find(({ labels }) => labels['outcome'] === outcome)?.value;

async function reserve(): Promise<OrderId> {
  const command = reservation([[itemId, 2]]);
  await writePath.stock.submit(command);
  return command.orderId;
}

test('order says abandoned: the stock is back; order says placed: confirmed', async () => {
  const [quantityBefore] = await writePath.stockOf(itemId);
  const [lost, found] = [await reserve(), await reserve()];
  answer = ({ orderId }) => (orderId === found ? 'PLACED' : 'ABANDONED');
  startJob(31_000);
  await until(
    'both are settled',
    async () => (await writePath.state(lost)) === 'RELEASED' && (await writePath.state(found)) === 'CONFIRMED',
  );
  expect((await writePath.stockOf(itemId))[0]).toBe(quantityBefore - 2);
  expect(asked.filter(({ orderId }) => orderId === lost)).toEqual([{ orderId: lost, attempt: 1 }]);
  await until('nothing is overdue', async () => (await figure('inventory_hold_overdue_seconds')) === 0);
  expect(await figure('inventory_holds_settled_total', 'ABANDONED')).toBe(1);
  expect(await figure('inventory_holds_settled_total', 'PLACED')).toBe(1);
});

test('order does not answer: nothing is concluded, and it is asked again', async () => {
  const lost = await reserve();
  answer = () => 'ABANDONED';
  status = 503;
  startJob(31_000);
  await until('it was asked twice', () => asked.filter(({ orderId }) => orderId === lost).length >= 2);
  expect(await writePath.state(lost)).toBe('HELD');
  expect(await figure('inventory_hold_overdue_seconds'), 'and it shows').toBeGreaterThan(0);
  status = 200;
  await until('it is settled', async () => (await writePath.state(lost)) === 'RELEASED');
});

test('an answer that lacks a reservation leaves that one held, and does not spin', async () => {
  const [left, settled] = [await reserve(), await reserve()];
  answer = ({ orderId }) => (orderId === left ? undefined : 'PLACED');
  startJob(31_000);
  await until('the other is settled', async () => (await writePath.state(settled)) === 'CONFIRMED');
  expect(await writePath.state(left)).toBe('HELD');
  answer = () => 'ABANDONED';
  await until('it is settled', async () => (await writePath.state(left)) === 'RELEASED');
});

test('a reservation younger than the hold is not asked about', async () => {
  const [young, old] = [await reserve(), await reserve()];
  await writePath.pool.query(
    `UPDATE reservations SET "createdAt" = "createdAt" - interval '1 hour' WHERE "orderId" = $1`,
    [old],
  );
  answer = () => 'ABANDONED';
  startJob(0);
  await until('the old one is settled', async () => (await writePath.state(old)) === 'RELEASED');
  expect([await writePath.state(young), asked.map(({ orderId }) => orderId)]).toEqual(['HELD', [old]]);
  await writePath.stock.submit(release(young));
});

test('the next attempt is asked about as such', async () => {
  const command = reservation([[itemId, 1]]);
  await writePath.stock.submit(command);
  await writePath.stock.submit(release(command.orderId, 1));
  await writePath.stock.submit(command);
  answer = ({ attempt }) => (attempt === 2 ? 'PLACED' : 'ABANDONED');
  startJob(31_000);
  await until('it is settled', async () => (await writePath.state(command.orderId)) === 'CONFIRMED');
  expect(asked).toEqual([{ orderId: command.orderId, attempt: 2 }]);
});

test('more than one call holds are settled in one round', async () => {
  const orderIds = await Promise.all(Array.from({ length: 450 }, reserve));
  answer = () => 'ABANDONED';
  startJob(31_000);
  await until(
    'all are settled',
    async () => (await findHeldReservations(writePath.pool, new Date(Date.now() + 60_000), 1)).length === 0,
  );
  expect(new Set(asked.map(({ orderId }) => orderId))).toEqual(new Set(orderIds));
});
