/** Books damaged by SQL in every way we could think of: found, explained, repaired, and right the second time. */
import type { ItemId, OrderId } from '@oms/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openAudit, type Audit } from './reconciliation-fixture.ts';
import { newOrderId, release, reservation } from './write-path-fixture.ts';

let audit: Audit;
let pizza: ItemId;
let cola: ItemId;
let order: OrderId;
let names = 0;

beforeAll(async () => {
  audit = await openAudit();
});
afterAll(() => audit.close());
/** 20 pizzas and 5 colas, and an order of 3 pizzas and 1 cola. */
beforeEach(async () => {
  names += 1;
  [pizza, cola] = [await audit.house.create(`Pizza ${names}`, 20), await audit.house.create(`Cola ${names}`, 5)];
  order = await audit.order([
    [pizza, 3],
    [cola, 1],
  ]);
});

const sql = (text: string, ...values: unknown[]) => audit.house.pool.query(text, values);
const setItem = (what: string, itemId = pizza) => sql(`UPDATE inventory SET ${what} WHERE id = $1`, itemId);
const setReservation = (what: string) => sql(`UPDATE reservations SET ${what} WHERE "orderId" = $1`, order);
const loseReservation = async () => {
  await sql('DELETE FROM reservations WHERE "orderId" = $1', order);
  await sql('DELETE FROM reservation_lines WHERE "orderId" = $1', order);
};

/** A dry run finds exactly this and writes nothing; a repair repairs it; then nothing is found, and repairing again writes nothing. */
async function repairs(...kinds: string[]): Promise<void> {
  const before = await rows();
  const dry = await audit.run(false);
  expect(dry.findings.map(({ kind }) => kind).toSorted()).toEqual(kinds.toSorted());
  expect(dry.findings.some(({ fixed }) => fixed)).toBe(false);
  expect(await rows()).toEqual(before);
  const fixing = await audit.run(true);
  expect(fixing.findings.length).toBeGreaterThan(0);
  expect(fixing.findings.filter(({ fixed }) => !fixed)).toEqual([]);
  const after = await rows();
  expect((await audit.run(true)).findings).toEqual([]);
  expect(await rows()).toEqual(after);
}

async function rows(): Promise<unknown[]> {
  const all = await Promise.all(
    ['inventory', 'movements', 'reservations', 'reservation_lines', 'messaging.outbox'].map((table) =>
      sql(`SELECT count(*), sum(hashtext(t::text)::bigint) FROM ${table} t`),
    ),
  );
  return all.map((result) => result.rows[0]);
}

test('books that are right are found right', async () => {
  const { findings, checked, underWay } = await audit.run(true);
  expect([findings, underWay]).toEqual([[], 0]);
  expect(checked.items).toBeGreaterThanOrEqual(2);
  expect(checked.orders).toBeGreaterThanOrEqual(1);
});

