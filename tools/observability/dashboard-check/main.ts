// `npm run dashboards:check`: starts a system of its own, sends a minute of traffic, and runs every query of every dashboard on a real
// Prometheus. Exits with 1 when a query that should return data returns none.

import { join } from 'node:path';
import { Command } from 'commander';
import { count } from '../../dev/command/numbers.ts';
import { failureText } from '../../dev/stack/failure.ts';
import { createProgress } from '../../dev/stack/index.ts';
import { root } from '../../database/migrate/databases.ts';
import { startWholeSystem } from '../../verification/journey/whole-system.ts';
import { pages } from '../dashboards/pages.ts';
import { prometheusProgram } from '../promtool.ts';
import { emptyQueries, queryPanels } from './panel-check.ts';
import { startPrometheus } from './prometheus.ts';
import { serve } from './traffic.ts';

if (process.env['npm_lifecycle_event'] === 'sights')
  console.error('`npm run sights` is deprecated and goes with the next release: use `npm run dashboards:check`.');
const { seconds } = new Command()
  .name('npm run dashboards:check --')
  .description('Runs every query of every dashboard after a minute of traffic on a system of its own.')
  .option('--seconds <number>', 'how long the traffic lasts', count, 60)
  .parse()
  .opts<{ seconds: number }>();

const name = 'dashboard-check';
const everySeconds = 1;

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  console.error(failureText(error));
  process.exitCode = 1;
}

async function main(): Promise<boolean> {
  await prometheusProgram('prometheus');
  const progress = createProgress(['system', 'traffic', 'panels']);
  const whole = await progress.step('system', () => startWholeSystem(`${name}/system`));
  const dir = join(root, '.data', name, 'prometheus');
  const prometheus = await startPrometheus({ urls: whole.system.managementUrls, dir, everySeconds });
  try {
    const from = Date.now() / 1_000;
    const served = await progress.step('traffic', () => serve(whole, seconds));
    const range = { from, to: Date.now() / 1_000, stepSeconds: everySeconds, rateSeconds: 10 };
    const panels = await progress.step('panels', () => queryPanels(prometheus, pages, range));
    await progress.close();
    const empty = emptyQueries(panels);
    const queryCount = panels.reduce((sum, { results }) => sum + results.length, 0);
    console.log(`${served.placed} orders placed, ${served.refused} refused`);
    console.log(`${queryCount - empty.length} of ${queryCount} queries have data, or none as they should`);
    for (const line of empty) console.log(`  no data: ${line}`);
    return empty.length === 0;
  } finally {
    await prometheus.stop();
    await whole.stop();
  }
}
