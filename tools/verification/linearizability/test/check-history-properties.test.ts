// Whatever happens, in whatever overlap: what a right service leaves is accepted, and what only a wrong one can leave is refused.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Call } from '../history.ts';
import { checkHistory } from '../check-history.ts';
import { openings, pizza } from './history-builder.ts';
import { randomHistory, stateAfter } from './random-history.ts';

const outcomes = (calls: Call[]) => checkHistory({ openings, calls }).map(({ searched }) => searched.outcome);
/** After everything else: what the item of pizza is in the end. */
const finalRead = (quantity: number, version: number): Call => ({
  client: 'the last',
  request: { type: 'Read', itemId: pizza },
  answer: { type: 'Item', quantity, version },
  beganAtMs: 1_000,
  endedAtMs: 1_001,
});

test('a history of a right service is accepted, answers lost or not', () => {
  fc.assert(
    fc.property(randomHistory({ plain: false }), (calls) => {
      expect(outcomes(calls)).toEqual(['LINEARIZABLE', 'LINEARIZABLE', 'LINEARIZABLE']);
    }),
    { numRuns: 500 },
  );
});

test('the same history with one call forgotten that changed the item is refused', () => {
  fc.assert(
    fc.property(randomHistory({ plain: true }), fc.nat(), (calls, which) => {
      const end = stateAfter(calls);
      const changing = calls.filter(
        (call) => stateAfter(calls.filter((other) => other !== call)).version !== end.version,
      );
      fc.pre(changing.length > 0);
      const without = calls.filter((call) => call !== changing[which % changing.length]);
      expect(outcomes([...without, finalRead(end.quantity, end.version)])).toContain('REFUSED');
    }),
    { numRuns: 300 },
  );
});

test('the same history read at the end as it was at the beginning is refused, if anything changed', () => {
  fc.assert(
    fc.property(randomHistory({ plain: true }), (calls) => {
      const end = stateAfter(calls);
      fc.pre(end.version > 1);
      expect(outcomes([...calls, finalRead(openings[0]!.quantity, 1)])).toContain('REFUSED');
      expect(outcomes([...calls, finalRead(end.quantity + 1, end.version)])).toContain('REFUSED');
      expect(outcomes([...calls, finalRead(end.quantity, end.version)])).not.toContain('REFUSED');
    }),
    { numRuns: 300 },
  );
});

test('one order more than the item can bear is refused', () => {
  fc.assert(
    fc.property(randomHistory({ plain: true }), (calls) => {
      const quantity = stateAfter(calls).quantity + 1;
      const oversold: Call = {
        client: 'the last',
        request: { type: 'Reserve', orderId: 'z', lines: [{ itemId: pizza, quantity }] },
        answer: { type: 'Reserved', attempt: 1 },
        beganAtMs: 1_000,
        endedAtMs: 1_001,
      };
      expect(outcomes([...calls, oversold])).toContain('REFUSED');
    }),
    { numRuns: 300 },
  );
});
