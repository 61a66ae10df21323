/** What the reconciliation finds, believes and repairs, one damage at a time. */
import type { ItemId } from '@oms/contracts';
import { beforeEach, describe, expect, test } from 'vitest';
import { examineItem, examineOrder } from '../src/reconciliation/discrepancies.ts';
import { messagesOf } from '../src/domain/messages.ts';
import { at, createWorld, damaged, type Found, type World } from './reconciliation-model.ts';
import { cola, orderId, other, pizza } from './stock-fixture.ts';

let world: World;
/** 20 pizzas and 5 colas; an order holds 3 pizzas and 1 cola. */
beforeEach(() => {
  world = createWorld();
  world.put(pizza, 'Margherita', 20);
  world.put(cola, 'Cola', 5);
  expect(
    world.place(orderId, [
      [pizza, 3],
      [cola, 1],
    ]),
  ).toBe(true);
  expect(world.reconcile()).toEqual({ found: [], written: 0 });
});

const reservation = () => world.stock.reservations.get(orderId)!;
const set = (over: Parameters<typeof damaged>[1]) =>
  world.stock.reservations.set(orderId, damaged(reservation(), over));
const kinds = (found: readonly Found[]) => found.map(({ kind, left }) => (left === null ? kind : `${kind} left`));
const loseMovement = (itemId: ItemId, reason: string) =>
  world.ledger.splice(
    world.ledger.findIndex((m) => m.itemId === itemId && m.reason === reason),
    1,
  );

/** Repairs, expects exactly these findings, and that a second look finds and writes nothing. */
function repairs(...expected: string[]): void {
  expect(kinds(world.reconcile().found)).toEqual(expected);
  expect(world.reconcile()).toEqual({ found: [], written: 0 });
}

describe('an item', () => {
  test.each([-4, 3])('whose quantity is %i beside its ledger gets what the ledger says', (off) => {
    world.book(pizza, { quantity: 17 + off });
    repairs('ITEM_QUANTITY');
    expect(world.shelf(pizza)).toEqual([17, 3, 17]);
    expect(world.ledger.at(-1)).toMatchObject({ reason: 'RECONCILED', delta: 0, quantityAfter: 17, orderId: null });
  });

  test('whose quantity was changed past the ledger and moved on since is set right all the same', () => {
    world.book(pizza, { quantity: 10 });
    expect(world.place(other, [[pizza, 2]])).toBe(true);
    repairs('ITEM_QUANTITY', 'LEDGER_BROKEN');
    expect(world.shelf(pizza)).toEqual([15, 5, 15]);
  });

  test('whose reserved differs from what open orders hold gets what they hold', () => {
    world.book(pizza, { reserved: 0 });
    repairs('ITEM_RESERVED');
    expect(world.shelf(pizza)).toEqual([17, 3, 17]);
  });

  test('that lost the reserved it needs can have its order cancelled after the repair', () => {
    world.book(pizza, { reserved: 0 });
    world.reconcile();
    world.move(orderId, 'CANCELLED');
    expect(world.shelf(pizza)).toEqual([20, 0, 20]);
  });

  test('whose version fell behind its ledger goes on after the last movement', () => {
    world.book(pizza, { version: 1 });
    repairs('ITEM_VERSION');
    expect(world.stock.items.get(pizza)?.version).toBe(3);
  });

  test('whose ledger lost what no order explains follows the sum that is left', () => {
    loseMovement(pizza, 'CREATED');
    world.act({
      type: 'Restock',
      itemId: pizza,
      quantity: 30,
      by: 'staff',
      at,
      receipt: { callerId: 's', key: '1', requestHash: '1' },
    });
    repairs('ITEM_QUANTITY', 'LEDGER_BROKEN');
    expect(world.shelf(pizza)).toEqual([27, 3, 27]);
  });

  test('whose ledger has come below zero is left for a person, and set right once it was counted', () => {
    loseMovement(pizza, 'CREATED');
    expect(kinds(world.reconcile().found)).toEqual(['ITEM_QUANTITY left', 'LEDGER_BROKEN left']);
    expect(world.shelf(pizza)).toEqual([17, 3, -3]);
    world.act({
      type: 'Adjust',
      itemId: pizza,
      delta: 12,
      note: 'counted',
      by: 'staff',
      at,
      receipt: { callerId: 's', key: '1', requestHash: '1' },
    });
    repairs('ITEM_QUANTITY', 'LEDGER_BROKEN');
    expect(world.shelf(pizza)).toEqual([9, 3, 9]);
  });

  test('that a repair takes below its threshold or to zero alerts', () => {
    world.book(pizza, { threshold: 5 });
    world.ledger.push({
      ...world.ledger.find((m) => m.itemId === pizza)!,
      delta: -17,
      itemVersion: 9,
      quantityAfter: 0,
    });
    world.stock.books = world.booksOf();
    const { facts } = world.act({ type: 'ReconcileItem', itemId: pizza, by: 'admin', at });
    expect(
      facts.flatMap((fact) => messagesOf(fact, () => 'id' as never)).map((m) => [m.eventType, m.aggregateVersion]),
    ).toEqual([
      ['INVENTORY_UPDATE', 10],
      ['LOW_STOCK', 10],
      ['OUT_OF_STOCK', 10],
    ]);
  });

  test("without a row is a person's matter, unless nothing is left of it", () => {
    const sound = { quantityOver: 0, reservedOver: 0, breaks: 0, versionsBehind: 0 };
    const gone = { itemId: pizza, itemName: null, quantity: 0, reserved: 0, ledgerSum: 0, open: 0, ...sound };
    expect(examineItem(gone)).toEqual([]);
    expect(examineItem({ ...gone, ledgerSum: 4 })).toMatchObject([{ kind: 'ITEM_MISSING', forPerson: true }]);
    expect(examineItem({ ...gone, open: 1 })).toMatchObject([{ kind: 'ITEM_MISSING', forPerson: true }]);
  });
});

