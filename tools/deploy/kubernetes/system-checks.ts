// Checks of a system in a cluster, from outside: an order is delivered and its alert mailed; at the end stock, ledger and analytics agree.

import { until } from '@oms/test-kit';
import { send, signIn, type ApiCaller, type Reply, type Role } from '../../dev/client/client.ts';
import { planOf, services } from '../../dev/stack/services.ts';
import type { Cluster } from './cluster.ts';

const deliveryAddress = { line1: '1 Harbour Street', city: 'Lisbon', postalCode: '1100-148', country: 'PT' };
// With its first mail the catcher loads a whole browser's DOM.
const mailMs = 90_000;

/** Calls `use` with a caller of each role, through the gateway. */
export async function throughGateway<T>(
  cluster: Cluster,
  use: (who: Record<Role, ApiCaller>) => Promise<T>,
): Promise<T> {
  return cluster.forward('gateway', 80, (gatewayUrl) =>
    cluster.forward('issuer', 3005, async (issuerUrl) => {
      const callerOf = (role: Role) => signIn({ gatewayUrl, issuerUrl }, role);
      const [customer, staff, admin, service] = [
        await callerOf('customer'),
        await callerOf('staff'),
        await callerOf('admin'),
        await callerOf('service'),
      ];
      return use({ customer, staff, admin, service });
    }),
  );
}

export async function addItem(staff: ApiCaller, itemName: string, quantity: number, threshold = 0): Promise<string> {
  const item = { itemName, quantity, threshold, unit: 'plate', price: '9.50', category: 'Test' };
  return expect(await staff.post('/v1/inventory', item), 201).id as string;
}

/** Two plates of four are ordered and delivered, which leaves fewer than the threshold: one order, one alert by mail. */
export async function deliverAndAlert(cluster: Cluster): Promise<void> {
  const itemName = `Cluster soup ${Date.now()}`;
  await throughGateway(cluster, async ({ customer, staff }) => {
    const itemId = await addItem(staff, itemName, 4, 3);
    const order = expect(await customer.post('/v1/orders', { items: [{ itemId, quantity: 2 }], deliveryAddress }), 201);
    for (const status of ['PREPARING', 'OUT_FOR_DELIVERY', 'DELIVERED'])
      expect(await staff.patch(`/v1/orders/${order.id as string}/status`, { status }), 200);
    const steps = expect(await customer.get(`/v1/orders/${order.id as string}/history`), 200).data as { to: string }[];
    if (steps.at(-1)?.to !== 'DELIVERED')
      throw new Error(`The order's history ends with ${JSON.stringify(steps.at(-1))}`);
  });
  await cluster.forward('mail', 1080, (url) =>
    until(
      `the alert about ${itemName} is mailed`,
      async () => {
        const subjects = await mailsAt(url);
        return subjects.some((subject) => /low stock/i.test(subject) && subject.includes(itemName));
      },
      mailMs,
    ),
  );
}

/** The number of dead letters of all consumers. */
export async function countDeadLetters(admin: ApiCaller): Promise<number> {
  const paths = services.flatMap((service) => planOf(service).deadLetters ?? []);
  const replies = await Promise.all(paths.map((path) => admin.get(path)));
  return replies.reduce((sum, reply) => sum + (expect(reply, 200).data as unknown[]).length, 0);
}

/** Waits until analytics counts as many orders as were placed, and every unit that left an item is in its ledger. */
export async function checkTotals(
  staff: ApiCaller,
  options: { orders: number; itemIds: string[]; stock: number },
): Promise<void> {
  await until(
    `analytics counts ${options.orders} orders`,
    async () => {
      const { orders } = expect(await staff.get('/v1/analytics/summary'), 200) as { orders: number };
      if (orders === options.orders) return true;
      throw new Error(`it counts ${orders}`);
    },
    60_000,
  );
  const items = await Promise.all(
    options.itemIds.map(async (id) => expect(await staff.get(`/v1/inventory/${id}`), 200)),
  );
  const left = items.reduce((sum, item) => sum + (item.quantity as number), 0);
  if (left !== options.stock) throw new Error(`Stock: ${left} units are left, and ${options.stock} should be.`);
}

function expect(reply: Reply, status: number): Record<string, unknown> {
  if (reply.status === status) return reply.body as Record<string, unknown>;
  throw new Error(`expected ${status}, got ${reply.status}: ${JSON.stringify(reply.body)}`);
}

/** The catcher's page is asked differently from its third version on. */
async function mailsAt(url: string): Promise<string[]> {
  const asked = await Promise.all(['/api/email', '/email'].map((path) => send('GET', url + path)));
  const mails = asked.find(({ status, body }) => status === 200 && Array.isArray(body))?.body as { subject: string }[];
  return mails.map(({ subject }) => subject);
}
