// The short form of the rolling run: there and back, the writer first, so that each version is read by each.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeFindings } from '../../invariants/violation.ts';
import { createRandom } from '../../harness/random.ts';
import { shortPlan } from '../plan.ts';
import { readers } from '../readings.ts';
import { pairTable, summaryOf } from '../report.ts';
import { runRollout } from '../rollout.ts';
import { startStreet, type Street } from '../environment.ts';

let street: Street;

beforeAll(async () => {
  street = await startStreet('rollout-test');
});
afterAll(() => street?.stop());

test('v1 and v2 of each service write and read side by side under load, and nothing is lost or misread', async () => {
  const random = createRandom(20_261_124);
  const say = (line: string) => console.log(line);
  const report = await runRollout({ street, plan: shortPlan, random, checkAfter: 'roll', say });
  console.log(`${pairTable(report)}\n${summaryOf(report)}`);
  expect(report.findings, describeFindings(report.findings)).toEqual([]);
  for (const reader of readers) {
    for (const pair of ['v1 v1', 'v1 v2', 'v2 v1', 'v2 v2'])
      expect(report.pairs.get(`${reader} ${pair}`) ?? 0, `${reader}, written and read at ${pair}`).toBeGreaterThan(0);
  }
  expect(report.kept.inTime, 'orders delivered in time').toBeGreaterThan(0);
}, 600_000);
