// `npm run linearize`: records what callers of the real inventory service see, on a stack of its own, and checks whether one order of
// their calls explains all of it. `--kill` kills the service while they work.
import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Command } from 'commander';
import { anySeed } from '../../dev/client/seed.ts';
import { wholeNumber } from '../../dev/command/numbers.ts';
import { createRandom } from '../harness/random.ts';
import { root } from '../../database/migrate/databases.ts';
import { clearData } from '../../dev/stack/clear-data.ts';
import { dataFolder } from '../../dev/stack/data-folder.ts';
import { failureText } from '../../dev/stack/failure.ts';
import { freePorts, startStack } from '../../dev/stack/index.ts';
import { prepareStack } from '../../dev/start/system.ts';
import type { History } from './history.ts';
import { startInventoryAlone } from './inventory-alone.ts';
import { explain, checkHistory, type HistoryResult } from './check-history.ts';
import { record } from './record.ts';

type Options = {
  seed: number;
  items: number;
  clients: number;
  ops: number;
  rounds: number;
  kill: boolean;
  history?: string;
};

const dataDir = join(root, '.data/linearize');
const options = new Command()
  .name('npm run linearize --')
  .description('Checks whether the stock of the real inventory service is linearizable.')
  .option('--seed <number>', 'what the clients request; printed, so that a run can be repeated', wholeNumber, anySeed())
  .option('--items <number>', 'items of a round', wholeNumber, 4)
  .option('--clients <number>', 'clients at once', wholeNumber, 8)
  .option('--ops <number>', 'calls of a round', wholeNumber, 2_000)
  .option('--rounds <number>', 'histories, each on new items', wholeNumber, 3)
  .option('--kill', 'kill the service (SIGKILL) while they work, and start it again', false)
  .option('--history <file>', 'check a history that an earlier run has written')
  .parse()
  .opts<Options>();

try {
  process.exitCode = (await (options.history ? checkFile(options.history) : run())) ? 0 : 1;
} catch (error) {
  console.error(failureText(error));
  process.exitCode = 1;
}

async function run(): Promise<boolean> {
  console.log(`seed ${options.seed}`);
  const seeded = createRandom(options.seed);
  await clearData(dataFolder(dataDir));
  const stack = await startStack({ dataDir, ports: await freePorts() });
  try {
    await prepareStack(stack, undefined, ['inventory']);
    const inventory = await startInventoryAlone({ stack, dataDir });
    try {
      let isConsistent = true;
      for (let round = 1; round <= options.rounds; round += 1) {
        const [random, killRandom] = [seeded.fork(), seeded.fork()];
        const killed = inventory.kills();
        const disturb = (clients: Promise<unknown>) => inventory.killDuring(clients, killRandom);
        const history = await record(inventory, {
          ...options,
          calls: options.ops,
          random,
          ...(options.kill && { disturb }),
        });
        const kills = inventory.kills() - killed;
        const file = join(dataDir, `round-${round}.json`);
        writeFileSync(file, JSON.stringify(history));
        console.log(`\nround ${round}: ${history.calls.length} calls, ${kills} kills; ${relative(root, file)}`);
        isConsistent = report(history) && isConsistent;
      }
      return isConsistent;
    } finally {
      await inventory.stop();
    }
  } finally {
    await stack.stop();
  }
}

function checkFile(file: string): boolean {
  return report(JSON.parse(readFileSync(file, 'utf8')) as History);
}

function report(history: History): boolean {
  const results = checkHistory(history);
  console.log(`${'history of'.padEnd(38)}${'calls'.padStart(6)}${'unknown'.padStart(9)}${'ms'.padStart(7)}  result`);
  for (const { what, calls, unknown, ms, searched } of results) {
    const figures = `${String(calls).padStart(6)}${String(unknown).padStart(9)}${ms.toFixed(0).padStart(7)}`;
    console.log(`${what.padEnd(38)}${figures}  ${searched.outcome}`);
  }
  const bad = results.filter(({ searched }: HistoryResult) => searched.outcome !== 'LINEARIZABLE');
  for (const result of bad) console.log(`\n${explain(result)}`);
  return bad.length === 0;
}
