// A history as a right service would leave it: wishes carried out one by one at known moments, seen by callers who overlap at random.
import fc from 'fast-check';
import type { Answer, Call, Line, Wish } from '../history.ts';
import { cola, openings, pizza } from './spoken-history.ts';

type Shelf = { quantity: number; version: number };
type Hold = { attempt: number; open: boolean; placed: boolean; lines: string };

const itemId = fc.constantFrom(pizza, cola);
const orderId = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const key = fc.constantFrom('k', 'l', 'm', 'n', 'o', 'p');
const attempt = fc.constantFrom(null, 1, 2);
const line = fc.record({ itemId, quantity: fc.integer({ min: 1, max: 4 }) });

export const wish: fc.Arbitrary<Wish> = fc.oneof(
  fc.record({ type: fc.constant('Read' as const), itemId }),
  fc
    .record({ type: fc.constant('Restock' as const), itemId, quantity: fc.integer({ min: 1, max: 5 }), key })
    .map((w) => ({ ...w, key: `${w.key} restock ${w.itemId} ${w.quantity}` })),
  fc
    .record({ type: fc.constant('Adjust' as const), itemId, delta: fc.constantFrom(-4, -2, -1, 1, 3), key })
    .map((w) => ({ ...w, key: `${w.key} adjust ${w.itemId} ${w.delta}` })),
  {
    weight: 3,
    arbitrary: fc.record({
      ...{ type: fc.constant('Reserve' as const), orderId },
      lines: fc.array(line, { minLength: 1, maxLength: 3 }),
    }),
  },
  fc.record({ type: fc.constant('Confirm' as const), orderId, attempt }),
  fc.record({ type: fc.constant('Release' as const), orderId, attempt }),
);

/** How a wish is seen: so long before and after its moment; or its answer is lost, after it was carried out or before. */
const seen = fc.record({
  earlyMs: fc.integer({ min: 0, max: 35 }),
  lateMs: fc.integer({ min: 0, max: 35 }),
  lost: fc.constantFrom('no', 'no', 'no', 'no', 'no', 'no', 'after', 'before'),
});

/** @param o.plain one call after the other, each with its answer, so that there is one order and the history says all that happened */
export function randomHistory(o: { plain: boolean }): fc.Arbitrary<Call[]> {
  return fc.array(fc.tuple(wish, seen), { minLength: 1, maxLength: 40 }).map((told) => {
    const stock = createStock();
    return told.flatMap(([wish, { earlyMs, lateMs, lost }], at): Call[] => {
      const momentMs = 10 * (at + 1);
      if (o.plain)
        return [
          { ...{ client: 'one', wish, answer: stock.carryOut(wish) }, beganAtMs: momentMs, endedAtMs: momentMs + 1 },
        ];
      const call = { client: `client ${at}`, wish, beganAtMs: momentMs - earlyMs };
      if (lost === 'no' || wish.type === 'Read') {
        return [{ ...call, answer: stock.carryOut(wish), endedAtMs: momentMs + lateMs }];
      }
      if (lost === 'after') stock.carryOut(wish);
      return [{ ...call, answer: null, endedAtMs: null }];
    });
  });
}

/** The shelf of pizza after these calls, one after the other. */
export function shelfAfter(calls: readonly Call[]): Shelf {
  const stock = createStock();
  for (const { wish } of calls) stock.carryOut(wish);
  return stock.shelf(pizza);
}

/** The rules once more, as plainly as they can be said, on state that changes. */
function createStock() {
  const shelves = new Map(openings.map(({ itemId, ...shelf }) => [itemId, { ...shelf }]));
  const holds = new Map<string, Hold>();
  const granted = new Map<string, Answer>();
  const shelf = (itemId: string) => shelves.get(itemId) as Shelf;
  const take = (itemId: string, quantity: number) => {
    shelf(itemId).quantity -= quantity;
    shelf(itemId).version += 1;
  };
  return { carryOut, shelf };

  function carryOut(wish: Wish): Answer {
    if (wish.type === 'Read') return { type: 'Item', ...shelf(wish.itemId) };
    if (wish.type === 'Reserve') return reserve(wish.orderId, wish.lines);
    if ('key' in wish) return change(wish.key, wish.itemId, wish.type === 'Restock' ? wish.quantity : wish.delta);
    const hold = holds.get(wish.orderId);
    const isLate = wish.attempt !== null && hold !== undefined && (hold.placed || wish.attempt !== hold.attempt);
    if (!hold?.open || isLate) return { type: 'Done' };
    if (wish.type === 'Release') {
      for (const [itemId, quantity] of JSON.parse(hold.lines) as [string, number][]) take(itemId, -quantity);
      hold.open = false;
    }
    hold.placed ||= wish.type === 'Confirm' || wish.attempt === null;
    return { type: 'Done' };
  }

  function change(key: string, itemId: string, delta: number): Answer {
    const before = granted.get(key);
    if (before) return before;
    const available = shelf(itemId).quantity;
    if (available + delta < 0) return { type: 'Short', shortages: [{ itemId, requested: -delta, available }] };
    take(itemId, -delta);
    const answer: Answer = { type: 'Item', ...shelf(itemId) };
    granted.set(key, answer);
    return answer;
  }

  function reserve(orderId: string, lines: readonly Line[]): Answer {
    const sums = [pizza, cola].flatMap((itemId): [string, number][] => {
      const of = lines.filter((line) => line.itemId === itemId);
      return of.length === 0 ? [] : [[itemId, of.reduce((sum, { quantity }) => sum + quantity, 0)]];
    });
    const hold = holds.get(orderId);
    if (hold && (hold.open || hold.placed)) {
      return hold.lines === JSON.stringify(sums) ? { type: 'Reserved', attempt: hold.attempt } : { type: 'Conflict' };
    }
    const shortages = sums
      .map(([itemId, requested]) => ({ itemId, requested, available: shelf(itemId).quantity }))
      .filter(({ requested, available }) => requested > available);
    if (shortages.length > 0) return { type: 'Short', shortages };
    for (const [itemId, quantity] of sums) take(itemId, quantity);
    const attempt = (hold?.attempt ?? 0) + 1;
    holds.set(orderId, { attempt, open: true, placed: false, lines: JSON.stringify(sums) });
    return { type: 'Reserved', attempt };
  }
}
