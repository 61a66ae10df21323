/** Data damaged by SQL in every way we could think of: found, explained, repaired, and right the second time. */
import type { ItemId, OrderId } from '@oms/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openReconciliation, type OpenReconciliation } from './reconciliation-fixture.ts';
import { newOrderId, release, reservation } from './write-path-fixture.ts';

let audit: OpenReconciliation;
let pizza: ItemId;
let cola: ItemId;
let order: OrderId;
let names = 0;

beforeAll(async () => {
  audit = await openReconciliation();
});
afterAll(() => audit.close());
/** 20 pizzas and 5 colas, and an order of 3 pizzas and 1 cola. */
beforeEach(async () => {
  names += 1;
  [pizza, cola] = [
    await audit.writePath.create(`Pizza ${names}`, 20),
    await audit.writePath.create(`Cola ${names}`, 5),
  ];
  order = await audit.order([
    [pizza, 3],
    [cola, 1],
  ]);
});

const sql = (text: string, ...values: unknown[]) => audit.writePath.pool.query(text, values);
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
  expect(dry.discrepancies.map(({ kind }) => kind).toSorted()).toEqual(kinds.toSorted());
  expect(dry.discrepancies.some(({ fixed }) => fixed)).toBe(false);
  expect(await rows()).toEqual(before);
  const fixing = await audit.run(true);
  expect(fixing.discrepancies.length).toBeGreaterThan(0);
  expect(fixing.discrepancies.filter(({ fixed }) => !fixed)).toEqual([]);
  const after = await rows();
  expect((await audit.run(true)).discrepancies).toEqual([]);
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

test('without damage nothing is found', async () => {
  const { discrepancies, checked, inFlight } = await audit.run(true);
  expect([discrepancies, inFlight]).toEqual([[], 0]);
  expect(checked.items).toBeGreaterThanOrEqual(2);
  expect(checked.orders).toBeGreaterThanOrEqual(1);
});

describe('an item', () => {
  test('with another quantity than its ledger: set to the ledger, published, and alerted', async () => {
    await setItem('quantity = 25, threshold = 20');
    await repairs('ITEM_QUANTITY');
    expect(await audit.stockAndLedgerOf(pizza)).toEqual([17, 3, 17]);
    const published = (await audit.writePath.published(pizza)).slice(-2);
    expect(published).toMatchObject([
      { eventType: 'INVENTORY_UPDATE', delta: -8, quantity: 17, reason: 'ADJUSTED', aggregateVersion: 3 },
      { eventType: 'LOW_STOCK', aggregateVersion: 3 },
    ]);
  });

  test('with another reserved than its open reservations', async () => {
    await setItem('reserved = 0');
    await repairs('ITEM_RESERVED');
    expect(await audit.stockAndLedgerOf(pizza)).toEqual([17, 3, 17]);
  });

  test('that is short of something else than its ledger says', async () => {
    await setItem('short = 2');
    await repairs('ITEM_SHORT');
    const { rows } = await sql('SELECT short FROM inventory WHERE id = $1', pizza);
    expect([rows, await audit.stockAndLedgerOf(pizza)]).toEqual([[{ short: 0 }], [17, 3, 17]]);
  });

  test('with a version before its last movement: its next change would fail, and does not after the repair', async () => {
    await setItem('version = 1');
    await expect(audit.writePath.stock.submit(reservation([[pizza, 1]]))).rejects.toThrow();
    await repairs('ITEM_VERSION');
    const later = reservation([[pizza, 1]]);
    expect(await audit.writePath.stock.submit(later)).toMatchObject({ outcome: 'RESERVED' });
    await audit.writePath.stock.submit(release(later.orderId, 1));
  });

  test('with a running quantity that does not follow', async () => {
    await audit.tamper('UPDATE movements SET "quantityAfter" = 99 WHERE "itemId" = $1 AND "itemVersion" = 1', [pizza]);
    await repairs('LEDGER_BROKEN');
    expect(await audit.stockAndLedgerOf(pizza)).toEqual([17, 3, 17]);
  });

  test('deleted without the service: left for a person, who can put its row back', async () => {
    const { rows: kept } = await sql('DELETE FROM inventory WHERE id = $1 RETURNING *', pizza);
    const found = (await audit.run(true)).discrepancies;
    expect(found).toMatchObject([
      { kind: 'ITEM_MISSING', itemId: pizza, fixed: false, expected: '17 in stock, 3 reserved' },
    ]);
    const { nameKey: _generated, ...row } = kept[0] as Record<string, unknown>;
    const columns = Object.keys(row)
      .map((name) => `"${name}"`)
      .join(', ');
    await sql(
      `INSERT INTO inventory (${columns}) SELECT ${columns} FROM jsonb_populate_record(null::inventory, $1)`,
      JSON.stringify(row),
    );
    expect((await audit.run(false)).discrepancies).toEqual([]);
  });

  test('deleted by the service is no discrepancy', async () => {
    const gone = await audit.writePath.create(`Gone ${names}`, 4);
    await audit.writePath.stock.submit({
      type: 'RemoveItem',
      itemId: gone,
      versions: null,
      by: 'staff',
      at: new Date(),
    });
    expect((await audit.run(false)).discrepancies).toEqual([]);
  });
});

