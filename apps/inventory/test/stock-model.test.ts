/** For any sequence of commands: ledger and item agree, and each alert is raised once. */
import type { EventId, ItemId, OrderId } from '@oms/contracts';
import { Refusal } from '@oms/service-kit/refusal';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { onHandOf, type Item } from '../src/domain/item.ts';
import { movementOf, type Movement } from '../src/domain/ledger.ts';
import { messagesOf } from '../src/domain/messages.ts';
import { unitsOf } from '../src/domain/reservation.ts';
import { decide, type Command, type AppliedEvent, type Stock } from '../src/domain/stock.ts';

const at = new Date('2026-11-23T12:00:00Z');
const itemIds = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'] as ItemId[];
const orderIds = Array.from({ length: 5 }, (_, i) => `00000000-0000-4000-8000-00000000000${'abcde'[i]}` as OrderId);

const itemId = fc.constantFrom(...itemIds);
const orderId = fc.constantFrom(...orderIds);
const attempt = fc.constantFrom(1, 2, null);
const origin = { by: 'somebody', at };

const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .record({
        type: fc.constant('Reserve' as const),
        orderId,
        lines: fc.array(fc.record({ itemId, quantity: fc.integer({ min: 1, max: 12 }) }), {
          minLength: 1,
          maxLength: 3,
        }),
      })
      .map((c) => ({ ...c, ...origin })),
  },
  fc.record({ type: fc.constant('Confirm' as const), orderId, attempt }).map((c) => ({ ...c, at })),
  fc.record({ type: fc.constant('Take' as const), orderId }).map((c) => ({ ...c, ...origin })),
  fc
    .record({
      type: fc.constant('Release' as const),
      orderId,
      attempt,
      restock: fc.boolean(),
      soldOutItemIds: fc.array(itemId, { maxLength: 2 }),
    })
    .map((c) => ({ ...c, orderPlaced: c.attempt === null, note: null, ...origin })),
  fc.record({ itemId, quantity: fc.integer({ min: 1, max: 15 }), key: fc.nat(40) }).map(({ key, ...c }) => ({
    type: 'Restock' as const,
    ...c,
    ...origin,
    idempotency: idempotencyOf('restock', c, key),
  })),
  fc.record({ itemId, delta: fc.integer({ min: -15, max: 15 }), key: fc.nat(40) }).map(({ key, ...c }) => ({
    type: 'Adjust' as const,
    ...c,
    note: 'counted',
    ...origin,
    idempotency: idempotencyOf('adjust', c, key),
  })),
  fc.record({ itemId, onHand: fc.nat(30), key: fc.nat(40) }).map(({ key, ...c }) => ({
    type: 'Count' as const,
    ...c,
    note: 'counted',
    ...origin,
    idempotency: idempotencyOf('count', c, key),
  })),
  fc
    .record({ itemId, changes: fc.record({ threshold: fc.integer({ min: 0, max: 20 }) }) })
    .map((c) => ({ type: 'ChangeItem' as const, ...c, versions: null, ...origin })),
  fc.record({ itemId }).map((c) => ({ type: 'RemoveItem' as const, ...c, versions: null, ...origin })),
);