describe('an item', () => {
  test('with another quantity than its ledger: set to the ledger, told, and alerted', async () => {
    await setItem('quantity = 25, threshold = 20');
    await repairs('ITEM_QUANTITY');
    expect(await audit.books(pizza)).toEqual([17, 3, 17]);
    const told = (await audit.house.told(pizza)).slice(-2);
    expect(told).toMatchObject([
      { eventType: 'INVENTORY_UPDATE', delta: -8, quantity: 17, reason: 'ADJUSTED', aggregateVersion: 3 },
      { eventType: 'LOW_STOCK', aggregateVersion: 3 },
    ]);
  });

  test('with another reserved than its open reservations', async () => {
    await setItem('reserved = 0');
    await repairs('ITEM_RESERVED');
    expect(await audit.books(pizza)).toEqual([17, 3, 17]);
  });

  test('with a version before its last movement: its next change would fail, and does not after the repair', async () => {
    await setItem('version = 1');
    await expect(audit.house.stock.submit(reservation([[pizza, 1]]))).rejects.toThrow();
    await repairs('ITEM_VERSION');
    const later = reservation([[pizza, 1]]);
    expect(await audit.house.stock.submit(later)).toMatchObject({ outcome: 'RESERVED' });
    await audit.house.stock.submit(release(later.orderId, 1));
  });

  test('with a running quantity that does not follow', async () => {
    await audit.tamper('UPDATE movements SET "quantityAfter" = 99 WHERE "itemId" = $1 AND "itemVersion" = 1', [pizza]);
    await repairs('LEDGER_BROKEN');
    expect(await audit.books(pizza)).toEqual([17, 3, 17]);
  });

  test('deleted past the service: left for a person, who can put its row back', async () => {
    const { rows: kept } = await sql('DELETE FROM inventory WHERE id = $1 RETURNING *', pizza);
    const found = (await audit.run(true)).findings;
    expect(found).toMatchObject([
      { kind: 'ITEM_MISSING', itemId: pizza, fixed: false, expected: '17 on the shelf, 3 reserved' },
    ]);
    await sql(
      'INSERT INTO inventory SELECT * FROM jsonb_populate_record(null::inventory, $1)',
      JSON.stringify(kept[0]),
    );
    expect((await audit.run(false)).findings).toEqual([]);
  });

  test('deleted by the service is no finding', async () => {
    const gone = await audit.house.create(`Gone ${names}`, 4);
    await audit.house.stock.submit({ type: 'RemoveItem', itemId: gone, versions: null, by: 'staff', at: new Date() });
    expect((await audit.run(false)).findings).toEqual([]);
  });
});

