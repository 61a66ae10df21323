// A customer: orders, asks again under the same key when no answer comes, sometimes when it did, and changes their mind.

import type { CustomerId, ItemId, OrderId } from '@oms/contracts';
import { deriveOrderId } from '../../../../apps/order/src/domain/order-id.ts';
import type { PlacementReply, PlaceOrder } from '../../../../apps/order/src/commands/place-order.ts';
import { codeOf, type People } from './people.ts';

type Intent = { wish: PlaceOrder; orderId: OrderId; address: number };

const triesMax = 12;
/** What a customer is told while nothing is wrong with the order itself. */
const again = new Set(['IDEMPOTENCY_IN_FLIGHT', 'PLACEMENT_ABANDONED']);
const addresses = ['1 Harbour Street', '2 Harbour Street'];

/** Places `count` orders, one after the other, some of them twice at once. */
export async function shop(people: People, count: number): Promise<void> {
  const { random } = people.world;
  const customerId = random.uuid() as CustomerId;
  for (let at = 0; at < count; at++) {
    await people.pause(random.uniform(0, 900));
    const intent = intend(people, customerId, `key-${at}`);
    const attempts = random.chance(0.25) ? [order(people, intent), order(people, intent)] : [order(people, intent)];
    if (random.chance(0.1)) attempts.push(reuseKey(people, intent));
    await Promise.all(attempts);
    if (random.chance(0.3)) await order(people, intent);
    if (random.chance(0.25)) await cancel(people, intent);
  }
}

function intend({ world: { random }, items }: People, customerId: CustomerId, idempotencyKey: string): Intent {
  const wanted = Array.from({ length: 1 + random.int(3) }, () => ({
    itemId: random.pick(items),
    quantity: 1 + random.int(3),
  }));
  const address = random.int(2);
  return {
    wish: wishOf(customerId, idempotencyKey, wanted, address),
    orderId: deriveOrderId(customerId, idempotencyKey),
    address,
  };
}

function wishOf(
  customerId: CustomerId,
  idempotencyKey: string,
  items: { itemId: ItemId; quantity: number }[],
  address: number,
): PlaceOrder {
  const place = {
    line1: addresses[address]!,
    line2: null,
    city: 'Lisbon',
    postalCode: '1100-148',
    country: 'PT',
    instructions: null,
  };
  return { idempotencyKey, keyIsNew: false, items, deliveryAddress: place, by: { id: customerId, role: 'customer' } };
}

/** Asks until there is an answer that counts, or patience ends. */
async function order(people: People, { wish, orderId }: Intent): Promise<void> {
  const { random, trace } = people.world;
  for (let tries = 1; tries <= triesMax; tries++) {
    trace.add(
      'customer',
      `asks for order ${orderId.slice(0, 8)}, ${wish.items.map((line) => `${line.quantity} of ${line.itemId.slice(0, 4)}`).join(', ')}`,
      [orderId],
    );
    const placedBefore = people.told.orders.has(orderId);
    const answer = await people.ask('order', '/v1/orders', wish);
    trace.add(
      'customer',
      `hears of order ${orderId.slice(0, 8)}: ${answer ? `${answer.status} ${codeOf(answer)}` : 'nothing'}`,
      [orderId],
    );
    if (answer?.status === 200) return heard(people, orderId, answer.body as PlacementReply);
    if (answer && answer.status < 500 && !again.has(codeOf(answer)))
      return refused(people, orderId, { code: codeOf(answer), placedBefore });
    if (random.chance(0.08)) return;
    await people.pause(random.uniform(50, 1_500));
  }
}

function heard(people: People, orderId: OrderId, reply: PlacementReply): void {
  const before = people.told.orders.get(orderId);
  if (before === undefined) people.told.known.push(orderId);
  people.told.orders.set(orderId, before ?? reply.body);
  if (reply.orderId !== orderId) people.alarm(`3: asked for order ${orderId}, and got ${reply.orderId}`, orderId);
  if (before !== undefined && before !== reply.body)
    people.alarm(`4: two replies to one key: ${before} and ${reply.body}`, orderId);
}

/** A request that was sent before its twin heard its 201 may have been refused before that, and its answer may have been slow. */
function refused(
  people: People,
  orderId: OrderId,
  { code, placedBefore }: { code: string; placedBefore: boolean },
): void {
  if (placedBefore) people.alarm(`4: after a 201 the same request was answered ${code}`, orderId);
  else if (code !== 'INSUFFICIENT_STOCK') people.alarm(`4: a plain order was answered ${code}`, orderId);
}

/** The same key for another request: it must never be carried out. */
async function reuseKey(people: People, { wish, orderId, address }: Intent): Promise<void> {
  await people.pause(people.world.random.uniform(0, 3_000));
  // Before the first request was carried out, either may be the one: then this is no reuse.
  if (!people.told.orders.has(orderId)) return;
  const other = wishOf(wish.by.id as CustomerId, wish.idempotencyKey, [...wish.items], 1 - address);
  const answer = await people.ask('order', '/v1/orders', other);
  if (
    answer &&
    answer.status < 500 &&
    codeOf(answer) !== 'IDEMPOTENCY_KEY_REUSED' &&
    codeOf(answer) !== 'IDEMPOTENCY_IN_FLIGHT'
  ) {
    people.alarm(
      `4: a key was used for another request, which was answered ${answer.status} ${codeOf(answer)}`,
      orderId,
    );
  }
}

async function cancel(people: People, { wish, orderId }: Intent): Promise<void> {
  for (let tries = 0; tries < 4; tries++) {
    await people.pause(people.world.random.uniform(0, 1_000));
    const answer = await people.ask('order', 'cancel', { orderId, to: 'CANCELLED', reason: 'CUSTOMER', by: wish.by });
    if (answer && answer.status < 500) return;
  }
}
