// `npm run demo`: places orders on a running system, and prints after each step what every service has recorded.
import { randomUUID } from 'node:crypto';
import { dataOf, pagesOf, type Problem } from '@oms/client';
import { systemAddresses } from '../client/addresses.ts';
import { signIn } from '../client/client.ts';
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
  const placeOrder = async (itemId: string, quantity: number) =>
    dataOf(await customer.api.POST('/v1/orders', { body: { items: [{ itemId, quantity }], deliveryAddress } }));
  const startedAtMs = Date.now();
  const before = await saw.summary();

  tellStep('A customer reads the menu');
  const menu = dataOf(await customer.api.GET('/v1/inventory', { params: { query: { limit: 200 } } })).data;
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
  const headers = { 'idempotency-key': randomUUID() };
  const place = () => customer.api.POST('/v1/orders', { body: request, headers });
  const order = dataOf(await place());
  tell('order', `201, ${order.status}, total ${order.totalAmount}, id ${order.id}`);
  await saw.movement(first.id, order.id, 'RESERVED');
  await saw.analyticsCounts(before.orders + 1, money(cents(before.revenue) + cents(order.totalAmount)));
  await saw.notified({ orderId: order.id }, 'ORDER_PLACED', startedAtMs);

  tellStep('Their phone loses the answer and sends the same request again');
  const again = await place();
  tell(
    'order',
    `201, the same order ${dataOf(again).id === order.id ? 'again' : '- NO, ANOTHER ONE'}; Idempotency-Replayed: ${again.response.headers.get('idempotency-replayed')}`,
  );

  tellStep('The kitchen prepares it, the courier delivers it');
  const params = { path: { id: order.id } };
  for (const status of ['PREPARING', 'OUT_FOR_DELIVERY', 'DELIVERED'] as const) {
    const changed = dataOf(await staff.api.PATCH('/v1/orders/{id}/status', { params, body: { status } }));
    tell('staff', `${changed.status}, version ${changed.version}`);
  }
  await saw.orderHistory(order.id);
  await saw.notified({ orderId: order.id }, 'ORDER_STATUS_CHANGED', startedAtMs);
  const back = problemOf(
    await staff.api.PATCH('/v1/orders/{id}/status', { params, body: { status: 'PREPARING' } }),
    'INVALID_TRANSITION',
  );
  tell('order', `back to PREPARING? 409 ${back.code}: ${back.detail}`);

  tellStep('Somebody wants more than there is');
  const greedy = {
    items: [
      { itemId: first.id, quantity: 1000 },
      { itemId: second.id, quantity: 1 },
    ],
    deliveryAddress,
  };
  const refused = problemOf(await customer.api.POST('/v1/orders', { body: greedy }), 'INSUFFICIENT_STOCK');
  const [shortage] = refused['shortages'] as { requested: number; available: number }[];
  tell(
    'order',
    `409 ${refused.code}: asked ${shortage?.requested}, available ${shortage?.available}; nothing was taken of either`,
  );

  tellStep('A customer changes their mind');
  const doubt = await placeOrder(first.id, 3);
  tell('order', `201, total ${doubt.totalAmount}`);
  await saw.movement(first.id, doubt.id, 'RESERVED');
  const cancelled = dataOf(
    await customer.api.POST('/v1/orders/{id}/cancel', {
      params: { path: { id: doubt.id } },
      body: { reason: 'CUSTOMER' },
    }),
  );
  tell('order', `${cancelled.status}`);
  await saw.movement(first.id, doubt.id, 'RELEASED');
  await saw.analyticsCounts(before.orders + 2, money(cents(before.revenue) + cents(order.totalAmount)));
  await saw.notified({ orderId: doubt.id }, 'ORDER_STATUS_CHANGED', startedAtMs);

  tellStep('An item is drained below its threshold');
  const scarce = await saw.item(drained.id);
  const quantity = scarce.quantity - scarce.threshold + 1;
  tell(
    'customer',
    `orders ${quantity} of ${scarce.itemName}: ${scarce.quantity} in stock, threshold ${scarce.threshold}`,
  );
  const big = await placeOrder(drained.id, quantity);
  await saw.movement(drained.id, big.id, 'RESERVED');
  await saw.notified({ itemId: drained.id }, 'LOW_STOCK', startedAtMs);
  dataOf(
    await staff.api.POST('/v1/inventory/{id}/restock', { params: { path: { id: drained.id } }, body: { quantity } }),
  );
  tell('staff', `restocked ${quantity}, so that the demo can be run again`);

  const items = [first.id, second.id, drained.id];
  tellStep('Stock and ledger');
  for (const id of items) {
    const item = await saw.item(id);
    let ledger = 0;
    const page = (cursor?: string) => {
      const query = { limit: 200, ...(cursor !== undefined && { cursor }) };
      return staff.api.GET('/v1/inventory/{id}/movements', { params: { path: { id }, query } }).then(dataOf);
    };
    for await (const { delta } of pagesOf(page)) ledger += delta;
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

/** The problem of a request that must be refused. @throws Error when it has another one, or none */
function problemOf({ error, response }: { error?: Problem; response: Response }, code: string): Problem {
  if (error?.code === code) return error;
  throw new Error(`expected ${code}, got ${response.status}: ${JSON.stringify(error)}`);
}
