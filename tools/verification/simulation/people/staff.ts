// Staff: put items on the menu, restock and count them, and take orders from step to step, asking again when no answer comes.

import type { ItemId, OrderId } from '@oms/contracts';
import type { Idempotency, ItemReply } from '../../../../apps/inventory/src/domain/stock.ts';
import type { OrderStatus } from '../../../../apps/order/src/domain/order.ts';
import { codeOf, type People } from './people.ts';

const me = { id: 'staff-1', role: 'staff' };

/** Puts a few items with few units on the menu; resolves when all are there. */
export async function openKitchen(people: People, count: number): Promise<void> {
  const { random } = people.world;
  const ids = Array.from({ length: count }, () => random.uuid() as ItemId);
  await Promise.all(
    ids.map(async (itemId, at) => {
      const priceCents = 100 + random.int(2_000);
      const details = {
        itemName: `Dish ${at}`,
        threshold: 2 + random.int(4),
        unit: 'piece',
        priceCents,
        category: 'Mains',
      };
      const wish = { itemId, details, quantity: 3 + random.int(14) };
      while (!(await carryOut(people, '/v1/inventory', wish, `create-${at}`, 20)));
    }),
  );
  people.items.push(...ids);
}

/** Restocks and counts now and then, `count` times. */
export async function keepStock(people: People, count: number): Promise<void> {
  const { random } = people.world;
  for (let at = 0; at < count; at++) {
    await people.pause(random.uniform(300, 2_500));
    const itemId = random.pick(people.items);
    if (random.chance(0.6))
      await carryOut(people, '/v1/inventory/restock', { itemId, quantity: 1 + random.int(6) }, `restock-${at}`, 10);
    else
      await carryOut(
        people,
        '/v1/inventory/adjust',
        { itemId, quantity: random.pick([-2, -1, 1]) },
        `adjust-${at}`,
        10,
      );
  }
}

/** Takes orders further, or cancels them, `count` times; two of the staff may work on one order at once. */
export async function workOnOrders(people: People, count: number): Promise<void> {
  const { random } = people.world;
  for (let at = 0; at < count; at++) {
    await people.pause(random.uniform(50, 800));
    const orderId = people.told.known.length > 0 ? random.pick(people.told.known) : undefined;
    if (orderId)
      await Promise.all(random.chance(0.2) ? [step(people, orderId), step(people, orderId)] : [step(people, orderId)]);
  }
}

async function step(people: People, orderId: OrderId): Promise<void> {
  const { random } = people.world;
  const to = random.pick<OrderStatus>([
    'PREPARING',
    'PREPARING',
    'OUT_FOR_DELIVERY',
    'DELIVERED',
    'DELIVERED',
    'CANCELLED',
  ]);
  const reason = to === 'CANCELLED' && random.chance(0.5) ? 'SOLD_OUT' : null;
  for (let tries = 0; tries < 5; tries++) {
    const answer = await people.ask('order', 'status', { orderId, to, reason, by: me });
    if (answer && answer.status < 500) {
      if (answer.status > 300 && codeOf(answer) !== 'INVALID_TRANSITION')
        people.alarm(`3: a step of an order was answered ${codeOf(answer)}`, orderId);
      return;
    }
    await people.pause(random.uniform(50, 800));
  }
}

/** A numbered wish, repeated until it is answered; every answer to one number must be the same. */
async function carryOut(
  people: People,
  path: string,
  wish: { itemId: ItemId; [more: string]: unknown },
  key: string,
  triesMax: number,
): Promise<boolean> {
  const { random } = people.world;
  const idempotency: Idempotency = { callerId: me.id, key, requestHash: JSON.stringify(wish) };
  for (let tries = 1; tries <= triesMax; tries++) {
    const answer = await people.ask('inventory', path, { ...wish, idempotency, by: me.id });
    if (answer?.status === 200) {
      const told = JSON.stringify(Object.entries((answer.body as ItemReply).item).sort());
      const before = people.told.stock.get(key);
      people.told.stock.set(key, before ?? told);
      if (before !== undefined && before !== told)
        people.alarm(`4: two answers to ${key}: ${before} and ${told}`, wish.itemId);
      if (!random.chance(0.2)) return true;
    } else if (answer && answer.status < 500) {
      if (people.told.stock.has(key) || codeOf(answer) !== 'INSUFFICIENT_STOCK') {
        people.alarm(`4: ${key} was answered ${codeOf(answer)}`, wish.itemId);
      }
      return true;
    } else if (random.chance(0.05) && !key.startsWith('create')) return false;
    await people.pause(random.uniform(50, 1_200));
  }
  return people.told.stock.has(key);
}
