// `npm run rollout`: services go from v1 of ORDER_PLACED to v2 and back under load, in every order, and nothing is lost or misread.

import { Command } from 'commander';
import { createRandom } from '../harness/random.ts';
import { wholeNumber } from '../../dev/command/numbers.ts';
import { stopChildren } from '../../dev/stack/child.ts';
import { onStopSignal } from '../../dev/stack/stop-signal.ts';
import { longPlan } from './plan.ts';
import { pairTable, summaryOf } from './report.ts';
import { runRollout } from './rollout.ts';
import { startStreet } from './environment.ts';

type Options = { orders: number; seed: number };

const command = new Command('rollout')
  .description(
    'Rolls a whole system of its own from v1 to v2 and back under load. Exits 1 when an invariant is violated.',
  )
  .option('--orders <n>', 'how many of the 24 orders in which four services can be rolled', wholeNumber, 24)
  .option('--seed <n>', 'repeats the choices of a run', wholeNumber, Date.now() % 1_000_000)
  .showHelpAfterError()
  .parse();
const o = command.opts<Options>();

const street = await startStreet('rollout');
onStopSignal(async () => {
  await street.stop();
  await stopChildren();
});
console.log(`seed ${o.seed}: \`npm run rollout -- --orders ${o.orders} --seed ${o.seed}\` repeats its choices`);
try {
  const random = createRandom(o.seed);
  const plan = longPlan(o.orders, random.fork());
  const report = await runRollout({ street, plan, random, checkAfter: 'way', say: (line) => console.log(line) });
  console.log(`\n${pairTable(report)}\n\n${summaryOf(report)}`);
  process.exitCode = report.findings.length > 0 ? 1 : 0;
} finally {
  await street.stop();
}
process.exit();
