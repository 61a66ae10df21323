// `npm run chaos`: the real system under load, its services and everything around them dying; the books are balanced after each kind of fault.

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Command } from 'commander';
import { wholeNumber } from '../../dev/command/numbers.ts';
import { stopChildren } from '../../dev/stack/child.ts';
import { onStopSignal } from '../../dev/stack/stop-signal.ts';
import { runChaos } from './chaos.ts';
import { disturbances } from './disturbances.ts';
import { tableOf } from './report.ts';
import { startTown } from '../harness/system-under-test.ts';

type Options = { kills: number | 'once'; seed: number; only?: string[]; report?: string };

const command = new Command('chaos')
  .description(
    'Kills and disturbs a whole system of its own under load, and checks all invariants. Exits 1 when one is violated.',
  )
  .option('--kills <n>', 'deaths at failpoints in all; "once" for each failpoint once', killsOf, 'once')
  .option('--seed <n>', 'repeats the choices of a run', wholeNumber, Date.now() % 1_000_000)
  .option(
    '--only <faults>',
    `other faults, separated by commas, or "none"; all but the long one unless given: ${disturbances.map(({ name }) => name).join(', ')}`,
    (text: string) => (text === 'none' ? [] : text.split(',').map((name) => name.trim())),
  )
  .option('--report <file>', 'also writes the table there, as Markdown')
  .showHelpAfterError()
  .parse();
const o = command.opts<Options>();

const town = await startTown('chaos');
onStopSignal(async () => {
  await town.stop();
  await stopChildren();
});
console.log(`seed ${o.seed}: \`npm run chaos -- --kills ${o.kills} --seed ${o.seed}\` repeats its choices`);
try {
  const report = await runChaos({
    town,
    seed: o.seed,
    kills: o.kills,
    ...(o.only && { only: o.only }),
    say: (line) => console.log(line),
  });
  const table = tableOf(report.rows);
  console.log(`\n${table}\n\n${report.summary}`);
  if (report.missed.length > 0) console.log(`Not passed in its time: ${report.missed.join(', ')}`);
  if (o.report) {
    mkdirSync(dirname(o.report), { recursive: true });
    writeFileSync(o.report, `${table}\n\n${report.summary}\n`);
  }
  process.exitCode = report.findings.length > 0 ? 1 : 0;
} finally {
  await town.stop();
}
process.exit();

function killsOf(text: string): number | 'once' {
  return text === 'once' ? 'once' : wholeNumber(text);
}
