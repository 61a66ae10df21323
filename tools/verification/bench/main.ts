// `npm run bench -- <what>`: measurements, each printed with the conditions under which it was made.
import { cpus } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Command, InvalidArgumentError, Option } from 'commander';
import { root } from '../../database/migrate/databases.ts';
import { createProgress } from '../../dev/stack/index.ts';
import { measurePlacement, type EntryPoint, type Placement } from './placement.ts';
import { howToInstall } from './pgbench/pgbench.ts';
import { fdatasyncMs, slowDiskEnv } from './slow-disk.ts';
import { describePlacement } from './describe-placement.ts';

type PlacementFlags = {
  clients: number[];
  seconds: number;
  rounds: number;
  entry?: EntryPoint;
  door?: EntryPoint;
  slowDisk?: true;
  alone?: true;
  json?: true;
};

/** Longer bursts show nothing more, and fill the disk. */
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
  .addOption(new Option('--entry <service>', 'one entry point only').choices(['order', 'gateway']))
  .addOption(new Option('--door <service>', 'the former name of --entry').choices(['order', 'gateway']).hideHelp())
  .option('--slow-disk', `with PostgreSQL's fdatasync held to ${fdatasyncMs} ms, as on an ordinary disk`)
  .option('--alone', 'without pgbench and the Prisma handler')
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
  .description('how long a reconciliation of very many orders takes, and whether it finds what was damaged')
  .option('--orders <number>', 'delivered orders', whole(10_000_000), 1_000_000)
  .option('--items <number>', 'of which each has one', whole(100_000), 1_000)
  .action(async ({ orders, items }: { orders: number; items: number }) => {
    const { measureReconcile } = await import('./reconcile.ts');
    const progress = createProgress([]);
    const reconciled = await measureReconcile({ orders, items, progress });
    await progress.close();
    console.log(JSON.stringify(reconciled, null, 2));
    if (isDeepStrictEqual(reconciled.found, reconciled.damaged) && reconciled.leftAfterRepair === 0) return;
    throw new Error('What was found, or left, is not what was damaged.');
  });

bench
  .command('order-lists')
  .description(
    'explains every combination of filters of the order list: no sequential scan, no sort of more than a page',
  )
  .option('--orders <number>', 'orders in the table', whole(10_000_000), 1_000_000)
  .action(async ({ orders }: { orders: number }) => {
    const { explainOrderLists } = await import('./order-lists.ts');
    const progress = createProgress([]);
    const explained = await explainOrderLists({ orders, progress });
    await progress.close();
    for (const { filters, ms, rows, faults } of explained)
      console.log(
        `${ms.toFixed(1).padStart(8)} ms ${String(rows).padStart(3)} rows  ${filters}${faults.map((fault) => `; ${fault}`).join('')}`,
      );
    const wrong = explained.filter(({ faults }) => faults.length > 0).length;
    if (wrong > 0) throw new Error(`${wrong} of ${explained.length} lists are not walks along an index.`);
    console.log(`${explained.length} lists of ${orders} orders: no sequential scan, no sort of more than a page.`);
  });

bench
  .command('streams')
  .description('what idle event streams cost in memory, and how soon each client has the change of its order')
  .option('--clients <number>', 'streams, each of an order of its own', whole(20_000), 5_000)
  .action(async ({ clients }: { clients: number }) => {
    const { describeStreams, measureStreams } = await import('./streams.ts');
    const progress = createProgress([]);
    const figures = await measureStreams({ clients, progress });
    await progress.close();
    console.log(`${describeStreams(figures)}\non ${cpus().length} cores, the clients on the same machine`);
    if (figures.wrong > 0) throw new Error('A client missed its change, or got another one.');
  });

bench
  .command('import')
  .description('an import of very many items while orders are placed: exact report, memory, and what orders wait')
  .option('--rows <number>', 'rows of the file, of which one in 1,000 is bad', whole(250_000), 100_000)
  .action(async ({ rows }: { rows: number }) => {
    const { measureImport } = await import('./import.ts');
    const progress = createProgress([]);
    const figures = await measureImport({ rows, progress });
    await progress.close();
    console.log(JSON.stringify(figures, null, 2));
    if (!figures.isExact || figures.placements.failed > 0) throw new Error('A row or an order is missing.');
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
  if (flags.door) console.error('--door is deprecated and goes with the next release: use --entry.');
  const entry = flags.entry ?? flags.door;
  const progress = createProgress([]);
  const measured = await measurePlacement({
    clients: flags.clients,
    seconds: flags.seconds,
    rounds: flags.rounds,
    postgresEnv,
    progress,
    entries: entry ? [entry] : ['order', 'gateway'],
    alone: flags.alone ?? false,
    print: (line) => console.error(line),
  });
  await progress.close();
  if (flags.json) console.log(JSON.stringify({ ...measured, conditions: conditions(flags, measured) }, null, 2));
  else console.log(`\n${describePlacement(measured)}\n\n${conditions(flags, measured).join('\n')}`);
}

function conditions(flags: PlacementFlags, { invariants, withoutPgbench }: Placement): string[] {
  return [
    `${flags.rounds} rounds of ${flags.seconds} s, in turn, on ${cpus().length} cores, the load on the same machine; fsync on${flags.slowDisk ? `, fdatasync held to ${fdatasyncMs} ms` : ''}`,
    `invariants: ${invariants}`,
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