describe('an order that is', () => {
  test('cancelled, and whose reservation has not heard of it, gives its stock back', () => {
    world.move(orderId, 'CANCELLED', false);
    repairs('RESERVATION_STATE');
    expect([reservation().state, world.shelf(pizza), world.shelf(cola)]).toEqual(['RELEASED', [20, 0, 20], [5, 0, 5]]);
  });

  test('delivered, and whose reservation has not heard of it, has its stock sold', () => {
    world.move(orderId, 'DELIVERED', false);
    repairs('RESERVATION_STATE');
    expect([reservation().state, world.shelf(pizza)]).toEqual(['SOLD', [17, 0, 17]]);
  });

  test('placed, and only held, is confirmed', () => {
    set({ state: 'HELD', orderPlaced: false });
    repairs('RESERVATION_STATE');
    expect(reservation()).toMatchObject({ state: 'CONFIRMED', orderPlaced: true });
  });

  test('open, though its stock was given back, takes it again', () => {
    world.act({ type: 'Release', orderId, attempt: null, orderPlaced: true, note: null, by: 'somebody', at });
    repairs('RESERVATION_STATE');
    expect([reservation().state, world.shelf(pizza)]).toEqual(['CONFIRMED', [17, 3, 17]]);
  });

  test('open, though its stock was given back and is gone, is left for a person, and nothing is taken of its other items', () => {
    world.act({ type: 'Release', orderId, attempt: null, orderPlaced: true, note: null, by: 'somebody', at });
    expect(world.place(other, [[cola, 5]])).toBe(true);
    const [finding] = world.reconcile().found;
    expect(finding).toMatchObject({ kind: 'RESERVATION_STATE', left: expect.stringContaining('"Cola" would have -1') });
    expect([reservation().state, world.shelf(pizza), world.shelf(cola)]).toEqual(['RELEASED', [20, 0, 20], [0, 5, 0]]);
  });

  test('delivered, though its stock was given back, is taken off the shelf', () => {
    world.act({ type: 'Release', orderId, attempt: null, orderPlaced: true, note: null, by: 'somebody', at });
    world.move(orderId, 'DELIVERED', false);
    repairs('RESERVATION_STATE');
    expect([reservation().state, world.shelf(pizza)]).toEqual(['SOLD', [17, 0, 17]]);
  });

  test.each([
    ['open', null, 'CONFIRMED', [17, 3, 17]],
    ['cancelled', 'CANCELLED', 'RELEASED', [20, 0, 20]],
  ] as const)('%s, though it was sold', (_, status, state, shelf) => {
    world.act({ type: 'Sell', orderId, at });
    if (status) world.move(orderId, status, false);
    repairs('RESERVATION_STATE');
    expect([reservation().state, world.shelf(pizza)]).toEqual([state, shelf]);
  });

  test('not known to order gives its stock back', () => {
    world.orders.delete(orderId);
    repairs('ORDER_MISSING');
    expect([reservation().state, reservation().orderPlaced, world.shelf(pizza)]).toEqual([
      'RELEASED',
      false,
      [20, 0, 20],
    ]);
  });

  test("not known to order though it was sold stays sold, and is a person's matter", () => {
    world.act({ type: 'Sell', orderId, at });
    world.orders.delete(orderId);
    expect(kinds(world.reconcile().found)).toEqual(['ORDER_MISSING left']);
    expect([reservation().state, world.shelf(pizza)]).toEqual(['SOLD', [17, 0, 17]]);
  });

  test('placed by another attempt gets the reservation', () => {
    set({ attempt: 4 });
    repairs('RESERVATION_ATTEMPT');
    expect(reservation().attempt).toBe(1);
  });

  test('placed with other lines takes the difference, and gives the rest back', () => {
    const order = world.orders.get(orderId)!;
    world.orders.set(orderId, { ...order, lines: [{ ...order.lines[0]!, quantity: 5 }] });
    repairs('RESERVATION_LINES');
    expect([world.shelf(pizza), world.shelf(cola)]).toEqual([
      [15, 5, 15],
      [5, 0, 5],
    ]);
  });

  test('without its reservation gets it back, and takes no stock twice', () => {
    world.stock.reservations.delete(orderId);
    repairs('RESERVATION_MISSING', 'ORDER_LEDGER', 'ORDER_LEDGER');
    expect([reservation().state, world.shelf(pizza), world.shelf(cola)]).toEqual(['CONFIRMED', [17, 3, 17], [4, 1, 4]]);
  });

  test('cancelled, whose reservation is lost, gets one that is released, so that it is never reserved anew', () => {
    world.orders.set(orderId, { ...world.orders.get(orderId)!, status: 'CANCELLED', version: 2 });
    repairs('RESERVATION_STATE');
    world.stock.reservations.delete(orderId);
    repairs('RESERVATION_MISSING');
    expect(reservation()).toMatchObject({ state: 'RELEASED', orderPlaced: true });
    expect([world.shelf(pizza), world.shelf(cola)]).toEqual([
      [20, 0, 20],
      [5, 0, 5],
    ]);
  });

  test('without its movement gets one, and the quantity that had it stays', () => {
    loseMovement(pizza, 'RESERVED');
    repairs('ORDER_LEDGER');
    expect(world.shelf(pizza)).toEqual([17, 3, 17]);
    expect(world.ledger.at(-1)).toMatchObject({ reason: 'RECONCILED', delta: -3, orderId, quantityAfter: 17 });
  });

  test('reserved by a row that nobody took stock for has it taken', () => {
    world.orders.set(other, { ...world.orders.get(orderId)!, orderId: other });
    world.stock.reservations.set(other, { ...reservation(), orderId: other });
    repairs('ORDER_LEDGER', 'ORDER_LEDGER'); // and `reserved` with them
    expect([world.shelf(pizza), world.shelf(cola)]).toEqual([
      [14, 6, 14],
      [3, 2, 3],
    ]);
  });
});

