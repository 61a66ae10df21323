// A customer: orders, sends the order again under the same key when no answer comes, sometimes when it did, and cancels now and then.

import type { CustomerId, ItemId, OrderId } from '@oms/contracts';
import type { PlacementReply, PlaceOrder } from '../../../../apps/order/src/commands/place-order.ts';
import { deriveOrderId } from '../../../../apps/order/src/domain/order-id.ts';
import { codeOf, type Clients } from './clients.ts';

type Line = { itemId: ItemId; quantity: number };
type Intent = { command: PlaceOrder; orderId: OrderId };

const triesMax = 12;
/** A total that no order comes to: every dish costs more. */
const wrongTotalCents = 1;
/** Refusals that ask for another try. */
const tryAgain = new Set(['IDEMPOTENCY_IN_FLIGHT']);

/** Places `count` orders, one after the other, some of them twice at once. */
export async function placeOrders(clients: Clients, count: number): Promise<void> {
  const { random } = clients.world;
  const customerId = random.uuid() as CustomerId;
  for (let at = 0; at < count; at++) {
    await clients.pause(random.uniform(0, 900));
    const intent = newIntent(clients, customerId, `key-${at}`);
    const attempts = random.chance(0.25) ? [order(clients, intent), order(clients, intent)] : [order(clients, intent)];
    if (random.chance(0.15)) attempts.push(reuseKey(clients, intent));
    await Promise.all(attempts);
    if (random.chance(0.3)) await order(clients, intent);
    if (!random.chance(0.35)) continue;
    await cancel(clients, intent);
    if (random.chance(0.5)) await order(clients, intent);
  }
}

function newIntent({ world, items }: Clients, customerId: CustomerId, idempotencyKey: string): Intent {
  const { random } = world;
  // The same item may be named twice.
  const lines = Array.from({ length: 1 + random.int(3) }, () => ({
    itemId: random.pick(items),
    quantity: 1 + random.int(3),
  }));
  const command = commandOf(customerId, idempotencyKey, lines, '1 Harbour Street');
  return {
    command: {
      ...command,
      ...(random.chance(0.1) && { expectedTotalCents: wrongTotalCents }),
      ...(random.chance(0.25) && { deliverAt: new Date(Math.floor(world.trueMs() + random.uniform(55_000, 75_000))) }),
    },
    orderId: deriveOrderId(customerId, idempotencyKey),
  };
}

function commandOf(customerId: CustomerId, idempotencyKey: string, items: readonly Line[], line1: string): PlaceOrder {
  return {
    idempotencyKey,
    keyIsNew: false,
    items,
    deliveryAddress: { line1, line2: null, city: 'Lisbon', postalCode: '1100-148', country: 'PT', instructions: null },
    by: { id: customerId, role: 'customer' },
  };
}

/** Asks until there is a conclusive answer, or patience ends. */
async function order(clients: Clients, intent: Intent): Promise<void> {
  const { command, orderId } = intent;
  const { random, trace } = clients.world;
  const lines = command.items.map((line) => `${line.quantity} of ${line.itemId.slice(0, 4)}`).join(', ');
  for (let tries = 1; tries <= triesMax; tries++) {
    trace.add('customer', `asks for order ${orderId.slice(0, 8)}, ${lines}`, [orderId]);
    const wasPlaced = clients.replies.orders.has(orderId);
    const answer = await clients.ask('order', '/v1/orders', command);
    const outcome = answer ? `${answer.status} ${codeOf(answer)}` : 'no answer';
    trace.add('customer', `gets for order ${orderId.slice(0, 8)}: ${outcome}`, [orderId]);
    if (answer?.status === 200) return placed(clients, intent, answer.body as PlacementReply);
    if (answer && answer.status < 500 && !tryAgain.has(codeOf(answer)))
      return refused(clients, intent, codeOf(answer), wasPlaced);
    if (random.chance(0.08)) return;
    await clients.pause(random.uniform(50, 1_500));
  }
}

function placed({ world, replies, orderIds }: Clients, { command, orderId }: Intent, reply: PlacementReply): void {
  if (command.expectedTotalCents !== undefined)
    world.violate(3, `order ${orderId} was placed, and comes to another total than was expected`, orderId);
  const before = replies.orders.get(orderId);
  if (reply.orderId !== orderId)
    return world.violate(3, `order ${orderId} was asked for, and order ${reply.orderId} came`, orderId);
  if (before !== undefined && before !== reply.body)
    world.violate(4, `two replies to one key: ${before} and ${reply.body}`, orderId);
  if (before !== undefined) return;
  orderIds.push(orderId);
  replies.orders.set(orderId, reply.body);
  const { items } = JSON.parse(reply.body) as { items: Line[] };
  if (describeLines(items) !== describeLines(command.items))
    world.violate(
      3,
      `order ${orderId} has ${describeLines(items)}, asked for were ${describeLines(command.items)}`,
      orderId,
    );
}

/** A request that was sent before its twin got its 201 may have been refused before that, and its answer may have been slow. */
function refused({ world }: Clients, { command, orderId }: Intent, code: string, wasPlaced: boolean): void {
  if (wasPlaced) world.violate(4, `after a 201 the same request was answered ${code}`, orderId);
  else if (code === 'PRICE_CHANGED' && command.expectedTotalCents !== undefined) return;
  // A clock that is ahead takes its time for the past.
  else if (code === 'VALIDATION_FAILED' && command.deliverAt !== undefined) return;
  else if (code !== 'INSUFFICIENT_STOCK') world.violate(4, `a plain order was answered ${code}`, orderId);
}

/** The same key for another request: it must never be carried out. */
async function reuseKey(clients: Clients, { command, orderId }: Intent): Promise<void> {
  const { world, replies } = clients;
  await clients.pause(world.random.uniform(0, 3_000));
  // Before the first request was carried out, either may be the one: then this is no reuse.
  if (!replies.orders.has(orderId)) return;
  const { idempotencyKey, by } = command;
  const other = world.random.chance(0.5)
    ? commandOf(by.id as CustomerId, idempotencyKey, command.items, '2 Harbour Street')
    : commandOf(
        by.id as CustomerId,
        idempotencyKey,
        command.items.map((line) => ({ ...line, quantity: line.quantity + 1 })),
        '1 Harbour Street',
      );
  const answer = await clients.ask('order', '/v1/orders', other);
  if (!answer || answer.status >= 500) return;
  const code = codeOf(answer);
  if (code !== 'IDEMPOTENCY_KEY_REUSED' && code !== 'IDEMPOTENCY_IN_FLIGHT')
    world.violate(4, `a key was used for another request, which was answered ${answer.status} ${code}`, orderId);
}

async function cancel(clients: Clients, { command: { by }, orderId }: Intent): Promise<void> {
  for (let tries = 0; tries < 4; tries++) {
    await clients.pause(clients.world.random.uniform(0, 1_000));
    const answer = await clients.ask('order', 'cancel', { orderId, to: 'CANCELLED', reason: 'CUSTOMER', by });
    if (answer && answer.status < 500) return;
  }
}

/** What is wanted of each item, in a fixed order. */
function describeLines(lines: readonly Line[]): string {
  const quantities = new Map<string, number>();
  for (const { itemId, quantity } of lines) quantities.set(itemId, (quantities.get(itemId) ?? 0) + quantity);
  return [...quantities]
    .sort()
    .map(([itemId, quantity]) => `${quantity} of ${itemId}`)
    .join(', ');
}