describe('an order', () => {
  test.each([
    ['cancelled', { status: 'CANCELLED' }, 'RELEASED', [20, 0, 20]],
    ['delivered', { status: 'DELIVERED' }, 'SOLD', [17, 0, 17]],
  ] as const)('%s, with its reservation still open', async (_, over, state, expected) => {
    await audit.changeWithoutEffect(order, over);
    await repairs('RESERVATION_STATE');
    expect([await audit.state(order), await audit.stockAndLedgerOf(pizza)]).toEqual([[state, 1], expected]);
  });

  test('placed, with its reservation only held', async () => {
    await setReservation(`state = 'HELD', "orderPlaced" = false`);
    await repairs('RESERVATION_STATE');
    expect(await audit.state(order)).toEqual(['CONFIRMED', 1]);
  });

  test('open, with its stock released', async () => {
    await audit.writePath.stock.submit(release(order));
    await repairs('RESERVATION_STATE');
    expect([await audit.state(order), await audit.stockAndLedgerOf(cola)]).toEqual([
      ['CONFIRMED', 1],
      [4, 1, 4],
    ]);
  });

  test('open, with its stock released and gone: left for a person, never below zero, then repaired when there is stock', async () => {
    await audit.writePath.stock.submit(release(order));
    const rival = await audit.order([[cola, 5]]);
    const [discrepancy, ...others] = (await audit.run(true)).discrepancies;
    expect([discrepancy, others]).toMatchObject([{ kind: 'RESERVATION_STATE', orderId: order, fixed: false }, []]);
    expect(discrepancy?.remedy).toMatch(/would have -1 in stock: restock it/);
    expect([await audit.stockAndLedgerOf(pizza), await audit.stockAndLedgerOf(cola)]).toEqual([
      [20, 0, 20],
      [0, 5, 0],
    ]);
    await audit.writePath.stock.submit(release(rival));
    await audit.changeWithoutEffect(rival, { status: 'CANCELLED' });
    await repairs('RESERVATION_STATE');
  });

  test.each([
    ['open', {}, 'CONFIRMED', [17, 3, 17]],
    ['cancelled', { status: 'CANCELLED' }, 'RELEASED', [20, 0, 20]],
    ['cancelled without restock', { status: 'CANCELLED', restock: false }, 'WRITTEN_OFF', [17, 0, 17]],
  ] as const)('%s, with its reservation sold', async (_, over, state, expected) => {
    await audit.writePath.apply([{ type: 'Take', orderId: order, by: 'staff', at: new Date() }]);
    await audit.changeWithoutEffect(order, over);
    await repairs('RESERVATION_STATE');
    expect([await audit.state(order), await audit.stockAndLedgerOf(pizza)]).toEqual([[state, 1], expected]);
  });

  test('cooking, with its pieces still on the shelf', async () => {
    await audit.changeWithoutEffect(order, { status: 'PREPARING' });
    await repairs('RESERVATION_STATE');
    expect([await audit.state(order), await audit.stockAndLedgerOf(pizza)]).toEqual([['SOLD', 1], [17, 0, 17]]); // prettier-ignore
  });

  test('written off, of which the ledger says nothing', async () => {
    await audit.writePath.apply([{ ...release(order), restock: false }]);
    await audit.changeWithoutEffect(order, { status: 'CANCELLED', restock: false });
    await audit.tamper('UPDATE movements SET "writtenOff" = 0 WHERE "orderId" = $1', [order]);
    await repairs('ORDER_LEDGER', 'ORDER_LEDGER'); // of each of its two items
    expect(await audit.stockAndLedgerOf(pizza)).toEqual([17, 0, 17]);
  });

  test('that the order service does not have: its attempt is fenced, and its stock is released', async () => {
    audit.orderService.orders.delete(order);
    await repairs('ORDER_MISSING');
    expect([await audit.state(order), audit.orderService.fenced.includes(order)]).toEqual([['RELEASED', 1], true]);
  });

  test('that the order service does not have, held for long: fenced and released; held just now: no discrepancy, and not fenced', async () => {
    const [old, young] = [reservation([[pizza, 1]]), reservation([[pizza, 1]])];
    await audit.writePath.stock.submit(old);
    await audit.writePath.stock.submit(young);
    await sql(`UPDATE reservations SET "createdAt" = now() - interval '1 hour' WHERE "orderId" = $1`, old.orderId);
    await repairs('ORDER_MISSING');
    expect([await audit.state(old.orderId), await audit.state(young.orderId)]).toEqual([
      ['RELEASED', 1],
      ['HELD', 1],
    ]);
    expect(audit.orderService.fenced).not.toContain(young.orderId);
    await audit.writePath.stock.submit(release(young.orderId, 1));
  });

  test('that the order service does not have, though it was sold: left for a person', async () => {
    await audit.writePath.apply([{ type: 'Take', orderId: order, by: 'staff', at: new Date() }]);
    const stored = audit.orderService.orders.get(order)!;
    audit.orderService.orders.delete(order);
    expect((await audit.run(true)).discrepancies).toMatchObject([
      { kind: 'ORDER_MISSING', orderId: order, fixed: false },
    ]);
    expect(await audit.state(order)).toEqual(['SOLD', 1]);
    audit.orderService.orders.set(order, { ...stored, status: 'DELIVERED' });
  });

  test('placed by another attempt', async () => {
    await setReservation('attempt = 3');
    await repairs('RESERVATION_ATTEMPT');
    expect(await audit.state(order)).toEqual(['CONFIRMED', 1]);
  });

  test('with other lines than its reservation', async () => {
    await sql('UPDATE reservation_lines SET quantity = 2 WHERE "orderId" = $1 AND "itemId" = $2', order, pizza);
    await repairs('RESERVATION_LINES', 'ORDER_LEDGER', 'ITEM_RESERVED');
    expect(await audit.stockAndLedgerOf(pizza)).toEqual([17, 3, 17]);
  });

  test('without its reservation: written again, and no stock is taken twice', async () => {
    await loseReservation();
    await repairs('RESERVATION_MISSING', 'ORDER_LEDGER', 'ORDER_LEDGER', 'ITEM_RESERVED', 'ITEM_RESERVED');
    expect([await audit.state(order), await audit.stockAndLedgerOf(pizza)]).toEqual([
      ['CONFIRMED', 1],
      [17, 3, 17],
    ]);
    expect(await audit.writePath.stock.submit(reservation([[pizza, 3], [cola, 1]], order))).toMatchObject({ attempt: 1 }); // prettier-ignore
  });

  test('without its movements: they are written, and the quantity that contains them stays', async () => {
    await audit.tamper('DELETE FROM movements WHERE "orderId" = $1', [order]);
    const dry = (await audit.run(false)).discrepancies.map(({ kind }) => kind);
    expect(dry.toSorted()).toEqual(['ITEM_QUANTITY', 'ITEM_QUANTITY', 'ORDER_LEDGER', 'ORDER_LEDGER']);
    await repairs(...dry);
    expect(await audit.stockAndLedgerOf(pizza)).toEqual([17, 3, 17]);
  });

  test('of which only the rows of a reservation exist has its stock taken', async () => {
    const [other, stored] = [newOrderId(), audit.orderService.orders.get(order)!];
    await sql(
      `INSERT INTO reservations SELECT $2, attempt, state, "orderPlaced", "createdAt", "updatedAt" FROM reservations WHERE "orderId" = $1`,
      ...[order, other],
    );
    await sql(
      'INSERT INTO reservation_lines SELECT $2, "itemId", "itemName", quantity, "unitPrice" FROM reservation_lines WHERE "orderId" = $1',
      ...[order, other],
    );
    audit.orderService.put(other, stored.lines, stored);
    await repairs('ORDER_LEDGER', 'ORDER_LEDGER', 'ITEM_RESERVED', 'ITEM_RESERVED');
    expect(await audit.stockAndLedgerOf(pizza)).toEqual([14, 6, 14]);
  });
});

test('the ledger cannot be rewritten or emptied', async () => {
  for (const text of ['UPDATE movements SET delta = 1', 'DELETE FROM movements', 'TRUNCATE movements']) {
    await expect(sql(text)).rejects.toThrow(/append-only/);
  }
});
