// `npm run drill`: a whole system of its own loses a database under load and is restored to an earlier moment; exits 1 on a violation.

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Command } from 'commander';
import { createRandom } from '../harness/random.ts';
import { wholeNumber } from '../../dev/command/numbers.ts';
import { stopChildren } from '../../dev/stack/child.ts';
import { databaseServices } from '../../dev/stack/index.ts';
import { onStopSignal } from '../../dev/stack/stop-signal.ts';
import type { DataLoss } from './data-loss.ts';
import { runDrill } from './drill.ts';
import { reportOf } from './report.ts';
import { openRestoreEnvironment } from './restore-environment.ts';

type Options = { only: DataLoss[]; lostSeconds: number; seed: number; report?: string };

// The whole server first: later each service's database is on a server of its own.
const losses: readonly DataLoss[] = ['all', ...databaseServices];

const command = new Command('drill')
  .description(
    'Loses databases under load, restores each to an earlier moment, recovers the rest from Kafka, and checks all invariants.',
  )
  .option('--only <losses>', `some of ${losses.join(', ')}, separated by commas`, chosen, [...losses])
  .option('--lost-seconds <n>', 'how long before the loss the restored moment is, at least 8', wholeNumber, 65)
  .option('--seed <n>', 'repeats the choices of a run', wholeNumber, Date.now() % 1_000_000)
  .option('--report <file>', 'also writes the report there')
  .showHelpAfterError()
  .parse();
const { only, lostSeconds, seed, report: reportFile } = command.opts<Options>();
if ((process.env['OMS_STACK'] ?? 'embedded') !== 'embedded') {
  command.error('The drill destroys its PostgreSQL, so it needs one of its own: run it without OMS_STACK.');
}

const environment = await openRestoreEnvironment('drill');
onStopSignal(async () => {
  await environment.stop();
  await stopChildren();
});
try {
  const rounds = await runDrill({
    environment,
    losses: losses.filter((one) => only.includes(one)),
    random: createRandom(seed),
    lostMs: Math.max(8, lostSeconds) * 1_000,
    print: (line) => console.log(line),
  });
  const report = reportOf(rounds);
  console.log(`\n${report}`);
  if (reportFile) {
    mkdirSync(dirname(reportFile), { recursive: true });
    writeFileSync(reportFile, `${report}\n`);
  }
  process.exitCode = rounds.some(({ violations }) => violations.length > 0) ? 1 : 0;
} finally {
  await environment.stop();
}
process.exit();

function chosen(text: string): DataLoss[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !losses.some((one) => one === name));
  if (unknown.length > 0) command.error(`There is no data loss ${unknown.join(', ')}; there are ${losses.join(', ')}.`);
  return names as DataLoss[];
}
