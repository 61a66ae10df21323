// What happened, in order: shown after a failure, and hashed to prove that a seed gives the same run again.

import { createHash } from 'node:crypto';

export type Trace = {
  /** @param about ids of the orders, items, messages that it concerns; none: it concerns everybody */
  add(who: string, what: string, about?: readonly string[]): void;
  hash(): string;
  length(): number;
  /** The last lines that concern one of `ids`, and the faults between them. */
  describe(ids: readonly string[], linesMax: number): string[];
};

type Line = { atMs: number; who: string; what: string; about: readonly string[] };

export function createTrace(now: () => number): Trace {
  const lines: Line[] = [];
  return {
    add(who, what, about = []) {
      lines.push({ atMs: now(), who, what, about });
    },
    hash() {
      const hash = createHash('sha256');
      for (const { atMs, who, what, about } of lines) hash.update(`${atMs} ${who} ${what} ${about.join()}\n`);
      return hash.digest('hex').slice(0, 16);
    },
    length: () => lines.length,
    describe(ids, linesMax) {
      const wanted = new Set(ids);
      const chosen = lines.filter(
        ({ about }) => ids.length === 0 || about.length === 0 || about.some((id) => wanted.has(id)),
      );
      return chosen
        .slice(-linesMax)
        .map(({ atMs, who, what }) => `${(atMs / 1_000).toFixed(4).padStart(10)} s  ${who.padEnd(16)} ${what}`);
    },
  };
}
