// `npm run demo`: places orders on a running system, and prints after each step what every service has recorded.
import { randomUUID } from 'node:crypto';
import { systemAddresses } from '../client/addresses.ts';
import { signIn, type Reply } from '../client/client.ts';
import { tell, tellStep } from './tell.ts';
import { createObservations } from './observations.ts';

const addresses = systemAddresses();
const deliveryAddress = { line1: '1 Harbour Street', city: 'Lisbon', postalCode: '1100-148', country: 'PT' };
const cents = (money: string) => Math.round(Number(money) * 100);
const money = (amount: number) => (amount / 100).toFixed(2);

try {
  await demo();
} catch (error) {
  console.error(`\nThe demo stopped: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

async function demo(): Promise<void> {
  const customer = await signIn(addresses, 'customer');
  const staff = await signIn(addresses, 'staff');
  const saw = createObservations(staff);
  const startedAtMs = Date.now();
  const before = await saw.summary();

  tellStep('A customer reads the menu');
  const menu = expect(await customer.get('/v1/inventory?limit=200'), 200).body.data as {
    id: string;
    quantity: number;
    threshold: number;
  }[];
  const plenty = menu.filter((item) => item.quantity - item.threshold > 5);
  const [first, second] = plenty;
  if (!first || !second)
    throw new Error(
      'The menu has no two items with stock to spare. `npm run reset`, then `npm start`, brings the seed back.',
    );
  // the one that takes the fewest units to fall below its threshold
  const drained =
    plenty.slice(2).toSorted((a, b) => a.quantity - a.threshold - (b.quantity - b.threshold))[0] ?? second;
  const dish = await saw.item(first.id);
  tell(
    'customer',
    `${menu.length} items; picks ${dish.itemName} at ${dish.price}, ${dish.quantity} ${dish.unit} in stock`,
  );

  tellStep('They order two of it and one of another');
  const request = {
    items: [
      { itemId: first.id, quantity: 2 },
      { itemId: second.id, quantity: 1 },
    ],
    deliveryAddress,
  };
  const key = { 'idempotency-key': randomUUID() };
  const order = expect(await customer.post('/v1/orders', request, key), 201).body as {
    id: string;
    status: string;
    totalAmount: string;
  };
  tell('order', `201, ${order.status}, total ${order.totalAmount}, id ${order.id}`);
  await saw.movement(first.id, order.id, 'RESERVED');
  await saw.analyticsCounts(before.orders + 1, money(cents(before.revenue) + cents(order.totalAmount)));
  await saw.notified({ orderId: order.id }, 'ORDER_PLACED', startedAtMs);

  tellStep('Their phone loses the answer and sends the same request again');
  const again = expect(await customer.post('/v1/orders', request, key), 201);
  tell(
    'order',
    `201, the same order ${again.body.id === order.id ? 'again' : '- NO, ANOTHER ONE'}; Idempotency-Replayed: ${again.headers.get('idempotency-replayed')}`,
  );

  tellStep('The kitchen prepares it, the courier delivers it');
  for (const status of ['PREPARING', 'OUT_FOR_DELIVERY', 'DELIVERED']) {
    const changed = expect(await staff.patch(`/v1/orders/${order.id}/status`, { status }), 200);
    tell('staff', `${changed.body.status}, version ${changed.body.version}`);
  }
  await saw.orderHistory(order.id);
  await saw.notified({ orderId: order.id }, 'ORDER_STATUS_CHANGED', startedAtMs);
  const back = expect(await staff.patch(`/v1/orders/${order.id}/status`, { status: 'PREPARING' }), 409).body;
  tell('order', `back to PREPARING? 409 ${back.code}: ${back.detail}`);

  tellStep('Somebody wants more than there is');
  const greedy = {
    items: [
      { itemId: first.id, quantity: 1000 },
      { itemId: second.id, quantity: 1 },
    ],
    deliveryAddress,
  };
  const refused = await customer.post('/v1/orders', greedy);
  const shortage = expect(refused, 409).body.shortages?.[0];
  tell(
    'order',
    `409 ${refused.body.code}: asked ${shortage.requested}, available ${shortage.available}; nothing was taken of either`,
  );

  tellStep('A customer changes their mind');
  const doubt = expect(
    await customer.post('/v1/orders', { items: [{ itemId: first.id, quantity: 3 }], deliveryAddress }),
    201,
  ).body;
  tell('order', `201, total ${doubt.totalAmount}`);
  await saw.movement(first.id, doubt.id as string, 'RESERVED');
  const cancelled = expect(await customer.post(`/v1/orders/${doubt.id}/cancel`, { reason: 'CUSTOMER' }), 200).body;
  tell('order', `${cancelled.status}`);
  await saw.movement(first.id, doubt.id as string, 'RELEASED');
  await saw.analyticsCounts(before.orders + 2, money(cents(before.revenue) + cents(order.totalAmount)));
  await saw.notified({ orderId: doubt.id as string }, 'ORDER_STATUS_CHANGED', startedAtMs);

  tellStep('An item is drained below its threshold');
  const scarce = await saw.item(drained.id);
  const quantity = scarce.quantity - scarce.threshold + 1;
  tell(
    'customer',
    `orders ${quantity} of ${scarce.itemName}: ${scarce.quantity} in stock, threshold ${scarce.threshold}`,
  );
  const big = expect(
    await customer.post('/v1/orders', { items: [{ itemId: drained.id, quantity }], deliveryAddress }),
    201,
  ).body;
  await saw.movement(drained.id, big.id as string, 'RESERVED');
  await saw.notified({ itemId: drained.id }, 'LOW_STOCK', startedAtMs);
  expect(await staff.post(`/v1/inventory/${drained.id}/restock`, { quantity }), 200);
  tell('staff', `restocked ${quantity}, so that the demo can be run again`);

  const items = [first.id, second.id, drained.id];
  tellStep('Stock and ledger');
  for (const id of items) {
    const item = await saw.item(id);
    let ledger = 0;
    for (let cursor: string | null = ''; cursor !== null;) {
      const page = expect(
        await staff.get(`/v1/inventory/${id}/movements?limit=200${cursor && `&cursor=${cursor}`}`),
        200,
      ).body;
      for (const { delta } of page.data as { delta: number }[]) ledger += delta;
      cursor = page.nextCursor as string | null;
    }
    tell(
      'inventory',
      `${item.itemName}: ${item.onHand} on the shelf, ${item.quantity} of them to order, the ledger adds up to ${ledger}${ledger === item.quantity ? '' : ' - THEY DIFFER'}`,
    );
    if (ledger !== item.quantity) process.exitCode = 1;
  }
  console.log(
    `\nAll of it in ${((Date.now() - startedAtMs) / 1000).toFixed(1)} s. The mails are at ${addresses.mailPageUrl}, the posts at ${addresses.postsPageUrl}.`,
  );
}

/** The reply, if it has the expected status. @throws Error with the reply's body otherwise. */
function expect(reply: Reply, status: number): Reply {
  if (reply.status === status) return reply;
  throw new Error(`expected ${status}, got ${reply.status}: ${JSON.stringify(reply.body)}`);
}
