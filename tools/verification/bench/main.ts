// `npm run bench -- <what>`: figures, each by one command, with what they were measured without.
import { cpus } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Command, InvalidArgumentError, Option } from 'commander';
import { root } from '../../database/migrate/databases.ts';
import { createProgress } from '../../dev/stack/index.ts';
import { measurePlacement, type Door, type Placement } from './placement.ts';
import { howToInstall } from './pgbench/pgbench.ts';
import { fdatasyncMs, slowDiskEnv } from './slow-disk.ts';
import { tellPlacement } from './tell-placement.ts';

type PlacementFlags = {
  clients: number[];
  seconds: number;
  rounds: number;
  door?: Door;
  slowDisk?: true;
  alone?: true;
  json?: true;
};

/** Longer bursts prove nothing more, and fill the disk. */
const secondsMax = 60;
const clientsMax = 256;

const bench = new Command('bench')
  .description('Measures the order management system. From the repository: npm run bench -- <what>')
  .showHelpAfterError();

bench
  .command('placement')
  .description('orders per second over HTTP, beside pgbench with the same SQL and beside a Fastify + Prisma handler')
  .option(
    '--clients <numbers>',
    `callers at once, separated by commas, each at most ${clientsMax}`,
    numbers,
    [1, 8, 64, 256],
  )
  .option('--seconds <number>', `counted seconds of each burst, at most ${secondsMax}`, whole(secondsMax), 5)
  .option('--rounds <number>', 'how often everything is measured, in turn', whole(20), 3)
  .addOption(new Option('--door <door>', 'one door only').choices(['order', 'gateway']))
  .option('--slow-disk', `with PostgreSQL's fdatasync held to ${fdatasyncMs} ms, as on an ordinary disk`)
  .option('--alone', 'without what is compared with')
  .option('--json', 'all figures of all rounds as JSON')
  .action(placement);

bench
  .command('codec')
  .description("our decoding of messages beside the registry library's and JSON.parse's; needs no stack")
  .option('--seconds <number>', 'seconds of each measurement', whole(secondsMax), 2)
  .action(async ({ seconds }: { seconds: number }) => {
    const { measureCodec } = await import('./codec/codec.ts');
    await measureCodec(seconds);
  });

bench
  .command('light-load')
  .description('what a group commit adds to a command that nobody else waits with; needs no stack')
  .action(async () => {
    const { measureLightLoad } = await import('./light-load.ts');
    await measureLightLoad();
  });

bench
  .command('reconcile')
  .description('how long a reconciliation of very many orders takes, and whether it finds what was written wrong')
  .option('--orders <number>', 'delivered orders', whole(10_000_000), 1_000_000)
  .option('--items <number>', 'of which each has one', whole(100_000), 1_000)
  .action(async (o: { orders: number; items: number }) => {
    const { measureReconcile } = await import('./reconcile.ts');
    const progress = createProgress([]);
    const looked = await measureReconcile({ ...o, progress });
    await progress.close();
    console.log(JSON.stringify(looked, null, 2));
    if (isDeepStrictEqual(looked.found, looked.wrong) && looked.leftAfterRepair === 0) return;
    throw new Error('What was found, or left, is not what was written wrong.');
  });

try {
  await bench.parseAsync();
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

async function placement(flags: PlacementFlags): Promise<void> {
  const postgresEnv = flags.slowDisk ? slowDiskEnv(join(root, '.data/bench-disk')) : {};
  if (postgresEnv === undefined)
    throw new Error('--slow-disk needs Linux and a C compiler called cc: `apt-get install gcc` brings one.');
  const progress = createProgress([]);
  const measured = await measurePlacement({
    ...{ clients: flags.clients, seconds: flags.seconds, rounds: flags.rounds, postgresEnv, progress },
    doors: flags.door ? [flags.door] : ['order', 'gateway'],
    alone: flags.alone ?? false,
    tell: (line) => console.error(line),
  });
  await progress.close();
  if (flags.json) console.log(JSON.stringify({ ...measured, conditions: conditions(flags, measured) }, null, 2));
  else console.log(`\n${tellPlacement(measured)}\n\n${conditions(flags, measured).join('\n')}`);
}

function conditions(flags: PlacementFlags, { books, withoutPgbench }: Placement): string[] {
  return [
    `${flags.rounds} rounds of ${flags.seconds} s, in turn, on ${cpus().length} cores, the load on the same machine; fsync on${flags.slowDisk ? `, fdatasync held to ${fdatasyncMs} ms` : ''}`,
    `books: ${books}`,
    ...(withoutPgbench ? [`Measured without pgbench, which was not found. ${howToInstall}`] : []),
    ...(flags.alone ? ['Measured without pgbench and without the Prisma handler, as asked (--alone).'] : []),
  ];
}

function numbers(text: string): number[] {
  return text.split(',').map(whole(clientsMax));
}

function whole(max: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (Number.isInteger(number) && number >= 1 && number <= max) return number;
    throw new InvalidArgumentError(`${JSON.stringify(text)} is no whole number from 1 to ${max}.`);
  };
}
