// The demand of a race: repeatable, and always more than there is.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assertEnough, wantsOf, type Demand } from '../demand.ts';

const itemIds = ['soup', 'salad', 'pie'];
const demand: Demand = { attempts: 1_000, seed: 7, itemIds, isMixed: true };
const all = (of: Demand) => Array.from({ length: of.attempts }, (_, attempt) => wantsOf(of, attempt));

test('the same seed wants the same, another seed something else', () => {
  expect(all(demand)).toEqual(all({ ...demand }));
  expect(all(demand)).not.toEqual(all({ ...demand, seed: 8 }));
});

test('a mixed race has orders of several items and of one to three units, the other kind one unit each', () => {
  const mixed = all(demand).flat();
  expect(new Set(mixed.map(({ quantity }) => quantity))).toEqual(new Set([1, 2, 3]));
  expect(all(demand).some((wants) => new Set(wants.map(({ itemId }) => itemId)).size > 1)).toBe(true);
  expect(all({ ...demand, isMixed: false }).every(([want, ...more]) => want?.quantity === 1 && more.length === 0)).toBe(
    true,
  );
});

test('whatever a race is, single units alone are wanted more often of each item than there are', () => {
  fc.assert(
    fc.property(
      fc.record({
        attempts: fc.nat(5_000),
        units: fc.integer({ min: 1, max: 800 }),
        items: fc.integer({ min: 1, max: 3 }),
      }),
      fc.boolean(),
      (race, isMixed) => {
        try {
          assertEnough(race);
        } catch {
          return;
        }
        const of: Demand = { attempts: race.attempts, seed: 1, itemIds: itemIds.slice(0, race.items), isMixed };
        const tail = all(of).filter((wants) => wants.length === 1 && wants[0]!.quantity === 1);
        for (const itemId of of.itemIds) {
          const wanted = tail.filter(([want]) => want!.itemId === itemId).length;
          expect(wanted).toBeGreaterThanOrEqual(Math.floor(race.units / race.items));
        }
      },
    ),
  );
});

test('a race for what everybody could have is refused, with what it would take', () => {
  expect(() => assertEnough({ attempts: 100, units: 100, items: 1 })).toThrow('take at least 500 attempts');
  expect(() => assertEnough({ attempts: 1_000, units: 2, items: 3 })).toThrow('a unit for each item');
});
