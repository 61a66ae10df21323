/** What the reconciliation finds and repairs, one kind of damage at a time. */
import type { ItemId } from '@oms/contracts';
import { beforeEach, describe, expect, test } from 'vitest';
import { examineOrder } from '../src/reconciliation/discrepancies.ts';
import { messagesOf } from '../src/domain/messages.ts';
import { releaseOfCancelled } from '../src/domain/reservation.ts';
import type { LedgerDifference } from '../src/reconciliation/repair-decisions.ts';
import { at, createModel, damaged, type Found, type Model } from './reconciliation-model.ts';
import { cola, orderId, other, pizza } from './stock-fixture.ts';

let model: Model;
/** 20 pizzas and 5 colas; an order holds 3 pizzas and 1 cola. */
beforeEach(() => {
  model = createModel();
  model.put(pizza, 'Margherita', 20);
  model.put(cola, 'Cola', 5);
  const lines = [[pizza, 3] as const, [cola, 1] as const];
  expect(model.place(orderId, lines)).toBe(true);
  expect(model.reconcile()).toEqual({ found: [], written: 0 });
});

const reservation = () => model.stock.reservations.get(orderId)!;
const set = (over: Parameters<typeof damaged>[1]) =>
  model.stock.reservations.set(orderId, damaged(reservation(), over));
const kinds = (found: readonly Found[]) =>
  found.map(({ kind, skipReason }) => (skipReason === null ? kind : `${kind} left`));
const loseMovement = (itemId: ItemId, reason: string) =>
  model.ledger.splice(
    model.ledger.findIndex((m) => m.itemId === itemId && m.reason === reason),
    1,
  );

/** Repairs, expects exactly these discrepancies, and that a second run finds and writes nothing. */
function repairs(...expected: string[]): void {
  expect(kinds(model.reconcile().found)).toEqual(expected);
  expect(model.reconcile()).toEqual({ found: [], written: 0 });
}

describe('an item', () => {
  test.each([-4, 3])('whose quantity is %i beside its ledger gets the quantity of the ledger', (off) => {
    model.damage(pizza, { quantity: 17 + off });
    repairs('ITEM_QUANTITY');
    expect(model.stockOf(pizza)).toEqual([17, 3, 17]);
    expect(model.ledger.at(-1)).toMatchObject({ reason: 'RECONCILED', delta: 0, quantityAfter: 17, orderId: null });
  });

  test('whose quantity was changed without a movement, and moved since, is repaired', () => {
    model.damage(pizza, { quantity: 10 });
    expect(model.place(other, [[pizza, 2]])).toBe(true);
    repairs('ITEM_QUANTITY', 'LEDGER_BROKEN');
    expect(model.stockOf(pizza)).toEqual([15, 5, 15]);
  });

  test('whose reserved differs from what open orders hold gets what they hold', () => {
    model.damage(pizza, { reserved: 0 });
    repairs('ITEM_RESERVED');
    expect(model.stockOf(pizza)).toEqual([17, 3, 17]);
  });

  test('that lost its reserved stock can have its order cancelled after the repair', () => {
    model.damage(pizza, { reserved: 0 });
    model.reconcile();
    model.move(orderId, 'CANCELLED');
    expect(model.stockOf(pizza)).toEqual([20, 0, 20]);
  });

  test('whose version is behind its ledger continues after the last movement', () => {
    model.damage(pizza, { version: 1 });
    repairs('ITEM_VERSION');
    expect(model.stock.items.get(pizza)?.version).toBe(3);
  });

  test('whose ledger lost a movement that no order explains follows the sum that remains', () => {
    loseMovement(pizza, 'CREATED');
    model.act({
      type: 'Restock',
      itemId: pizza,
      quantity: 30,
      by: 'staff',
      at,
      idempotency: { callerId: 's', key: '1', requestHash: '1' },
    });
    repairs('ITEM_QUANTITY', 'LEDGER_BROKEN');
    expect(model.stockOf(pizza)).toEqual([27, 3, 27]);
  });

  test('whose ledger sum is below zero is left for a person, and repaired after it was counted', () => {
    loseMovement(pizza, 'CREATED');
    expect(kinds(model.reconcile().found)).toEqual(['ITEM_QUANTITY left', 'LEDGER_BROKEN left']);
    expect(model.stockOf(pizza)).toEqual([17, 3, -3]);
    model.act({
      type: 'Adjust',
      itemId: pizza,
      delta: 12,
      note: 'counted',
      by: 'staff',
      at,
      idempotency: { callerId: 's', key: '1', requestHash: '1' },
    });
    repairs('ITEM_QUANTITY', 'LEDGER_BROKEN');
    expect(model.stockOf(pizza)).toEqual([9, 3, 9]);
  });

  test('raises alerts when a repair takes it below its threshold or to zero', () => {
    model.damage(pizza, { threshold: 5 });
    model.ledger.push({
      ...model.ledger.find((m) => m.itemId === pizza)!,
      delta: -17,
      itemVersion: 9,
      quantityAfter: 0,
    });
    const { applied } = model.repair({ type: 'RepairItem', itemId: pizza, by: 'admin', at });
    expect(
      applied.flatMap((event) => messagesOf(event, () => 'id' as never)).map((m) => [m.eventType, m.aggregateVersion]),
    ).toEqual([
      ['INVENTORY_UPDATE', 10],
      ['LOW_STOCK', 10],
      ['OUT_OF_STOCK', 10],
    ]);
  });
});

