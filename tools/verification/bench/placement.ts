// `npm run bench -- placement`: orders per second over HTTP, beside pgbench with the same SQL and beside a Prisma handler, in turn.
import { join } from 'node:path';
import type { Service } from '../../dev/stack/index.ts';
import { silentProgress, type Progress } from '../../dev/stack/index.ts';
import { burst, oddAnswers, type Burst } from './bursts.ts';
import { assertInvariants, msUntilAtRest } from './catching-up.ts';
import { findPgbench } from './pgbench/pgbench.ts';
import { createBaseline, type Baseline } from './pgbench/baseline.ts';
import { startPrismaHandler, type PrismaHandler } from './prisma-handler/start-handler.ts';
import { itemCount, recordedOrders, startBenchSystem, type BenchSystem } from './bench-system.ts';

export type EntryPoint = 'order' | 'gateway';
export type PlacementOptions = {
  clients: readonly number[];
  seconds: number;
  rounds: number;
  entries: readonly EntryPoint[];
  /** Leaves out pgbench and the Prisma handler. */
  alone: boolean;
  postgresEnv: NodeJS.ProcessEnv;
  progress?: Progress;
  print: (line: string) => void;
};

/** The figures of one round of one case. */
export type Round = {
  ours: Burst;
  pgbench?: { perSecond: number; inventory: number; order: number };
  prisma?: Burst;
  /** After the burst, until nothing waited any more; through the gateway only. */
  restMs?: number;
};
export type Case = { entry: EntryPoint; clients: number; hot: boolean; rounds: Round[] };
export type Placement = { cases: Case[]; invariants: string; withoutPgbench: boolean };

const warmUpSeconds = 10;
const warmUpClients = 64;

/** Not at work while the order service's own entry is measured; they catch up before the invariants are checked. */
const others: readonly Service[] = ['gateway', 'analytics', 'notification'];

/** @throws Error when invariants are violated afterwards, or a connection broke */
export async function measurePlacement(options: PlacementOptions): Promise<Placement> {
  const { clients, entries, alone, postgresEnv, progress = silentProgress } = options;
  const bench = await startBenchSystem({
    customers: Math.max(warmUpClients, ...clients),
    progress,
    postgresEnv,
  });
  let prisma: PrismaHandler | undefined;
  try {
    const program = alone ? undefined : findPgbench();
    const baseline = program === undefined ? undefined : await startBaseline(bench, program);
    if (!alone) prisma = await startPrismaHandler({ ...bench.stack, itemIds: bench.itemIds });
    const cases: Case[] = [];
    const warmUps: Round[] = [];
    const measure = async (entry: EntryPoint) => {
      warmUps.push(await warmUp(entry, bench, prisma));
      cases.push(...(await measureEntryPoint(entry, options, bench, baseline, entry === 'order' ? prisma : undefined)));
    };
    // The gateway first: then the consumers have little to catch up with.
    if (entries.includes('gateway')) await measure('gateway');
    if (entries.includes('order')) {
      await Promise.all(others.map((service) => bench.system.service(service).stop()));
      await measure('order');
      await Promise.all(others.map((service) => bench.system.service(service).start()));
    }
    const invariants = await checkInvariants(bench, [...warmUps, ...cases.flatMap((one) => one.rounds)], prisma);
    return { cases, invariants, withoutPgbench: program === undefined && !alone };
  } finally {
    await prisma?.stop();
    await bench.stop();
  }
}

/** Not counted: Node and the JVM compile what is called often, which takes a few thousand orders; nothing is measured before that. */
async function warmUp(entry: EntryPoint, bench: BenchSystem, prisma: PrismaHandler | undefined): Promise<Round> {
  const plan = {
    tokens: bench.tokens.slice(0, warmUpClients),
    itemIds: bench.itemIds,
    seconds: warmUpSeconds,
    pids: {},
  };
  const ours = await burst({ ...plan, url: bench.system.urls[entry] });
  if (entry === 'gateway' || !prisma) return { ours };
  return { ours, prisma: await burst({ ...plan, url: prisma.url }) };
}

