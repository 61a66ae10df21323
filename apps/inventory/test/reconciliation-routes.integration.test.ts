/** The route of the reconciliation: who may call it, what it refuses, and what it returns. */
import { randomUUID } from 'node:crypto';
import type { OrderId } from '@oms/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startService, type RunningService } from './running-service.ts';
import { startFakeOrderService, type FakeOrderService } from './fake-order-service.ts';

let orderService: FakeOrderService;
let service: RunningService;
const path = '/v1/inventory/reconciliations';

beforeAll(async () => {
  orderService = await startFakeOrderService();
  service = await startService({ settings: { ORDER_URL: orderService.url } });
});
afterAll(async () => {
  await service.close();
  await orderService.close();
});

test.each(['customer', 'staff', 'service'] as const)('is closed to %s', async (as) => {
  expect(await service.codeOf('POST', path, { as, body: {} })).toEqual([403, 'FORBIDDEN']);
});

test('finds, repairs, and records in the ledger who did it', async () => {
  const { id } = await service.create('Calzone', { quantity: 8 });
  await service.pool.query('UPDATE inventory SET quantity = 9 WHERE id = $1', [id]);
  const found = await service.ask('POST', path, { as: 'admin', body: {} });
  expect([found.status, found.body]).toMatchObject([
    200,
    {
      findings: [{ kind: 'ITEM_QUANTITY', itemId: id, found: '9', expected: '8', fixed: false }],
      counts: { found: 1, fixed: 0, left: 1, underWay: 0 },
      checked: { orders: 0, items: 1 },
      nextCursor: null,
    },
  ]);
  const repaired = await service.ask('POST', path, { as: 'admin', body: { fix: true, itemIds: [id.toUpperCase()] } });
  expect(repaired.body.counts).toEqual({ found: 1, fixed: 1, left: 0, underWay: 0 });
  const { body } = await service.ask('GET', `/v1/inventory/${id}/movements`);
  const [movement] = body.data as { reason: string; note: string; delta: number; changedBy: string }[];
  expect(movement).toMatchObject({ reason: 'RECONCILED', delta: 0, note: 'quantity 9 -> 8, reserved 0 -> 0' });
  expect(movement?.changedBy).toMatch(/^[\da-f-]{36}$/);
});

test('with the id of one order it reads that order only', async () => {
  const [asked, other] = [randomUUID() as string as OrderId, randomUUID() as string as OrderId];
  const line = { itemId: randomUUID() as never, itemName: 'Gone', quantity: 1, unitPriceCents: 100 };
  for (const id of [asked, other]) orderService.put(id, [line], { published: false });
  const { body } = await service.ask('POST', path, { as: 'admin', body: { orderIds: [asked] } });
  expect([body.checked, body.counts.underWay]).toEqual([{ orders: 1, items: 0 }, 1]);
  orderService.orders.clear();
});

test.each([
  ['nonsense', 'nonsense'],
  ['of another list', Buffer.from('["Pizza"]').toString('base64url')],
  ['with an unknown phase', Buffer.from('["sums","",""]').toString('base64url')],
  ['with no id', Buffer.from(`["items","'; --",""]`).toString('base64url')],
])('a cursor that is %s is refused', async (_, cursor) => {
  expect(await service.codeOf('POST', path, { as: 'admin', body: { cursor } })).toEqual([400, 'VALIDATION_FAILED']);
});

test('without an answer of the order service nothing is reported', async () => {
  orderService.shut(true);
  const { status, body, headers } = await service.ask('POST', path, { as: 'admin', body: { fix: true } });
  expect([status, body.code, headers['retry-after']]).toEqual([503, 'ORDERS_UNAVAILABLE', '2']);
  orderService.shut(false);
});

test('while the database is away the request can be retried', async () => {
  service.proxy.cut();
  const codes = await Promise.all(
    Array.from({ length: 8 }, () => service.codeOf('POST', path, { as: 'admin', body: { fix: true } })),
  );
  for (const [status, code] of codes) expect([200, 503], code).toContain(status);
});
