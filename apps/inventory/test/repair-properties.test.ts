/** Whatever happened, and whatever was damaged: a reconciliation makes the books right, finds nothing the second time, and takes nothing that is not there. */
import type { OrderId } from '@oms/contracts';
import { Refusal } from '@oms/service-kit/refusal';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { at, createWorld, damaged, type World } from './reconciliation-model.ts';
import { cola, pizza } from './stock-fixture.ts';

const orderIds = Array.from({ length: 4 }, (_, i) => `00000000-0000-4000-8000-00000000000${'abcd'[i]}` as OrderId);
const orderId = fc.constantFrom(...orderIds);
const itemId = fc.constantFrom(pizza, cola);
const quantity = fc.integer({ min: 1, max: 6 });

type Step = (world: World) => void;
const happening: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ orderId, a: quantity, b: fc.option(quantity) }).map(
      ({ orderId: id, a, b }): Step =>
        (world) =>
          void world.place(id, b === null ? [[pizza, a]] : [[pizza, a], [cola, b]]), // prettier-ignore
    ),
  },
  fc
    .record({ orderId, status: fc.constantFrom('DELIVERED' as const, 'CANCELLED' as const), isHeard: fc.boolean() })
    .map(
      ({ orderId: id, status, isHeard }): Step =>
        (world) =>
          world.move(id, status, isHeard),
    ),
  fc
    .record({ itemId, delta: fc.integer({ min: -4, max: 9 }), key: fc.uuid() })
    .map(({ key, ...adjustment }): Step => (world) => {
      const receipt = { callerId: 'staff', key, requestHash: key };
      allow(() => world.act({ type: 'Adjust', ...adjustment, note: 'counted', by: 'staff', at, receipt }));
    }),
);

const states = fc.constantFrom('HELD' as const, 'CONFIRMED' as const, 'SOLD' as const, 'RELEASED' as const);
const damage: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ itemId, quantity: fc.nat(30) }).map(
    ({ itemId: id, ...over }): Step =>
      (world) =>
        world.book(id, over),
  ),
  fc.record({ itemId, reserved: fc.nat(15) }).map(
    ({ itemId: id, ...over }): Step =>
      (world) =>
        world.book(id, over),
  ),
  itemId.map(
    (id): Step =>
      (world) =>
        world.book(id, { version: 1 }),
  ),
  // of orders only: without its first movement an item soon has less than nothing, and that is a person's matter
  fc.nat().map((n): Step => (world) => {
    const ofOrders = world.ledger.filter((movement) => movement.orderId !== null);
    const lost = ofOrders[n % Math.max(1, ofOrders.length)];
    if (lost) world.ledger.splice(world.ledger.indexOf(lost), 1);
  }),
  fc.record({ n: fc.nat(), off: fc.integer({ min: -3, max: 3 }) }).map(({ n, off }): Step => (world) => {
    const movement = world.ledger[n % world.ledger.length]!;
    movement.quantityAfter = Math.max(0, movement.quantityAfter + off);
  }),
  orderId.map(
    (id): Step =>
      (world) =>
        void world.stock.reservations.delete(id),
  ),
  orderId.map(
    (id): Step =>
      (world) =>
        void world.orders.delete(id),
  ),
  fc.record({ orderId, over: fc.record({ state: states }) }).map(
    ({ orderId: id, over }): Step =>
      (world) =>
        spoil(world, id, over),
  ),
  fc.record({ orderId, over: fc.record({ attempt: fc.integer({ min: 1, max: 3 }) }) }).map(
    ({ orderId: id, over }): Step =>
      (world) =>
        spoil(world, id, over),
  ),
  fc.record({ orderId, quantity }).map(({ orderId: id, quantity: units }): Step => (world) => {
    const lines = world.stock.reservations.get(id)?.lines ?? [];
    spoil(world, id, { lines: lines.map((line) => ({ ...line, quantity: units })) });
  }),
);

const lives = fc.record({
  before: fc.array(happening, { maxLength: 14 }),
  damages: fc.array(damage, { maxLength: 4 }),
  after: fc.array(happening, { maxLength: 4 }),
});

test('books that nothing damaged are right, whatever happened', () => {
  const heard = fc.array(happening, { maxLength: 30 });
  fc.assert(
    fc.property(heard, (steps) => {
      const world = lived(steps);
      const lost = [...world.orders.values()].filter(({ version }) => version > 1);
      const { found } = world.reconcile();
      expect(found.filter(({ kind }) => kind !== 'RESERVATION_STATE')).toEqual([]);
      expect(found.length).toBeLessThanOrEqual(lost.length); // news that was lost, and nothing else
    }),
    { numRuns: 300 },
  );
});

test('damaged anyhow, one reconciliation makes them right or says what a person must do; the next writes nothing', () => {
  let whole = 0;
  const runs = 1_000;
  fc.assert(
    fc.property(lives, ({ before, damages, after }) => {
      const world = lived([...before, ...damages, ...after]);
      const first = world.reconcile();
      nothingBelowZero(world);
      const left = first.found.filter((finding) => finding.left !== null);
      if (left.length === 0) {
        whole += 1;
        expect(world.reconcile()).toEqual({ found: [], written: 0 });
        booksAreRight(world);
        return;
      }
      // What was short may be there after the items were set right; then it stays as it is.
      for (let round = 0; round < 4; round += 1) world.reconcile();
      const last = world.reconcile();
      expect(last.written).toBe(0);
      expect(last.found.filter((finding) => finding.left === null)).toEqual([]);
      nothingBelowZero(world);
    }),
    { numRuns: runs },
  );
  expect(whole).toBeGreaterThan(runs * 0.6);
});

test('after a reconciliation orders go on as if nothing had been', () => {
  fc.assert(
    fc.property(lives, fc.array(happening, { maxLength: 10 }), ({ before, damages }, later) => {
      const world = lived([...before, ...damages]);
      fc.pre(world.reconcile().found.every(({ left }) => left === null));
      for (const step of later) step(world);
      expect(world.reconcile().found.filter(({ kind }) => kind !== 'RESERVATION_STATE')).toEqual([]);
      booksAreRight(world);
    }),
    { numRuns: 300 },
  );
});

function lived(steps: readonly Step[]): World {
  const world = createWorld();
  world.put(pizza, 'Margherita', 30);
  world.put(cola, 'Cola', 10);
  for (const step of steps) allow(() => step(world));
  return world;
}

/** A refusal, or a broken invariant that only a damage can bring about: then that step did not happen. */
function allow(step: () => void): void {
  try {
    step();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}

function spoil(world: World, id: OrderId, over: Parameters<typeof damaged>[1]): void {
  const reservation = world.stock.reservations.get(id);
  if (reservation) world.stock.reservations.set(id, damaged(reservation, over));
}

function booksAreRight(world: World): void {
  const { items, orders } = world.booksOf();
  expect([...orders.values()]).toEqual([]);
  for (const books of items.values()) {
    expect(books).toMatchObject({ quantityOver: 0, reservedOver: 0, breaks: 0, versionsBehind: 0 });
  }
}

function nothingBelowZero(world: World): void {
  for (const { quantity: units, reserved } of world.stock.items.values()) {
    expect(units).toBeGreaterThanOrEqual(0);
    expect(reserved).toBeGreaterThanOrEqual(0);
  }
}
