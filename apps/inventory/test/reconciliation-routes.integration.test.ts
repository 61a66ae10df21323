/** The door of the reconciliation: who may, what is refused, and what comes back. */
import { randomUUID } from 'node:crypto';
import type { OrderId } from '@oms/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openFrontDoor, type FrontDoor } from './running-service.ts';
import { openOrderOffice, type OrderOffice } from './fake-order-service.ts';

let office: OrderOffice;
let door: FrontDoor;
const path = '/v1/inventory/reconciliations';

beforeAll(async () => {
  office = await openOrderOffice();
  door = await openFrontDoor({ settings: { ORDER_URL: office.url } });
});
afterAll(async () => {
  await door.close();
  await office.close();
});

test.each(['customer', 'staff', 'service'] as const)('is closed to %s', async (as) => {
  expect(await door.codeOf('POST', path, { as, body: {} })).toEqual([403, 'FORBIDDEN']);
});

test('finds, repairs, and says by whom in the ledger', async () => {
  const { id } = await door.create('Calzone', { quantity: 8 });
  await door.pool.query('UPDATE inventory SET quantity = 9 WHERE id = $1', [id]);
  const found = await door.ask('POST', path, { as: 'admin', body: {} });
  expect([found.status, found.body]).toMatchObject([
    200,
    {
      findings: [{ kind: 'ITEM_QUANTITY', itemId: id, found: '9', expected: '8', fixed: false }],
      counts: { found: 1, fixed: 0, left: 1, underWay: 0 },
      checked: { orders: 0, items: 1 },
      nextCursor: null,
    },
  ]);
  const repaired = await door.ask('POST', path, { as: 'admin', body: { fix: true, itemIds: [id.toUpperCase()] } });
  expect(repaired.body.counts).toEqual({ found: 1, fixed: 1, left: 0, underWay: 0 });
  const { body } = await door.ask('GET', `/v1/inventory/${id}/movements`);
  const [movement] = body.data as { reason: string; note: string; delta: number; changedBy: string }[];
  expect(movement).toMatchObject({ reason: 'RECONCILED', delta: 0, note: 'quantity 9 -> 8, reserved 0 -> 0' });
  expect(movement?.changedBy).toMatch(/^[\da-f-]{36}$/);
});

test('asked for one order it looks at that one alone', async () => {
  const [asked, other] = [randomUUID() as string as OrderId, randomUUID() as string as OrderId];
  const line = { itemId: randomUUID() as never, itemName: 'Gone', quantity: 1, unitPriceCents: 100 };
  for (const id of [asked, other]) office.file(id, [line], { told: false });
  const { body } = await door.ask('POST', path, { as: 'admin', body: { orderIds: [asked] } });
  expect([body.checked, body.counts.underWay]).toEqual([{ orders: 1, items: 0 }, 1]);
  office.files.clear();
});

test.each([
  ['nonsense', 'nonsense'],
  ['of another list', Buffer.from('["Pizza"]').toString('base64url')],
  ['with an unknown phase', Buffer.from('["sums","",""]').toString('base64url')],
  ['with no id', Buffer.from(`["items","'; --",""]`).toString('base64url')],
])('a cursor that is %s is refused', async (_, cursor) => {
  expect(await door.codeOf('POST', path, { as: 'admin', body: { cursor } })).toEqual([400, 'VALIDATION_FAILED']);
});

test('without the word of order nothing is said', async () => {
  office.shut(true);
  const { status, body, headers } = await door.ask('POST', path, { as: 'admin', body: { fix: true } });
  expect([status, body.code, headers['retry-after']]).toEqual([503, 'ORDERS_UNAVAILABLE', '2']);
  office.shut(false);
});

test('a database that is away is a matter of trying again', async () => {
  door.proxy.cut();
  const codes = await Promise.all(
    Array.from({ length: 8 }, () => door.codeOf('POST', path, { as: 'admin', body: { fix: true } })),
  );
  for (const [status, code] of codes) expect([200, 503], code).toContain(status);
});
