// `npm run bench -- placement`: orders per second over HTTP, beside pgbench with the same SQL and beside a Prisma handler, in turn.
import { join } from 'node:path';
import type { Service } from '../../dev/stack/index.ts';
import { silentProgress, type Progress } from '../../dev/stack/index.ts';
import { burst, oddAnswers, type Burst } from './bursts.ts';
import { assertInvariants, msUntilAtRest } from './catching-up.ts';
import { findPgbench } from './pgbench/pgbench.ts';
import { createYardstick, type Yardstick } from './pgbench/baseline.ts';
import { startPrismaHandler, type PrismaHandler } from './prisma-handler/start-handler.ts';
import { itemCount, recordedOrders, startStand, type Stand } from './bench-system.ts';

export type Door = 'order' | 'gateway';
export type PlacementOptions = {
  clients: readonly number[];
  seconds: number;
  rounds: number;
  doors: readonly Door[];
  /** Leaves out what is compared with. */
  alone: boolean;
  postgresEnv: NodeJS.ProcessEnv;
  progress?: Progress;
  tell: (line: string) => void;
};

/** What one round of one case gave. */
export type Round = {
  ours: Burst;
  pgbench?: { perSecond: number; inventory: number; order: number };
  prisma?: Burst;
  /** After the burst, until nothing waited any more; at the gateway's door only. */
  restMs?: number;
};
export type Case = { door: Door; clients: number; hot: boolean; rounds: Round[] };
export type Placement = { cases: Case[]; books: string; withoutPgbench: boolean };

const warmUpSeconds = 10;
const warmUpClients = 64;

/** Not at work while the order service's own door is measured; before the books are checked they catch up. */
const others: readonly Service[] = ['gateway', 'analytics', 'notification'];

/** @throws Error when the books do not add up afterwards, or a connection broke */
export async function measurePlacement(o: PlacementOptions): Promise<Placement> {
  const { progress = silentProgress } = o;
  const stand = await startStand({
    customers: Math.max(warmUpClients, ...o.clients),
    progress,
    postgresEnv: o.postgresEnv,
  });
  let prisma: PrismaHandler | undefined;
  try {
    const program = o.alone ? undefined : findPgbench();
    const yardstick = program === undefined ? undefined : await makeYardstick(stand, program);
    if (!o.alone) prisma = await startPrismaHandler({ ...stand.stack, itemIds: stand.itemIds });
    const cases: Case[] = [];
    const warmUps: Round[] = [];
    const measure = async (door: Door) => {
      warmUps.push(await warmUp(door, stand, prisma));
      cases.push(...(await measureDoor(door, o, stand, yardstick, door === 'order' ? prisma : undefined)));
    };
    // The gateway first: then the consumers have little behind them.
    if (o.doors.includes('gateway')) await measure('gateway');
    if (o.doors.includes('order')) {
      await Promise.all(others.map((service) => stand.system.service(service).stop()));
      await measure('order');
      await Promise.all(others.map((service) => stand.system.service(service).start()));
    }
    const books = await checkAllBooks(stand, [...warmUps, ...cases.flatMap((one) => one.rounds)], prisma);
    return { cases, books, withoutPgbench: program === undefined && !o.alone };
  } finally {
    await prisma?.stop();
    await stand.stop();
  }
}

/** Not counted: Node and the JVM compile what is called often, which takes a few thousand orders; nobody is measured before that. */
async function warmUp(door: Door, stand: Stand, prisma: PrismaHandler | undefined): Promise<Round> {
  const plan = {
    tokens: stand.tokens.slice(0, warmUpClients),
    itemIds: stand.itemIds,
    seconds: warmUpSeconds,
    pids: {},
  };
  const ours = await burst({ ...plan, url: stand.system.urls[door] });
  if (door === 'gateway' || !prisma) return { ours };
  return { ours, prisma: await burst({ ...plan, url: prisma.url }) };
}

function makeYardstick({ stack, recorded, dataDir }: Stand, program: string): Promise<Yardstick> {
  const { adminDatabaseUrl } = stack;
  const folder = join(dataDir, 'pgbench');
  return createYardstick({ program, adminDatabaseUrl, folder, items: itemCount, ...recorded });
}

async function measureDoor(
  door: Door,
  o: PlacementOptions,
  stand: Stand,
  yardstick: Yardstick | undefined,
  prisma: PrismaHandler | undefined,
): Promise<Case[]> {
  const cases = o.clients.flatMap((clients) => [false, true].map((hot): Case => ({ door, clients, hot, rounds: [] })));
  for (let round = 1; round <= o.rounds; round += 1) {
    for (const one of cases) {
      const { clients, hot } = one;
      const plan = {
        tokens: stand.tokens.slice(0, clients),
        itemIds: hot ? stand.itemIds.slice(0, 1) : stand.itemIds,
        seconds: o.seconds,
      };
      const compared = await yardstick?.measure({ clients, hot, seconds: o.seconds });
      const ours = await burst({ ...plan, url: stand.system.urls[door], pids: pidsAt(door, stand) });
      const restMs = door === 'gateway' ? await msUntilAtRest(stand.stack) : undefined;
      const theirs = prisma && (await burst({ ...plan, url: prisma.url, pids: { prisma: prisma.pid } }));
      one.rounds.push({
        ours,
        ...(compared && { pgbench: compared }),
        ...(theirs && { prisma: theirs }),
        ...(restMs !== undefined && { restMs }),
      });
      o.tell(tellRound(one, round));
    }
  }
  return cases;
}

function pidsAt(door: Door, stand: Stand): Record<string, number> {
  const absent: readonly string[] = door === 'order' ? others : [];
  return Object.fromEntries(Object.entries(stand.pids()).filter(([name]) => !absent.includes(name)));
}

function tellRound({ door, clients, hot, rounds }: Case, round: number): string {
  const last = rounds.at(-1)!;
  const rate = (perSecond: number | undefined) => (perSecond === undefined ? 'none' : Math.round(perSecond));
  const shares = Object.entries(last.ours.cpu).map(([name, share]) => `${name} ${share.toFixed(2)}`);
  return [
    `round ${round} ${door} ${clients} ${hot ? 'hot' : 'uniform'}: ${rate(last.ours.perSecond)}/s`,
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

async function checkAllBooks(
  stand: Stand,
  rounds: readonly Round[],
  prisma: PrismaHandler | undefined,
): Promise<string> {
  const placed = rounds.reduce((sum, { ours }) => sum + ours.placed, recordedOrders);
  const wrongs = await prisma?.wrongs(rounds.reduce((sum, round) => sum + (round.prisma?.placed ?? 0), 0));
  if (wrongs && wrongs.length > 0) throw new Error(wrongs.join('\n'));
  return assertInvariants(stand.stack, placed);
}