test('what came in = on hand + taken + written off, the ledger adds up, and nothing is below zero', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 40 }), fc.array(command, { maxLength: 60 }), (initial, commands) => {
      const { stock, applied } = run(initial, commands);
      for (const item of stock.items.values()) {
        const of = applied.filter(({ event }) => event.itemId === item.id);
        const ledger = of.map(movementOf).filter((movement) => movement !== null);
        const units = ({ delta, shortDelta }: Movement) => delta - shortDelta;
        const cameIn = sum(ledger.filter(({ reason }) => reason !== 'RESERVED' && reason !== 'RELEASED').map(units));
        const taken = linesIn(stock, item, ['SOLD']);
        const writtenOff = linesIn(stock, item, ['WRITTEN_OFF']);
        expect(cameIn).toBe(onHandOf(item) + taken + writtenOff);
        expect(item.reserved).toBe(linesIn(stock, item, ['HELD', 'CONFIRMED']));
        expect(sum(ledger.map(({ delta }) => delta))).toBe(item.quantity);
        expect(sum(ledger.map(({ shortDelta }) => shortDelta))).toBe(item.short);
        // What was taken of an item that was deleted since is not in its ledger any more.
        if (!item.removed) expect(sum(ledger.map((movement) => movement.writtenOff))).toBe(writtenOff);
        for (const [orderId, reservation] of stock.reservations) {
          const own = ledger.filter((movement) => movement.orderId === orderId);
          expect(sum(own.map(units))).toBe(0 - unitsOf(reservation, item.id));
        }
        expect(new Set(ledger.map(({ itemVersion }) => itemVersion)).size).toBe(ledger.length);
        for (const { item: after } of of) {
          expect(Math.min(after.quantity, after.short, after.reserved - after.short)).toBeGreaterThanOrEqual(0);
          expect(Math.min(after.quantity, after.short)).toBe(0); // what is short is not sold
        }
      }
    }),
    { numRuns: 400 },
  );
});

test('each alert is raised once, with the version that raised it; versions have no gaps', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 40 }), fc.array(command, { maxLength: 60 }), (initial, commands) => {
      const { applied } = run(initial, commands);
      const messages = applied.flatMap((fact) => messagesOf(fact, () => 'an id' as EventId));
      for (const id of itemIds) {
        const own = messages.filter(({ aggregateId }) => aggregateId === id);
        const updates = own.filter((message) => message.eventType === 'INVENTORY_UPDATE');
        expect(updates.map(({ aggregateVersion }) => aggregateVersion)).toEqual(updates.map((_, i) => i + 1));
        const low: number[] = [];
        const out: number[] = [];
        updates.forEach((update, i) => {
          const before = updates[i - 1];
          if (!before || update.reason === 'DELETED') return;
          if (update.quantity < update.threshold && before.quantity >= before.threshold)
            low.push(update.aggregateVersion);
          if (update.quantity === 0 && before.quantity > 0) out.push(update.aggregateVersion);
        });
        const published = (eventType: string) =>
          messages
            .filter((message) => message.aggregateId === id && message.eventType === eventType)
            .map((m) => m.aggregateVersion);
        expect(published('LOW_STOCK')).toEqual(low);
        expect(published('OUT_OF_STOCK')).toEqual(out);
      }
    }),
    { numRuns: 400 },
  );
});

test('every command given twice writes as much as given once', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 40 }), fc.array(command, { maxLength: 40 }), (initial, commands) => {
      const once = run(initial, commands);
      const twice = run(
        initial,
        commands.flatMap((c) => [c, c]),
      );
      expect(twice.applied).toEqual(once.applied);
      expect(twice.stock).toEqual(once.stock);
    }),
    { numRuns: 200 },
  );
});

function run(initial: number, commands: readonly Command[]): { stock: Stock; applied: AppliedEvent[] } {
  const stock: Stock = {
    items: new Map(),
    reservations: new Map(),
    idempotencyRecords: new Map(),
    itemIdsByName: new Map(),
  };
  const creations = itemIds.map((id): Command => {
    const details = { itemName: `Item ${id}`, threshold: 10, unit: 'piece', priceCents: 100, category: 'Food' };
    return {
      type: 'CreateItem',
      itemId: id,
      details,
      quantity: initial,
      ...origin,
      idempotency: idempotencyOf('create', id, 0),
    };
  });
  const applied = [...creations, ...commands].flatMap((c) => {
    try {
      return decide(stock, c).applied;
    } catch (error) {
      if (error instanceof Refusal) return [];
      throw error;
    }
  });
  return { stock, applied };
}

function idempotencyOf(type: string, command: unknown, key: number) {
  const requestHash = JSON.stringify([type, command]);
  return { callerId: 'somebody', key: `${requestHash} ${key}`, requestHash };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

function linesIn(stock: Stock, { id }: Item, states: string[]): number {
  const reservations = [...stock.reservations.values()].filter(({ state }) => states.includes(state));
  return reservations
    .flatMap(({ lines }) => lines)
    .reduce((sum, line) => sum + (line.itemId === id ? line.quantity : 0), 0);
}
