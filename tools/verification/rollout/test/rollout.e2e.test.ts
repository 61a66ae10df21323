// The short form of the rolling run: up and back, the writer first, so that each version is read by each.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRandom } from '../../harness/random.ts';
import { describeViolations } from '../../invariants/violation.ts';
import { startRolloutEnvironment, type RolloutEnvironment } from '../environment.ts';
import { shortPlan } from '../plan.ts';
import { readers } from '../readings.ts';
import { pairTable, summaryOf } from '../report.ts';
import { runRollout } from '../rollout.ts';

let environment: RolloutEnvironment;

beforeAll(async () => {
  environment = await startRolloutEnvironment('rollout-test');
});
afterAll(() => environment?.stop());

test('v1 and v2 of each service write and read side by side under load, and nothing is lost or misread', async () => {
  const report = await runRollout({
    environment,
    plan: shortPlan,
    random: createRandom(20_261_124),
    print: (line) => console.log(line),
  });
  console.log(`${pairTable(report)}\n${summaryOf(report)}`);
  expect(report.violations, describeViolations(report.violations)).toEqual([]);
  for (const reader of readers) {
    for (const pair of ['v1 v1', 'v1 v2', 'v2 v1', 'v2 v2'])
      expect(report.pairs.get(`${reader} ${pair}`) ?? 0, `${reader}, written and read at ${pair}`).toBeGreaterThan(0);
  }
  expect(report.kept.inTime, 'orders delivered in time').toBeGreaterThan(0);
}, 600_000);
