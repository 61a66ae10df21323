// Checks a recorded history for linearizability: each item by itself, and the whole when it is small enough to be searched.
import { projectionOf, describeCall, type Call, type History, type Opening } from './history.ts';
import { search, type SearchResult } from './search.ts';
import { createStockModel } from './stock-model.ts';

export type HistoryResult = {
  what: string;
  calls: number;
  unknown: number;
  ms: number;
  searched: SearchResult<Call>;
};

/** The whole is searched over all items at once, and overlapping calls multiply. */
const wholeMax = 20_000;

/** @param stepsMax after so many steps of one search its history is left undecided, which is not a pass */
export function checkHistory({ openings, calls, ledger }: History, stepsMax = 1_000_000): HistoryResult[] {
  const items = openings.map((opening) => checkPart(opening.itemId, projectionOf(calls, opening.itemId), [opening]));
  return calls.length > wholeMax ? items : [...items, checkPart('all items at once', calls, openings)];

  function checkPart(what: string, part: readonly Call[], seen: readonly Opening[]): HistoryResult {
    const startedAtMs = performance.now();
    const searched = search(part, createStockModel(part, seen, ledger), stepsMax);
    const unknown = part.filter(({ answer }) => answer === null).length;
    return { what, calls: part.length, unknown, ms: performance.now() - startedAtMs, searched };
  }
}

/** Why a history was refused, in words: the last calls that fit, and those of which none could be next. */
export function explain({ what, calls, searched }: HistoryResult): string {
  if (searched.outcome === 'LINEARIZABLE') return `${what}: ${calls} calls are in order.`;
  if (searched.outcome === 'UNDECIDED')
    return `${what}: not decided within ${searched.steps} steps; record fewer calls at once.`;
  const { placed, stuck } = searched;
  return [
    `${what}: no order of its ${calls} calls explains all answers. ${placed.length} could be placed; the last of them:`,
    ...placed.slice(-10).map((call) => `    ${describeCall(call)}`),
    '  and none of these can have been next:',
    ...stuck.slice(0, 20).map((call) => `    ${describeCall(call)}`),
  ].join('\n');
}
