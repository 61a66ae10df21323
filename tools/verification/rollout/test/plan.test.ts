// The plans of a rolling run, percentiles, and which log lines are errors.
import { expect, test } from 'vitest';
import { createRandom } from '../../harness/random.ts';
import { errorLines } from '../error-lines.ts';
import { percentile } from '../figures.ts';
import { longPlan, permutations } from '../plan.ts';

test('all orders of four are 24, each once', () => {
  const orders = permutations(['a', 'b', 'c', 'd']).map((order) => order.join(''));
  expect([orders.length, new Set(orders).size]).toEqual([24, 24]);
});

test('the long plan has each order once, and a seed repeats it', () => {
  const plan = longPlan(24, createRandom(7));
  expect(new Set(plan.map(({ up }) => up.join(' '))).size).toBe(24);
  expect(plan.filter(({ back }) => back)).toHaveLength(6);
  expect(longPlan(24, createRandom(7))).toEqual(plan);
});

test('a percentile lies between the two nearest in rank', () => {
  expect([percentile([4, 1, 2], 0.5), percentile([1, 2], 0.95), percentile([], 0.5)]).toEqual([2, 1.95, null]);
});

test('an error line is one of level error or worse, or none of the log at all', () => {
  const log = ['{"level":"warn"}', '{"level":"error","msg":"a"}', '{"level":"fatal"}', 'Segmentation fault'];
  const notYet = '{"level":"error","path":"/health/ready","status":503}';
  expect(errorLines([...log, notYet, ''].join('\n'))).toEqual(log.slice(1));
});
