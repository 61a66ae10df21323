/** What happens to one order's reservation, in whatever sequence: attempts only go up, and what is over stays over. */
import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import type { Reservation } from '../src/domain/reservation.ts';
import {
  abandon,
  cancel,
  cola,
  confirm,
  orderId,
  pizza,
  reserve,
  restart,
  sell,
  stockOf,
  stock,
  writeOff,
} from './stock-fixture.ts';

type Step = { name: string; take: () => unknown };
type Applied = Step & { answer: unknown; before: Reservation | undefined; after: Reservation | undefined };

const attempt = fc.integer({ min: 1, max: 3 });
const name = (what: string, take: () => unknown) => fc.constant({ name: what, take });
const step: fc.Arbitrary<Step> = fc.oneof(
  name('reserve', () => reserve([[pizza, 2], [cola, 1]])), // prettier-ignore
  name('reserve', () => reserve([[pizza, 2], [cola, 1]])), // prettier-ignore
  name('reserve', () => reserve([[cola, 2]])),
  attempt.map((n) => ({ name: 'abandon', take: () => abandon(n) })),
  attempt.map((n) => ({ name: 'confirm an attempt', take: () => confirm(n) })),
  name('confirm', () => confirm()),
  name('cancel', () => cancel()),
  name('write off', () => writeOff()),
  name('sell', () => sell()),
);

beforeEach(restart);

function replaySteps(steps: readonly Step[], each: (applied: Applied) => void): void {
  restart();
  for (const { name, take } of steps) {
    const before = stock.reservations.get(orderId);
    each({ name, take, before, answer: take(), after: stock.reservations.get(orderId) });
  }
}

const property = (each: () => (applied: Applied) => void) =>
  fc.assert(
    fc.property(fc.array(step, { maxLength: 15 }), (steps) => replaySteps(steps, each())),
    { numRuns: 1_000 },
  );

test('an attempt follows only on one that was abandoned, and is the next', () => {
  property(() => ({ before, after }) => {
    if (!after || after.attempt === before?.attempt) return;
    expect(after.attempt).toBe((before?.attempt ?? 0) + 1);
    if (before) expect([before.state, before.orderPlaced]).toEqual(['RELEASED', false]);
    expect(after.state).toBe('HELD');
  });
});

test('once it is known that the order was placed, it stays known, and no stock is taken for it again', () => {
  property(() => {
    let wasPlaced = false;
    return ({ name, answer, before, after }) => {
      if (wasPlaced) expect(after?.orderPlaced).toBe(true);
      if (wasPlaced && name === 'reserve') expect([after, answer]).toEqual([before, expect.anything()]);
      if (wasPlaced) expect(['abandon', 'confirm an attempt'].includes(name) && after !== before).toBe(false);
      wasPlaced = after?.orderPlaced ?? false;
    };
  });
});

test('what is taken stays taken until the order is cancelled, and what ended of a placed order stays as it ended', () => {
  property(() => ({ name, before, after }) => {
    if (before?.state === 'SOLD' && name !== 'cancel' && name !== 'write off') expect(after).toBe(before);
    if (before?.state === 'RELEASED' && before.orderPlaced) expect(after).toBe(before);
    if (before?.state === 'WRITTEN_OFF') expect(after).toBe(before);
  });
});

test('the shelves hold back exactly what the open reservation holds, after each step', () => {
  property(() => ({ after }) => {
    const isOpen = after?.state === 'HELD' || after?.state === 'CONFIRMED';
    for (const itemId of [pizza, cola]) {
      const held = isOpen ? (after.lines.find((line) => line.itemId === itemId)?.quantity ?? 0) : 0;
      expect(stockOf(itemId)[1]).toBe(held);
    }
  });
});

test('a step taken twice in a row does nothing the second time', () => {
  property(() => ({ take, after }) => {
    const answer = take();
    expect(stock.reservations.get(orderId)).toBe(after);
    expect(answer).not.toBe(true);
  });
});
