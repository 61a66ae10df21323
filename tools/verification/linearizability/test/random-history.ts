// A history as a right service would leave it: requests carried out one by one at known moments, seen by callers who overlap at random.
import fc from 'fast-check';
import type { Answer, Call, Request } from '../history.ts';
import { createStockModel } from '../stock-model.ts';
import { cola, openings, pizza } from './history-builder.ts';

const itemId = fc.constantFrom(pizza, cola);
const orderId = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const key = fc.constantFrom('k', 'l', 'm', 'n', 'o', 'p');
const attempt = fc.constantFrom(null, 1, 2);
const line = fc.record({ itemId, quantity: fc.integer({ min: 1, max: 4 }) });

const request: fc.Arbitrary<Request> = fc.oneof(
  fc.record({ type: fc.constant('Read' as const), itemId }),
  fc
    .record({ type: fc.constant('Restock' as const), itemId, quantity: fc.integer({ min: 1, max: 5 }), key })
    .map((each) => ({ ...each, key: `${each.key} restock ${each.itemId} ${each.quantity}` })),
  fc
    .record({ type: fc.constant('Adjust' as const), itemId, delta: fc.constantFrom(-4, -2, -1, 1, 3), key })
    .map((each) => ({ ...each, key: `${each.key} adjust ${each.itemId} ${each.delta}` })),
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('Reserve' as const),
      orderId,
      lines: fc.array(line, { minLength: 1, maxLength: 3 }),
    }),
  },
  fc.record({ type: fc.constant('Confirm' as const), orderId, attempt }),
  fc.record({ type: fc.constant('Release' as const), orderId, attempt }),
);

/** How a call is seen: it begins so long before and ends so long after its moment; or its answer is lost, after it was carried out or before. */
const seen = fc.record({
  earlyMs: fc.integer({ min: 0, max: 35 }),
  lateMs: fc.integer({ min: 0, max: 35 }),
  lost: fc.constantFrom('no', 'no', 'no', 'no', 'no', 'no', 'after', 'before'),
});

/** @param plain one call after the other, each with its answer, so that there is one order and the history shows everything */
export function randomHistory({ plain }: { plain: boolean }): fc.Arbitrary<Call[]> {
  return fc.array(fc.tuple(request, seen), { minLength: 1, maxLength: 40 }).map((all) => {
    const service = createService(all.map(([each]) => each));
    return all.flatMap(([each, { earlyMs, lateMs, lost }], i): Call[] => {
      const momentMs = 10 * (i + 1);
      if (plain) {
        const answer = service.carryOut(each);
        return [{ client: 'one', request: each, answer, beganAtMs: momentMs, endedAtMs: momentMs + 1 }];
      }
      const call = { client: `client ${i}`, request: each, beganAtMs: momentMs - earlyMs };
      if (lost === 'no' || each.type === 'Read')
        return [{ ...call, answer: service.carryOut(each), endedAtMs: momentMs + lateMs }];
      if (lost === 'after') service.carryOut(each);
      return [{ ...call, answer: null, endedAtMs: null }];
    });
  });
}

/** The state of pizza after these calls, one after the other. */
export function stateAfter(calls: readonly Call[]): { quantity: number; version: number } {
  const service = createService(calls.map((call) => call.request));
  for (const call of calls) service.carryOut(call.request);
  return service.pizza();
}

/** Carries requests out by the model of stock, one after the other. */
function createService(requests: readonly Request[]) {
  const model = createStockModel(
    requests.map((each) => ({ client: 'one', request: each, beganAtMs: 0, answer: null, endedAtMs: null })),
    openings,
  );
  let state = model.initial;
  return {
    pizza: () => state.items[openings.findIndex((opening) => opening.itemId === pizza)]!,
    carryOut(each: Request): Answer {
      const answer = model.answer(state, each);
      const next = model.step(state, { client: 'one', request: each, beganAtMs: 0, answer, endedAtMs: 0 });
      if (!next)
        throw new Error(`The model refuses its own answer to ${JSON.stringify(each)}: ${JSON.stringify(answer)}`);
      state = next;
      return answer;
    },
  };
}
