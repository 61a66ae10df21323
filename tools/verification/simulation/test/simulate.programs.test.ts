// The simulation as `npm run simulate` runs it: many seeds without a broken rule, and each seed the same run every time.

import { expect, test } from 'vitest';
import { describeFailure } from '../report.ts';
import { runSeeds } from '../seeds.ts';
import type { RunResult } from '../simulate.ts';

test('60 seeds break no rule', { timeout: 900_000 }, async () => {
  const failures: string[] = [];
  let orders = 0;
  await runSeeds({
    seeds: Array.from({ length: 60 }, (_, at) => at + 1),
    onResult(result) {
      if (result.violations.length > 0) failures.push(describeFailure(result, true));
      orders += result.orders;
      return failures.length === 0;
    },
  });
  expect(failures.join('\n\n')).toBe('');
  expect(orders).toBeGreaterThan(500);
});

test(
  'a seed gives the same run again, to the byte, in another thread and after another seed',
  { timeout: 300_000 },
  async () => {
    const alone = await resultsOf([1_234]);
    const after = await resultsOf([7, 1_234]);
    expect(after.at(-1)).toEqual(alone[0]);
    expect(after[0]!.hash).not.toBe(alone[0]!.hash);
  },
);

async function resultsOf(seeds: number[]): Promise<RunResult[]> {
  const results: RunResult[] = [];
  await runSeeds({ seeds, threads: 1, onResult: (result) => results.push(result) > 0 });
  return results;
}
