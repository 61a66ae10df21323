// A lunch hour in small: customers order, staff moves orders on, some are refused or cancelled, items run low, and one message is nonsense.

import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { createKafka } from '@oms/messaging';
import { createLogger } from '@oms/service-kit';
import type { ApiCaller } from '../../dev/client/client.ts';
import type { WholeSystem } from '../../verification/journey/whole-system.ts';

export type Served = { placed: number; refused: number };

export const deliveryAddress = { line1: '1 Harbour Street', city: 'Lisbon', postalCode: '1100-148', country: 'PT' };
const dishes = ['Margherita', 'Caldo verde', 'Bacalhau', 'Pastel de nata'];
const customersCount = 12;
const roundMs = 250;

/** Bounded by time and by some twenty orders a second. */
export async function serve(whole: WholeSystem, seconds: number): Promise<Served> {
  const staff = await whole.as('staff');
  const customers = await Promise.all(Array.from({ length: customersCount }, () => whole.as('customer')));
  const menu = await Promise.all(
    dishes.map((name, at) => newItem(staff, { name, quantity: 100_000, price: `${8 + 3 * at}.50` })),
  );
  const scarce = await newItem(staff, { name: 'Lobster', quantity: 30, threshold: 10, price: '49.00' });
  const served: Served = { placed: 0, refused: 0 };
  const endMs = performance.now() + seconds * 1_000;
  for (let round = 0; performance.now() < endMs; round++) {
    const startMs = performance.now();
    // Two waves of guests within the time.
    const guests = 2 + Math.round(2 * Math.abs(Math.sin((round * roundMs * 2 * Math.PI) / (seconds * 1_000))));
    const kept = Array.from({ length: guests }, (_, at) => {
      const customer = customers[(round * guests + at) % customers.length]!;
      return visit(customer, staff, menu[(round + at) % menu.length]!, round + at, served);
    });
    if (round % 4 === 0) kept.push(order(customers[round % customersCount]!, scarce, 2, served).then(() => undefined));
    if (round % 12 === 0) kept.push(look(staff));
    if (round % 100 === 90)
      kept.push(staff.post(`/v1/inventory/${scarce}/restock`, { quantity: 30 }).then(() => undefined));
    if (round === 40) kept.push(sayNonsense(whole));
    await Promise.all(kept);
    await wait(Math.max(0, roundMs - (performance.now() - startMs)));
  }
  return served;
}

/** Places an order; most are taken on, some to their end, some are cancelled. */
async function visit(
  customer: ApiCaller,
  staff: ApiCaller,
  itemId: string,
  turn: number,
  served: Served,
): Promise<void> {
  const id = await order(customer, itemId, 1 + (turn % 3), served);
  if (id === undefined) return;
  if (turn % 9 === 0) return void (await customer.post(`/v1/orders/${id}/cancel`, { reason: 'CUSTOMER' }));
  const steps = ['PREPARING', 'OUT_FOR_DELIVERY', 'DELIVERED'].slice(0, turn % 4);
  for (const status of steps) await staff.patch(`/v1/orders/${id}/status`, { status });
}

async function order(
  customer: ApiCaller,
  itemId: string,
  quantity: number,
  served: Served,
): Promise<string | undefined> {
  const wish = { items: [{ itemId, quantity }], deliveryAddress };
  const reply = await customer.post('/v1/orders', wish, { 'idempotency-key': randomUUID() });
  const isPlaced = reply.status === 201;
  served[isPlaced ? 'placed' : 'refused'] += 1;
  return isPlaced ? (reply.body as { id: string }).id : undefined;
}

async function look(staff: ApiCaller): Promise<void> {
  for (const path of [
    '/v1/orders?limit=5',
    '/v1/inventory?limit=5',
    '/v1/analytics/summary',
    '/v1/notifications?limit=5',
  ]) {
    await staff.get(path);
  }
  // What a mistake looks like.
  await staff.get(`/v1/orders/${randomUUID()}`);
}

export async function newItem(
  staff: ApiCaller,
  o: { name: string; quantity: number; threshold?: number; price: string },
): Promise<string> {
  const { name, quantity, threshold = 5, price } = o;
  const item = { itemName: `${name} ${randomUUID()}`, quantity, threshold, unit: 'plate', price, category: 'mains' };
  const reply = await staff.post('/v1/inventory', item);
  if (reply.status !== 201) throw new Error(`There is no ${name}: ${reply.status} ${JSON.stringify(reply.body)}`);
  return (reply.body as { id: string }).id;
}

/** No service can read it, so each reader puts it aside. */
async function sayNonsense({ stack }: WholeSystem): Promise<void> {
  const logger = createLogger({ name: 'nonsense', level: 'silent' });
  const producer = createKafka({ clientId: 'nonsense', brokers: stack.kafkaBrokers, logger }).createProducer();
  await producer.send([
    { topic: 'order-events', key: randomUUID(), value: Buffer.from('this is no message'), headers: {} },
  ]);
  await producer.close();
}
