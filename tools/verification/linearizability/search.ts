// Searches an order of the calls, each at one moment between its begin and its end, in which every answer is correct.
//
// The search of Wing and Gong with the cache of Lowe: calls are placed one after the other, each as soon as no unplaced call ended before it
// began; a set of placed calls that leads to a state already seen is not tried again. A call without an answer has no end: it may be
// placed at any later moment, and need not be. Two short cuts lose nothing: a call that fits and changes nothing is placed at once,
// as it excludes no other; and a path on which some call can't fit any more is left at once.

export type Timed = { beganAtMs: number; endedAtMs: number | null };

export type Model<C, S> = {
  initial: S;
  /**
   * The state after the call, or null when it can't have happened there as it was answered. The same object says that the call, answered
   * as it was, changes nothing wherever it happens.
   */
  step(state: S, call: C): S | null;
  /** Whether the call can't happen as it was answered in this state, nor in any that follows from it. */
  isTooLate(state: S, call: C): boolean;
  keyOf(state: S): string;
};

export type SearchResult<C> =
  | { outcome: 'LINEARIZABLE'; order: C[] }
  /** `placed` is the longest path that was found, and none of `stuck` could follow it. */
  | { outcome: 'REFUSED'; placed: C[]; stuck: C[] }
  | { outcome: 'UNDECIDED'; steps: number };

type Frame<S> = { state: S; candidates: readonly number[]; next: number; chosen: number };

export function search<C extends Timed, S>(calls: readonly C[], model: Model<C, S>, stepsMax: number): SearchResult<C> {
  const sorted = calls.toSorted((a, b) => a.beganAtMs - b.beganAtMs);
  const unplaced = createUnplaced(sorted);
  const seen = new Set<string>();
  const frames: Frame<S>[] = [];
  let longest = { order: [] as number[], stuck: unplaced.candidates() };
  let frame: Frame<S> = { state: model.initial, candidates: longest.stuck, next: 0, chosen: -1 };
  for (let steps = 0; unplaced.answeredCount() > 0;) {
    const at = frame.candidates[frame.next];
    if (at === undefined) {
      const before = frames.pop();
      if (!before) return refused();
      unplaced.putBack(before.chosen);
      frame = before;
      continue;
    }
    frame.next += 1;
    if ((steps += 1) > stepsMax) return { outcome: 'UNDECIDED', steps: stepsMax };
    const state = model.step(frame.state, sorted[at]!);
    if (state === null) continue;
    if (state === frame.state) frame.next = frame.candidates.length;
    unplaced.place(at);
    const key = `${unplaced.key()} ${model.keyOf(state)}`;
    const candidates = unplaced.candidates();
    const late = candidates.filter((other) => model.isTooLate(state, sorted[other]!));
    if (frames.length >= longest.order.length && !seen.has(key)) {
      const stuck = late.length > 0 ? late : candidates;
      longest = { order: [...frames.map(({ chosen }) => chosen), at], stuck };
    }
    if (seen.has(key) || late.length > 0) {
      unplaced.putBack(at);
      continue;
    }
    seen.add(key);
    frames.push({ ...frame, chosen: at });
    frame = { state, candidates, next: 0, chosen: -1 };
  }
  return { outcome: 'LINEARIZABLE', order: frames.map(({ chosen }) => sorted[chosen]!) };

  function refused(): SearchResult<C> {
    const named = (list: readonly number[]) => list.map((at) => sorted[at]!);
    return { outcome: 'REFUSED', placed: named(longest.order), stuck: named(longest.stuck) };
  }
}

/** The calls still to be placed, as a list by their begin, from which any can be taken and put back in constant time. */
function createUnplaced(sorted: readonly Timed[]) {
  const end = sorted.length;
  const next = Array.from({ length: end + 1 }, (_, at) => (at === end ? 0 : at + 1));
  const before = Array.from({ length: end + 1 }, (_, at) => (at === 0 ? end : at - 1));
  const placed = new Uint16Array(Math.ceil(end / 16));
  let answered = sorted.filter(({ endedAtMs }) => endedAtMs !== null).length;
  const turn = (at: number, by: 1 | -1) => {
    placed[at >> 4]! ^= 1 << (at & 15);
    if (sorted[at]!.endedAtMs !== null) answered -= by;
  };
  return {
    answeredCount: () => answered,
    key: () => String.fromCharCode(...placed),
    place(at: number) {
      turn(at, 1);
      next[before[at]!] = next[at]!;
      before[next[at]!] = before[at]!;
    },
    /** In the opposite order of placing, so that the neighbours are those of then. */
    putBack(at: number) {
      turn(at, -1);
      next[before[at]!] = at;
      before[next[at]!] = at;
    },
    /** Those that began before any other ended: the first to end first, and the unanswered last, as most did nothing. */
    candidates(): number[] {
      const found: number[] = [];
      let firstEndMs = Infinity;
      for (let at = next[end]!; at !== end && sorted[at]!.beganAtMs <= firstEndMs; at = next[at]!) {
        found.push(at);
        firstEndMs = Math.min(firstEndMs, sorted[at]!.endedAtMs ?? Infinity);
      }
      const endOf = (at: number) => sorted[at]!.endedAtMs ?? Infinity;
      return found
        .filter((at) => sorted[at]!.beganAtMs <= firstEndMs)
        .sort((a, b) => (endOf(a) === endOf(b) ? a - b : endOf(a) - endOf(b)));
    },
  };
}
