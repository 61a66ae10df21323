// Judges a recorded history: each item by itself, and the whole when it is small enough to be searched.
import { projectionOf, tell, type Call, type History, type Opening } from './history.ts';
import { search, type Verdict } from './search.ts';
import { createStockModel } from './stock-model.ts';

export type Judgement = {
  what: string;
  calls: number;
  unknown: number;
  ms: number;
  verdict: Verdict<Call>;
};

/** The whole is searched over all shelves at once, and what overlaps multiplies. */
const wholeMax = 20_000;

/** @param stepsMax after so many steps of one search its history is left undecided, which is no pass */
export function judge({ openings, calls, ledger }: History, stepsMax = 1_000_000): Judgement[] {
  const items = openings.map((opening) => judgeOne(opening.itemId, projectionOf(calls, opening.itemId), [opening]));
  return calls.length > wholeMax ? items : [...items, judgeOne('all items at once', calls, openings)];

  function judgeOne(what: string, of: readonly Call[], shelves: readonly Opening[]): Judgement {
    const startedAtMs = performance.now();
    const verdict = search(of, createStockModel(of, shelves, ledger), stepsMax);
    const unknown = of.filter(({ answer }) => answer === null).length;
    return { what, calls: of.length, unknown, ms: performance.now() - startedAtMs, verdict };
  }
}

/** Why a history was refused, for people: the last calls that fit, and those of which none could be next. */
export function explain({ what, calls, verdict }: Judgement): string {
  if (verdict.outcome === 'LINEARIZABLE') return `${what}: ${calls} calls are in order.`;
  if (verdict.outcome === 'UNDECIDED')
    return `${what}: not decided within ${verdict.steps} steps; record fewer calls at once.`;
  const { placed, stuck } = verdict;
  return [
    `${what}: no order of its ${calls} calls explains all answers. ${placed.length} could be placed; the last of them:`,
    ...placed.slice(-10).map((call) => `    ${tell(call)}`),
    '  and none of these can have been next:',
    ...stuck.slice(0, 20).map((call) => `    ${tell(call)}`),
  ].join('\n');
}