describe('an order that is', () => {
  test('cancelled, and whose event was not applied, releases its stock', () => {
    model.move(orderId, 'CANCELLED', false);
    repairs('RESERVATION_STATE');
    expect([reservation().state, model.stockOf(pizza), model.stockOf(cola)]).toEqual([
      'RELEASED',
      [20, 0, 20],
      [5, 0, 5],
    ]);
  });

  test('delivered, and whose event was not applied, has its stock sold', () => {
    model.move(orderId, 'DELIVERED', false);
    repairs('RESERVATION_STATE');
    expect([reservation().state, model.stockOf(pizza)]).toEqual(['SOLD', [17, 0, 17]]);
  });

  test('placed, and only held, is confirmed', () => {
    set({ state: 'HELD', orderPlaced: false });
    repairs('RESERVATION_STATE');
    expect(reservation()).toMatchObject({ state: 'CONFIRMED', orderPlaced: true });
  });

  test('open, though its stock was released, takes it again', () => {
    model.act(releaseOfCancelled({ orderId, changedBy: 'somebody', reason: null }, at));
    repairs('RESERVATION_STATE');
    expect([reservation().state, model.stockOf(pizza)]).toEqual(['CONFIRMED', [17, 3, 17]]);
  });

  test('open, though its stock was released and is gone, is left for a person, and nothing is taken of its other items', () => {
    model.act(releaseOfCancelled({ orderId, changedBy: 'somebody', reason: null }, at));
    expect(model.place(other, [[cola, 5]])).toBe(true);
    const [discrepancy] = model.reconcile().found;
    expect(discrepancy).toMatchObject({
      kind: 'RESERVATION_STATE',
      skipReason: expect.stringContaining('"Cola" would have -1'),
    });
    expect([reservation().state, model.stockOf(pizza), model.stockOf(cola)]).toEqual([
      'RELEASED',
      [20, 0, 20],
      [0, 5, 0],
    ]);
  });

  test('delivered, though its stock was released, takes its stock again', () => {
    model.act(releaseOfCancelled({ orderId, changedBy: 'somebody', reason: null }, at));
    model.move(orderId, 'DELIVERED', false);
    repairs('RESERVATION_STATE');
    expect([reservation().state, model.stockOf(pizza)]).toEqual(['SOLD', [17, 0, 17]]);
  });

  test.each([
    ['open', null, 'CONFIRMED', [17, 3, 17]],
    ['cancelled', 'CANCELLED', 'RELEASED', [20, 0, 20]],
  ] as const)('%s, though it was sold', (_, status, state, expected) => {
    model.act({ type: 'Take', orderId, by: 'staff', at });
    if (status) model.move(orderId, status, false);
    repairs('RESERVATION_STATE');
    expect([reservation().state, model.stockOf(pizza)]).toEqual([state, expected]);
  });

  test('unknown to the order service releases its stock', () => {
    model.orders.delete(orderId);
    repairs('ORDER_MISSING');
    expect([reservation().state, reservation().orderPlaced, model.stockOf(pizza)]).toEqual([
      'RELEASED',
      false,
      [20, 0, 20],
    ]);
  });

  test('unknown to the order service, though it was sold, stays sold and needs a person', () => {
    model.act({ type: 'Take', orderId, by: 'staff', at });
    model.orders.delete(orderId);
    expect(kinds(model.reconcile().found)).toEqual(['ORDER_MISSING left']);
    expect([reservation().state, model.stockOf(pizza)]).toEqual(['SOLD', [17, 0, 17]]);
  });

  test('placed by another attempt gets the reservation', () => {
    set({ attempt: 4 });
    repairs('RESERVATION_ATTEMPT');
    expect(reservation().attempt).toBe(1);
  });

  test('placed with other lines takes the difference, and releases the rest', () => {
    const order = model.orders.get(orderId)!;
    model.orders.set(orderId, { ...order, lines: [{ ...order.lines[0]!, quantity: 5 }] });
    repairs('RESERVATION_LINES');
    expect([model.stockOf(pizza), model.stockOf(cola)]).toEqual([
      [15, 5, 15],
      [5, 0, 5],
    ]);
  });

  test('without its reservation gets it back, and takes no stock twice', () => {
    model.stock.reservations.delete(orderId);
    repairs('RESERVATION_MISSING', 'ORDER_LEDGER', 'ORDER_LEDGER');
    expect([reservation().state, model.stockOf(pizza), model.stockOf(cola)]).toEqual([
      'CONFIRMED',
      [17, 3, 17],
      [4, 1, 4],
    ]);
  });

  test('cancelled, whose reservation is lost, gets one that is released, so that it is never reserved again', () => {
    model.orders.set(orderId, { ...model.orders.get(orderId)!, status: 'CANCELLED', version: 2 });
    repairs('RESERVATION_STATE');
    model.stock.reservations.delete(orderId);
    repairs('RESERVATION_MISSING');
    expect(reservation()).toMatchObject({ state: 'RELEASED', orderPlaced: true });
    expect([model.stockOf(pizza), model.stockOf(cola)]).toEqual([
      [20, 0, 20],
      [5, 0, 5],
    ]);
  });

  test('without its movement gets one, and the quantity that contains it stays', () => {
    loseMovement(pizza, 'RESERVED');
    repairs('ORDER_LEDGER');
    expect(model.stockOf(pizza)).toEqual([17, 3, 17]);
    expect(model.ledger.at(-1)).toMatchObject({ reason: 'RECONCILED', delta: -3, orderId, quantityAfter: 17 });
  });

  test('with a reservation for which no stock was taken has it taken', () => {
    model.orders.set(other, { ...model.orders.get(orderId)!, orderId: other });
    model.stock.reservations.set(other, { ...reservation(), orderId: other });
    repairs('ORDER_LEDGER', 'ORDER_LEDGER'); // and `reserved` with them
    expect([model.stockOf(pizza), model.stockOf(cola)]).toEqual([
      [14, 6, 14],
      [3, 2, 3],
    ]);
  });
});