function startBaseline({ stack, recorded, dataDir }: BenchSystem, program: string): Promise<Baseline> {
  const { adminDatabaseUrl } = stack;
  const folder = join(dataDir, 'pgbench');
  return createBaseline({ program, adminDatabaseUrl, folder, items: itemCount, ...recorded });
}

async function measureEntryPoint(
  entry: EntryPoint,
  { clients: clientCounts, seconds, rounds, print }: PlacementOptions,
  bench: BenchSystem,
  baseline: Baseline | undefined,
  prisma: PrismaHandler | undefined,
): Promise<Case[]> {
  const cases = clientCounts.flatMap((clients) =>
    [false, true].map((hot): Case => ({ entry, clients, hot, rounds: [] })),
  );
  for (let round = 1; round <= rounds; round += 1) {
    for (const one of cases) {
      const { clients, hot } = one;
      const plan = {
        tokens: bench.tokens.slice(0, clients),
        itemIds: hot ? bench.itemIds.slice(0, 1) : bench.itemIds,
        seconds,
      };
      const pgbench = await baseline?.measure({ clients, hot, seconds });
      const ours = await burst({ ...plan, url: bench.system.urls[entry], pids: pidsAt(entry, bench) });
      const restMs = entry === 'gateway' ? await msUntilAtRest(bench.stack) : undefined;
      const byPrisma = prisma && (await burst({ ...plan, url: prisma.url, pids: { prisma: prisma.pid } }));
      one.rounds.push({
        ours,
        ...(pgbench && { pgbench }),
        ...(byPrisma && { prisma: byPrisma }),
        ...(restMs !== undefined && { restMs }),
      });
      print(describeRound(one, round));
    }
  }
  return cases;
}

function pidsAt(entry: EntryPoint, bench: BenchSystem): Record<string, number> {
  const absent: readonly string[] = entry === 'order' ? others : [];
  return Object.fromEntries(Object.entries(bench.pids()).filter(([name]) => !absent.includes(name)));
}

function describeRound({ entry, clients, hot, rounds }: Case, round: number): string {
  const last = rounds.at(-1)!;
  const rate = (perSecond: number | undefined) => (perSecond === undefined ? 'none' : Math.round(perSecond));
  const shares = Object.entries(last.ours.cpu).map(([name, share]) => `${name} ${share.toFixed(2)}`);
  return [
    `round ${round} ${entry} ${clients} ${hot ? 'hot' : 'uniform'}: ${rate(last.ours.perSecond)}/s`,
    `p50 ${last.ours.p50Ms.toFixed(1)} p99 ${last.ours.p99Ms.toFixed(1)} ms`,
    ...(last.pgbench
      ? [`pgbench ${rate(last.pgbench.perSecond)} (${rate(last.pgbench.inventory)} and ${rate(last.pgbench.order)})`]
      : []),
    ...(last.prisma ? [`Prisma ${rate(last.prisma.perSecond)} (p50 ${last.prisma.p50Ms.toFixed(1)})`] : []),
    ...(last.restMs === undefined ? [] : [`at rest after ${(last.restMs / 1_000).toFixed(1)} s`]),
    `CPU ${shares.join(', ')}, load ${last.ours.cpuShare.toFixed(2)}`,
    ...[last.ours, ...(last.prisma ? [last.prisma] : [])].map(oddAnswers).filter((odd) => odd !== ''),
  ].join('; ');
}

async function checkInvariants(
  bench: BenchSystem,
  rounds: readonly Round[],
  prisma: PrismaHandler | undefined,
): Promise<string> {
  const placed = rounds.reduce((sum, { ours }) => sum + ours.placed, recordedOrders);
  const violations = await prisma?.violations(rounds.reduce((sum, round) => sum + (round.prisma?.placed ?? 0), 0));
  if (violations && violations.length > 0) throw new Error(violations.join('\n'));
  return assertInvariants(bench.stack, placed);
}
