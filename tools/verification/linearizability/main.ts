// `npm run linearize`: records what callers of the real inventory service see, on a stack of its own, and judges whether one order of
// their calls explains it all. `--kill` kills the service while they work.
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
import { explain, judge, type Judgement } from './judge.ts';
import { record } from './record.ts';

type Wish = {
  seed: number;
  items: number;
  clients: number;
  ops: number;
  rounds: number;
  kill: boolean;
  history?: string;
};

const dataDir = join(root, '.data/linearize');
const wish = new Command()
  .name('npm run linearize --')
  .description('Judges whether the stock of the real inventory service is linearizable.')
  .option('--seed <number>', 'what the clients ask for; printed, so that a run can be repeated', wholeNumber, anySeed())
  .option('--items <number>', 'items of a round', wholeNumber, 4)
  .option('--clients <number>', 'clients at once', wholeNumber, 8)
  .option('--ops <number>', 'calls of a round', wholeNumber, 2_000)
  .option('--rounds <number>', 'histories, each on new items', wholeNumber, 3)
  .option('--kill', 'kill the service (SIGKILL) while they work, and start it again', false)
  .option('--history <file>', 'judge a history that an earlier run has written')
  .parse()
  .opts<Wish>();

try {
  process.exitCode = (await (wish.history ? judgeFile(wish.history) : run())) ? 0 : 1;
} catch (error) {
  console.error(failureText(error));
  process.exitCode = 1;
}

async function run(): Promise<boolean> {
  console.log(`seed ${wish.seed}`);
  const seeded = createRandom(wish.seed);
  await clearData(dataFolder(dataDir));
  const stack = await startStack({ dataDir, ports: await freePorts() });
  try {
    await prepareStack(stack, undefined, ['inventory']);
    const inventory = await startInventoryAlone({ stack, dataDir });
    try {
      let isRight = true;
      for (let round = 1; round <= wish.rounds; round += 1) {
        const [random, killRandom] = [seeded.fork(), seeded.fork()];
        const killed = inventory.kills();
        const disturb = (clients: Promise<unknown>) => inventory.killDuring(clients, killRandom);
        const result = await record(inventory, { ...wish, calls: wish.ops, random, ...(wish.kill && { disturb }) });
        const kills = inventory.kills() - killed;
        const file = join(dataDir, `round-${round}.json`);
        writeFileSync(file, JSON.stringify(result));
        console.log(`\nround ${round}: ${result.calls.length} calls, ${kills} kills; ${relative(root, file)}`);
        isRight = report(result) && isRight;
      }
      return isRight;
    } finally {
      await inventory.stop();
    }
  } finally {
    await stack.stop();
  }
}

function judgeFile(file: string): boolean {
  return report(JSON.parse(readFileSync(file, 'utf8')) as History);
}

function report(history: History): boolean {
  const judgements = judge(history);
  console.log(`${'history of'.padEnd(38)}${'calls'.padStart(6)}${'unknown'.padStart(9)}${'ms'.padStart(7)}  verdict`);
  for (const { what, calls, unknown, ms, verdict } of judgements) {
    const figures = `${String(calls).padStart(6)}${String(unknown).padStart(9)}${ms.toFixed(0).padStart(7)}`;
    console.log(`${what.padEnd(38)}${figures}  ${verdict.outcome}`);
  }
  const bad = judgements.filter(({ verdict }: Judgement) => verdict.outcome !== 'LINEARIZABLE');
  for (const judgement of bad) console.log(`\n${explain(judgement)}`);
  return bad.length === 0;
}
