// Traffic for the dashboards: customers place orders, staff changes their status, some are refused or cancelled, items run low, and one
// message is unreadable.

import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { createKafka } from '@oms/messaging';
import { createLogger } from '@oms/service-kit';
import type { ApiCaller } from '../../dev/client/client.ts';
import type { WholeSystem } from '../../verification/journey/whole-system.ts';

export type Served = { placed: number; refused: number };

const deliveryAddress = { line1: '1 Harbour Street', city: 'Lisbon', postalCode: '1100-148', country: 'PT' };
const dishes = ['Margherita', 'Caldo verde', 'Bacalhau', 'Pastel de nata'];
const customersCount = 12;
const roundMs = 250;

/** Limited to the given time and about twenty orders a second. */
export async function serve(whole: WholeSystem, seconds: number): Promise<Served> {
  const staff = await whole.as('staff');
  const customers = await Promise.all(Array.from({ length: customersCount }, () => whole.as('customer')));
  const menu = await Promise.all(
    dishes.map((name, at) => newItem(staff, { name, quantity: 100_000, price: `${8 + 3 * at}.50` })),
  );
  const scarce = await newItem(staff, { name: 'Lobster', quantity: 6, threshold: 3, price: '49.00' });
  const served: Served = { placed: 0, refused: 0 };
  const endMs = performance.now() + seconds * 1_000;
  for (let round = 0; performance.now() < endMs; round++) {
    const startMs = performance.now();
    // The load has two maxima within the time.
    const visits = 2 + Math.round(2 * Math.abs(Math.sin((round * roundMs * 2 * Math.PI) / (seconds * 1_000))));
    const tasks = Array.from({ length: visits }, (_, at) => {
      const customer = customers[(round * visits + at) % customers.length]!;
      return visit(customer, staff, menu[(round + at) % menu.length]!, round + at, served);
    });
    if (round % 4 === 0) tasks.push(order(customers[round % customersCount]!, scarce, 2, served).then(() => undefined));
    if (round % 4 === 1) tasks.push(readLists(staff));
    if (round % 100 === 90)
      tasks.push(staff.post(`/v1/inventory/${scarce}/restock`, { quantity: 30 }).then(() => undefined));
    if (round === 40) tasks.push(sendUnreadableMessage(whole));
    await Promise.all(tasks);
    await wait(Math.max(0, roundMs - (performance.now() - startMs)));
  }
  return served;
}

/** Places an order. Most orders are prepared, some are delivered, some are cancelled. */
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
  const request = { items: [{ itemId, quantity }], deliveryAddress };
  const reply = await customer.post('/v1/orders', request, { 'idempotency-key': randomUUID() });
  const isPlaced = reply.status === 201;
  served[isPlaced ? 'placed' : 'refused'] += 1;
  return isPlaced ? (reply.body as { id: string }).id : undefined;
}

async function readLists(staff: ApiCaller): Promise<void> {
  for (const path of [
    '/v1/orders?limit=5',
    '/v1/inventory?limit=5',
    '/v1/analytics/summary',
    '/v1/notifications?limit=5',
  ]) {
    await staff.get(path);
  }
  // A request that is refused with 404.
  await staff.get(`/v1/orders/${randomUUID()}`);
}

async function newItem(
  staff: ApiCaller,
  { name, quantity, threshold = 5, price }: { name: string; quantity: number; threshold?: number; price: string },
): Promise<string> {
  const item = { itemName: `${name} ${randomUUID()}`, quantity, threshold, unit: 'plate', price, category: 'mains' };
  const reply = await staff.post('/v1/inventory', item);
  if (reply.status !== 201)
    throw new Error(`The item ${name} was not created: ${reply.status} ${JSON.stringify(reply.body)}`);
  return (reply.body as { id: string }).id;
}

/** Every consumer of the topic sends it to the dead letters. */
async function sendUnreadableMessage({ stack }: WholeSystem): Promise<void> {
  const logger = createLogger({ name: 'unreadable-message', level: 'silent' });
  const producer = createKafka({
    clientId: 'unreadable-message',
    brokers: stack.kafkaBrokers,
    logger,
  }).createProducer();
  await producer.send([
    { topic: 'order-events', key: randomUUID(), value: Buffer.from('this is no message'), headers: {} },
  ]);
  await producer.close();
}
