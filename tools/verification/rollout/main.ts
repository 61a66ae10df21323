// `npm run rollout`: services go from v1 of ORDER_PLACED to v2 and back under load, in every order, and nothing is lost or misread.

import { Command } from 'commander';
import { wholeNumber } from '../../dev/command/numbers.ts';
import { stopChildren } from '../../dev/stack/child.ts';
import { onStopSignal } from '../../dev/stack/stop-signal.ts';
import { createRandom } from '../harness/random.ts';
import { startRolloutEnvironment } from './environment.ts';
import { longPlan } from './plan.ts';
import { pairTable, summaryOf } from './report.ts';
import { runRollout } from './rollout.ts';

const { orders, seed } = new Command('rollout')
  .description(
    'Rolls a whole system of its own from v1 to v2 and back under load. Exits 1 when an invariant is violated.',
  )
  .option('--orders <n>', 'how many of the 24 orders in which four services can be rolled', wholeNumber, 24)
  .option('--seed <n>', 'repeats the choices of a run', wholeNumber, Date.now() % 1_000_000)
  .showHelpAfterError()
  .parse()
  .opts<{ orders: number; seed: number }>();

const environment = await startRolloutEnvironment('rollout');
onStopSignal(async () => {
  await environment.stop();
  await stopChildren();
});
console.log(`seed ${seed}: \`npm run rollout -- --orders ${orders} --seed ${seed}\` repeats its choices`);
try {
  const random = createRandom(seed);
  const plan = longPlan(orders, random.fork());
  const report = await runRollout({ environment, plan, random, print: (line) => console.log(line) });
  console.log(`\n${pairTable(report)}\n\n${summaryOf(report)}`);
  process.exitCode = report.violations.length > 0 ? 1 : 0;
} finally {
  await environment.stop();
}
process.exit();
