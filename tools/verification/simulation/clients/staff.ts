// Staff: create items, restock and count them, and change the status of orders, repeating what got no answer.

import type { ItemId, OrderId } from '@oms/contracts';
import type { ItemReply } from '../../../../apps/inventory/src/domain/stock.ts';
import { cancelReasons, type OrderStatus } from '../../../../apps/order/src/domain/order.ts';
import type { StockRequest } from '../services/inventory.ts';
import { codeOf, type Clients } from './clients.ts';

const staffId = 'staff-1';
/** What an order answers that has meanwhile another status than the one for which the change was meant. */
const refusals = new Set(['INVALID_TRANSITION', 'REASON_NOT_ALLOWED', 'RESTOCK_NOT_ALLOWED']);
const targets: readonly (OrderStatus | 'READY')[] = [
  ...(['READY', 'READY', 'READY'] as const),
  ...(['PREPARING', 'PREPARING', 'PREPARING', 'OUT_FOR_DELIVERY', 'OUT_FOR_DELIVERY'] as const),
  ...(['DELIVERED', 'DELIVERED', 'DELIVERED', 'CANCELLED', 'PENDING'] as const),
];

/** Creates a few items with few units; resolves when all are there. */
export async function createItems(clients: Clients, count: number): Promise<void> {
  const { random } = clients.world;
  const ids = Array.from({ length: count }, () => random.uuid() as ItemId);
  await Promise.all(
    ids.map(async (itemId, at) => {
      const priceCents = 100 + random.int(2_000);
      const threshold = 2 + random.int(4);
      const details = { itemName: `Dish ${at}`, threshold, unit: 'piece', priceCents, category: 'Mains' };
      const command = { itemId, details, quantity: 3 + random.int(14) };
      while (!(await carryOut(clients, '/v1/inventory', command, `create-${at}`, 20)));
    }),
  );
  clients.items.push(...ids);
}

/** Restocks and counts now and then, `count` times; in between comes a command that PostgreSQL refuses. */
export async function changeStock(clients: Clients, count: number): Promise<void> {
  const { random } = clients.world;
  for (let at = 0; at < count; at++) {
    await clients.pause(random.uniform(300, 2_500));
    const itemId = random.pick(clients.items);
    if (random.chance(0.3)) void poison(clients, itemId, `poison-${at}`);
    if (random.chance(0.6))
      await carryOut(clients, '/v1/inventory/restock', { itemId, quantity: 1 + random.int(6) }, `restock-${at}`, 10);
    else if (random.chance(0.5)) {
      // Often fewer than are promised.
      await carryOut(clients, '/v1/inventory/count', { itemId, quantity: random.int(8) }, `count-${at}`, 10);
    } else {
      const quantity = random.pick([-2, -1, 1]);
      await carryOut(clients, '/v1/inventory/adjust', { itemId, quantity }, `adjust-${at}`, 10);
    }
  }
}

/** Changes the status of orders, `count` times; two of the staff may change one order at once. */
export async function changeOrders(clients: Clients, count: number): Promise<void> {
  const { random } = clients.world;
  for (let at = 0; at < count; at++) {
    await clients.pause(random.uniform(50, 800));
    if (clients.orderIds.length === 0) continue;
    const orderId = random.pick(clients.orderIds);
    const changes = random.chance(0.2)
      ? [changeOrder(clients, orderId), changeOrder(clients, orderId)]
      : [changeOrder(clients, orderId)];
    await Promise.all(changes);
  }
}

/** Under a name of its own, so that its change can be distinguished from those of others. */
async function changeOrder({ world, ask, pause, refusedUsers, replies }: Clients, orderId: OrderId): Promise<void> {
  const { random } = world;
  const by = { id: `staff-${random.uuid()}`, role: 'staff' };
  const to = random.pick(targets);
  const reason = to === 'CANCELLED' && random.chance(0.7) ? random.pick(cancelReasons) : null;
  const restock = random.pick([true, false, undefined]);
  const { items } = JSON.parse(replies.orders.get(orderId)!) as { items: { itemId: ItemId }[] };
  const soldOutItemIds = reason === 'SOLD_OUT' && random.chance(0.5) ? [random.pick(items).itemId] : undefined;
  for (let tries = 1; tries <= 5; tries++) {
    const answer = await ask('order', 'status', { orderId, to, reason, restock, soldOutItemIds, by });
    if (answer && answer.status < 500) {
      if (answer.status < 300) return;
      if (!refusals.has(codeOf(answer)))
        world.violate(3, `a change of an order was answered ${codeOf(answer)}`, orderId);
      if (tries === 1) refusedUsers.set(by.id, orderId);
      return;
    }
    await pause(random.uniform(50, 800));
  }
}

/** A command with an idempotency key, repeated until it is answered; every answer to one key must be the same. */
async function carryOut(
  clients: Clients,
  path: string,
  command: Pick<StockRequest, 'itemId' | 'quantity' | 'details'>,
  key: string,
  triesMax: number,
): Promise<boolean> {
  const { world, replies } = clients;
  const { random } = world;
  const idempotency = { callerId: staffId, key, requestHash: JSON.stringify(command) };
  for (let tries = 1; tries <= triesMax; tries++) {
    const answer = await clients.ask('inventory', path, { ...command, idempotency, by: staffId });
    if (answer?.status === 200) {
      const reply = JSON.stringify(Object.entries((answer.body as ItemReply).item).sort());
      const before = replies.stock.get(key);
      replies.stock.set(key, before ?? reply);
      if (before !== undefined && before !== reply)
        world.violate(4, `two answers to ${key}: ${before} and ${reply}`, command.itemId);
      if (!random.chance(0.2)) return true;
    } else if (answer && answer.status < 500) {
      if (replies.stock.has(key) || codeOf(answer) !== 'INSUFFICIENT_STOCK')
        world.violate(4, `${key} was answered ${codeOf(answer)}`, command.itemId);
      return true;
    } else if (random.chance(0.05) && !key.startsWith('create')) return false;
    await clients.pause(random.uniform(50, 1_200));
  }
  return replies.stock.has(key);
}

/** A text that PostgreSQL does not take: whatever shares a batch with it must be carried out all the same. */
async function poison({ ask }: Clients, itemId: ItemId, key: string): Promise<void> {
  const idempotency = { callerId: staffId, key: `${key} \0`, requestHash: key };
  await ask('inventory', '/v1/inventory/restock', { itemId, quantity: 1, idempotency, by: staffId }, true);
}
