// `npm run chaos`: a real system under load while its services and everything around them fail; all invariants are checked after each fault.

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Command } from 'commander';
import { wholeNumber } from '../../dev/command/numbers.ts';
import { stopChildren } from '../../dev/stack/child.ts';
import { onStopSignal } from '../../dev/stack/stop-signal.ts';
import { faults } from '../harness/faults/faults.ts';
import { startSystemUnderTest } from '../harness/system-under-test.ts';
import { runChaos } from './chaos.ts';
import { tableOf } from './report.ts';

type Options = { kills: number | 'once'; seed: number; only?: string[]; report?: string };

const {
  kills,
  seed,
  only,
  report: reportFile,
} = new Command('chaos')
  .description(
    'Kills and disturbs a whole system of its own under load, and checks all invariants. Exits 1 when one is violated.',
  )
  .option('--kills <n>', 'kills at failpoints in all; "once" for each failpoint once', killsOf, 'once')
  .option('--seed <n>', 'repeats the choices of a run', wholeNumber, Date.now() % 1_000_000)
  .option(
    '--only <faults>',
    `other faults, separated by commas, or "none"; all but the long one unless given: ${faults.map(({ name }) => name).join(', ')}`,
    (text: string) => (text === 'none' ? [] : text.split(',').map((name) => name.trim())),
  )
  .option('--report <file>', 'also writes the table there, as Markdown')
  .showHelpAfterError()
  .parse()
  .opts<Options>();

const system = await startSystemUnderTest('chaos');
onStopSignal(async () => {
  await system.stop();
  await stopChildren();
});
console.log(`seed ${seed}: \`npm run chaos -- --kills ${kills} --seed ${seed}\` repeats its choices`);
try {
  const report = await runChaos({
    system,
    seed,
    kills,
    ...(only && { only }),
    print: (line) => console.log(line),
  });
  const table = tableOf(report.rows);
  console.log(`\n${table}\n\n${report.summary}`);
  if (report.missed.length > 0) console.log(`Not reached in time: ${report.missed.join(', ')}`);
  if (reportFile) {
    mkdirSync(dirname(reportFile), { recursive: true });
    writeFileSync(reportFile, `${table}\n\n${report.summary}\n`);
  }
  process.exitCode = report.violations.length > 0 ? 1 : 0;
} finally {
  await system.stop();
}
process.exit();

function killsOf(text: string): number | 'once' {
  return text === 'once' ? 'once' : wholeNumber(text);
}