describe('an order', () => {
  test.each([
    ['cancelled', { status: 'CANCELLED' }, 'RELEASED', [20, 0, 20]],
    ['delivered', { status: 'DELIVERED' }, 'SOLD', [17, 0, 17]],
  ] as const)('%s, with its reservation still open', async (_, over, state, books) => {
    await audit.moveUnheard(order, over);
    await repairs('RESERVATION_STATE');
    expect([await audit.state(order), await audit.books(pizza)]).toEqual([[state, 1], books]);
  });

  test('placed, with its reservation only held', async () => {
    await setReservation(`state = 'HELD', "orderPlaced" = false`);
    await repairs('RESERVATION_STATE');
    expect(await audit.state(order)).toEqual(['CONFIRMED', 1]);
  });

  test('open, with its stock given back', async () => {
    await audit.house.stock.submit(release(order));
    await repairs('RESERVATION_STATE');
    expect([await audit.state(order), await audit.books(cola)]).toEqual([
      ['CONFIRMED', 1],
      [4, 1, 4],
    ]);
  });

  test('open, with its stock given back and gone: left for a person, never below zero, then repaired when there is stock', async () => {
    await audit.house.stock.submit(release(order));
    const rival = await audit.order([[cola, 5]]);
    const [finding, ...others] = (await audit.run(true)).findings;
    expect([finding, others]).toMatchObject([{ kind: 'RESERVATION_STATE', orderId: order, fixed: false }, []]);
    expect(finding?.remedy).toMatch(/would have -1 on the shelf: restock it/);
    expect([await audit.books(pizza), await audit.books(cola)]).toEqual([
      [20, 0, 20],
      [0, 5, 0],
    ]);
    await audit.house.stock.submit(release(rival));
    await audit.moveUnheard(rival, { status: 'CANCELLED' });
    await repairs('RESERVATION_STATE');
  });

  test.each([
    ['open', {}, 'CONFIRMED', [17, 3, 17]],
    ['cancelled', { status: 'CANCELLED' }, 'RELEASED', [20, 0, 20]],
  ] as const)('%s, with its reservation sold', async (_, over, state, books) => {
    await audit.house.apply([{ type: 'Sell', orderId: order, at: new Date() }]);
    await audit.moveUnheard(order, over);
    await repairs('RESERVATION_STATE');
    expect([await audit.state(order), await audit.books(pizza)]).toEqual([[state, 1], books]);
  });

  test('that order does not have: its attempt is fenced, and its stock comes back', async () => {
    audit.office.files.delete(order);
    await repairs('ORDER_MISSING');
    expect([await audit.state(order), audit.office.fenced.includes(order)]).toEqual([['RELEASED', 1], true]);
  });

  test('that order does not have, held for long: fenced and released; held just now: no finding, and not fenced', async () => {
    const [old, young] = [reservation([[pizza, 1]]), reservation([[pizza, 1]])];
    await audit.house.stock.submit(old);
    await audit.house.stock.submit(young);
    await sql(`UPDATE reservations SET "createdAt" = now() - interval '1 hour' WHERE "orderId" = $1`, old.orderId);
    await repairs('ORDER_MISSING');
    expect([await audit.state(old.orderId), await audit.state(young.orderId)]).toEqual([
      ['RELEASED', 1],
      ['HELD', 1],
    ]);
    expect(audit.office.fenced).not.toContain(young.orderId);
    await audit.house.stock.submit(release(young.orderId, 1));
  });

  test('that order does not have, though it was sold: left for a person', async () => {
    await audit.house.apply([{ type: 'Sell', orderId: order, at: new Date() }]);
    const filed = audit.office.files.get(order)!;
    audit.office.files.delete(order);
    expect((await audit.run(true)).findings).toMatchObject([{ kind: 'ORDER_MISSING', orderId: order, fixed: false }]);
    expect(await audit.state(order)).toEqual(['SOLD', 1]);
    audit.office.files.set(order, { ...filed, status: 'DELIVERED' });
  });

  test('placed by another attempt', async () => {
    await setReservation('attempt = 3');
    await repairs('RESERVATION_ATTEMPT');
    expect(await audit.state(order)).toEqual(['CONFIRMED', 1]);
  });

  test('with other lines than its reservation', async () => {
    await sql('UPDATE reservation_lines SET quantity = 2 WHERE "orderId" = $1 AND "itemId" = $2', order, pizza);
    await repairs('RESERVATION_LINES', 'ORDER_LEDGER', 'ITEM_RESERVED');
    expect(await audit.books(pizza)).toEqual([17, 3, 17]);
  });

  test('without its reservation: written down again, and no stock is taken twice', async () => {
    await loseReservation();
    await repairs('RESERVATION_MISSING', 'ORDER_LEDGER', 'ORDER_LEDGER', 'ITEM_RESERVED', 'ITEM_RESERVED');
    expect([await audit.state(order), await audit.books(pizza)]).toEqual([
      ['CONFIRMED', 1],
      [17, 3, 17],
    ]);
    expect(await audit.house.stock.submit(reservation([[pizza, 3], [cola, 1]], order))).toMatchObject({ attempt: 1 }); // prettier-ignore
  });

  test('without its movements: they are written, and the quantity that had them stays', async () => {
    await audit.tamper('DELETE FROM movements WHERE "orderId" = $1', [order]);
    const dry = (await audit.run(false)).findings.map(({ kind }) => kind);
    expect(dry.toSorted()).toEqual(['ITEM_QUANTITY', 'ITEM_QUANTITY', 'ORDER_LEDGER', 'ORDER_LEDGER']);
    await repairs(...dry);
    expect(await audit.books(pizza)).toEqual([17, 3, 17]);
  });

  test('of which only the rows of a reservation exist has its stock taken', async () => {
    const [other, filed] = [newOrderId(), audit.office.files.get(order)!];
    await sql(
      `INSERT INTO reservations SELECT $2, attempt, state, "orderPlaced", "createdAt", "updatedAt" FROM reservations WHERE "orderId" = $1`,
      ...[order, other],
    );
    await sql(
      'INSERT INTO reservation_lines SELECT $2, "itemId", "itemName", quantity, "unitPrice" FROM reservation_lines WHERE "orderId" = $1',
      ...[order, other],
    );
    audit.office.file(other, filed.lines, filed);
    await repairs('ORDER_LEDGER', 'ORDER_LEDGER', 'ITEM_RESERVED', 'ITEM_RESERVED');
    expect(await audit.books(pizza)).toEqual([14, 6, 14]);
  });
});

test('the ledger cannot be rewritten or emptied', async () => {
  for (const text of ['UPDATE movements SET delta = 1', 'DELETE FROM movements', 'TRUNCATE movements']) {
    await expect(sql(text)).rejects.toThrow(/append-only/);
  }
});
