/** The state of orders, as inventory reads it for its reconciliation. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '@oms/test-kit';
import { someone, startOrderService, type OrderService, type Someone } from './order-service.ts';

type State = {
  orderId: string;
  status: string;
  version: number;
  eventId: string;
  published: boolean;
  told: boolean;
  lines: unknown[];
};

let service: OrderService;
let ann: Someone;
let staff: Someone;
let itemId: string;

beforeAll(async () => {
  [service, ann, staff] = await Promise.all([startOrderService(), someone('customer'), someone('staff')]);
  itemId = service.inventory.item('2.50');
});
afterAll(() => service.stop());

async function ask(path: string, body: object): Promise<State[]> {
  const reply = await service.ask(service.service, 'POST', `/internal/orders/states${path}`, { body });
  expect(reply.status).toBe(200);
  return reply.body.results as State[];
}

const placed = async (quantity = 1) => (await service.placeFor(ann, [{ itemId, quantity }])).body.id as string;

test('an order has its status, its lines and the message of its version, when placed and after each change', async () => {
  const id = await placed(3);
  const line = { itemId, itemName: 'Pizza Margherita', quantity: 3, unitPrice: '2.50' };
  const expected = { orderId: id, status: 'PENDING', version: 1, attempt: 1, lines: [line] };
  expect(await ask('', { orderIds: [id.toUpperCase(), randomUUID()] })).toMatchObject([expected]);

  await service.ask(staff, 'PATCH', `/v1/orders/${id}/status`, { body: { status: 'PREPARING' } });

  const [state] = await ask('', { orderIds: [id] });
  expect(state).toMatchObject({ ...expected, status: 'PREPARING', version: 2 });
  const { rows } = await service.pool.query(
    'SELECT "eventId" FROM "order_history" WHERE "orderId" = $1 AND "version" = 2',
    [id],
  );
  expect(state?.eventId).toBe(rows[0].eventId);
});

test('an order counts as published when none of its messages waits in the outbox', async () => {
  const id = await placed();
  const published = async () => {
    const [state] = await ask('', { orderIds: [id] });
    expect(state?.told).toBe(state?.published);
    return state?.published;
  };
  await until('its messages are published', published);
  await service.pool.query(
    `INSERT INTO messaging.outbox ("eventId", "eventType", "topic", "aggregateId", "aggregateVersion", "payload", "headers")
     VALUES (gen_random_uuid(), 'ORDER_STATUS_CHANGED', 'order-events', $1, 9, '', '{}')`,
    [id],
  );
  expect(await published()).toBe(false);
  await service.pool.query('DELETE FROM messaging.outbox WHERE "aggregateId" = $1', [id]);
});

test('all orders come page after page, each once, by id', async () => {
  await Promise.all(Array.from({ length: 7 }, () => placed()));
  const { rows } = await service.pool.query<{ id: string }>('SELECT "id" FROM "orders" ORDER BY "id"');
  const seen: string[] = [];
  for (;;) {
    const page = await ask('/page', { limit: 3, ...(seen.length > 0 && { after: seen.at(-1) }) });
    seen.push(...page.map(({ orderId }) => orderId));
    if (page.length < 3) break;
  }
  expect(seen).toEqual(rows.map(({ id }) => id));
});

test('an order without its placement or history says so', async () => {
  const id = await placed();
  await service.pool.query('DELETE FROM "placements" WHERE "orderId" = $1', [id]);
  await service.pool.query('DELETE FROM "order_history" WHERE "orderId" = $1', [id]);
  expect(await ask('', { orderIds: [id] })).toMatchObject([{ orderId: id, attempt: null, eventId: null }]);
});
