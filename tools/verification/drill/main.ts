// `npm run drill`: a whole system of its own loses a database under load and is restored to a moment before; exits 1 when its books don't balance.

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Command } from 'commander';
import { createRandom } from '../harness/random.ts';
import { wholeNumber } from '../../dev/command/numbers.ts';
import { stopChildren } from '../../dev/stack/child.ts';
import { databaseServices } from '../../dev/stack/index.ts';
import { onStopSignal } from '../../dev/stack/stop-signal.ts';
import type { Disaster } from './data-loss.ts';
import { runDrill } from './drill.ts';
import { reportOf } from './report.ts';
import { openSite } from './restore-environment.ts';

// The whole server first: later each service's database is on a server of its own.
const disasters: readonly Disaster[] = ['all', ...databaseServices];

const command = new Command('drill')
  .description(
    'Loses databases under load, restores each to an earlier moment, recovers the rest from Kafka, and checks all books.',
  )
  .option('--only <disasters>', `some of ${disasters.join(', ')}, separated by commas`, chosen, [...disasters])
  .option(
    '--lost-seconds <n>',
    'how long before the loss the moment lies that is restored, at least 8',
    wholeNumber,
    65,
  )
  .option('--seed <n>', 'repeats the choices of a run', wholeNumber, Date.now() % 1_000_000)
  .option('--report <file>', 'also writes the report there')
  .showHelpAfterError()
  .parse();
const o = command.opts<{ only: Disaster[]; lostSeconds: number; seed: number; report?: string }>();
if ((process.env['OMS_STACK'] ?? 'embedded') !== 'embedded') {
  command.error('The drill destroys its PostgreSQL, so it needs one of its own: run it without OMS_STACK.');
}

const site = await openSite('drill');
onStopSignal(async () => {
  await site.stop();
  await stopChildren();
});
try {
  const rounds = await runDrill({
    ...{ site, disasters: disasters.filter((one) => o.only.includes(one)), random: createRandom(o.seed) },
    lostMs: Math.max(8, o.lostSeconds) * 1_000,
    say: (line) => console.log(line),
  });
  const report = reportOf(rounds);
  console.log(`\n${report}`);
  if (o.report) {
    mkdirSync(dirname(o.report), { recursive: true });
    writeFileSync(o.report, `${report}\n`);
  }
  process.exitCode = rounds.some(({ findings }) => findings.length > 0) ? 1 : 0;
} finally {
  await site.stop();
}
process.exit();

function chosen(text: string): Disaster[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !disasters.some((one) => one === name));
  if (unknown.length > 0)
    command.error(`There is no disaster ${unknown.join(', ')}; there are ${disasters.join(', ')}.`);
  return names as Disaster[];
}