test('a hold whose order may still come is no finding', () => {
  set({ state: 'HELD', orderPlaced: false });
  const look = { orderId, order: null, reservation: reservation(), differences: new Map<ItemId, number>() };
  expect(examineOrder({ ...look, mayStillCome: true }).findings).toEqual([]);
  expect(examineOrder({ ...look, mayStillCome: false }).findings).toMatchObject([{ kind: 'ORDER_MISSING' }]);
});

test('a reservation that changed since it was looked at is not repaired', () => {
  world.move(orderId, 'CANCELLED', false);
  const seen = reservation();
  world.act({ type: 'Sell', orderId, at });
  world.stock.books = world.booksOf();
  const target = { ...seen, state: 'RELEASED' as const };
  const command = { type: 'ReconcileOrder' as const, orderId, seen, target, itemIds: [], note: '', by: 'admin', at };
  expect(world.act(command).reply).toEqual({
    changed: false,
    left: expect.stringContaining('changed while this looked'),
  });
});

test('repairs of one batch go on from each other', () => {
  expect(world.place(other, [[pizza, 2]])).toBe(true);
  for (const _ of [1, 2]) loseMovement(pizza, 'RESERVED');
  world.book(pizza, { quantity: 16 }); // 15 would be right
  world.stock.books = world.booksOf();
  for (const id of [orderId, other]) {
    const seen = world.stock.reservations.get(id)!;
    const told = { seen, target: seen, itemIds: [], note: '', by: 'admin', at };
    world.act({ type: 'ReconcileOrder', orderId: id, ...told });
  }
  expect(world.shelf(pizza)).toEqual([15, 5, 15]);
  expect(world.act({ type: 'ReconcileItem', itemId: pizza, by: 'admin', at }).reply).toEqual({
    changed: false,
    left: null,
  });
});

test('books that were not loaded are not guessed', () => {
  expect(() => createWorld().act({ type: 'ReconcileItem', itemId: pizza, by: 'admin', at })).toThrow('not loaded');
});