test('a hold whose order may still come is no discrepancy', () => {
  set({ state: 'HELD', orderPlaced: false });
  const orderCase = {
    orderId,
    order: null,
    reservation: reservation(),
    differences: new Map<ItemId, LedgerDifference>(),
  };
  expect(examineOrder({ ...orderCase, mayStillCome: true }).discrepancies).toEqual([]);
  expect(examineOrder({ ...orderCase, mayStillCome: false }).discrepancies).toMatchObject([{ kind: 'ORDER_MISSING' }]);
});

test('a reservation that changed since it was examined is not repaired', () => {
  model.move(orderId, 'CANCELLED', false);
  const examined = reservation();
  model.act({ type: 'Take', orderId, by: 'staff', at });
  const target = { ...examined, state: 'RELEASED' as const };
  const command = { type: 'RepairOrder' as const, orderId, examined, target, itemIds: [], note: '', by: 'admin', at };
  expect(model.repair(command).reply).toEqual({
    changed: false,
    skipReason: expect.stringContaining('changed during the check'),
  });
});

test('repairs of one batch build on each other', () => {
  expect(model.place(other, [[pizza, 2]])).toBe(true);
  for (const _ of [1, 2]) loseMovement(pizza, 'RESERVED');
  model.damage(pizza, { quantity: 16 }); // 15 would be right
  const differences = model.differencesOf();
  for (const id of [orderId, other]) {
    const examined = model.stock.reservations.get(id)!;
    const options = { examined, target: examined, itemIds: [], note: '', by: 'admin', at };
    model.repair({ type: 'RepairOrder', orderId: id, ...options }, differences);
  }
  expect(model.stockOf(pizza)).toEqual([15, 5, 15]);
  expect(model.repair({ type: 'RepairItem', itemId: pizza, by: 'admin', at }, differences).reply).toEqual({
    changed: false,
    skipReason: null,
  });
});
