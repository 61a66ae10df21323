// One fault run: a town under load, faults one after the other, and after each group of them the books, balanced exactly.

import { setTimeout as wait } from 'node:timers/promises';
import { checkBooks } from '../invariants/invariants.ts';
import { describeFindings, type Finding } from '../invariants/violation.ts';
import { createRandom } from '../harness/random.ts';
import { disturbances, type Disturbance } from './disturbances.ts';
import { startGhosts } from '../harness/bad-inputs.ts';
import { killAtFailpoints } from './kills.ts';
import { startLoad } from '../harness/load.ts';
import type { Row } from './report.ts';
import { checkSecrets } from './secrets.ts';
import type { Town } from '../harness/system-under-test.ts';
import { startWatch } from '../harness/invariant-monitor.ts';

const aroundMs = 2_000;

export type ChaosOptions = {
  town: Town;
  seed: number;
  /** Deaths at failpoints; 'once' for each failpoint once. */
  kills: number | 'once';
  /** Names of disturbances; all of them unless given. */
  only?: readonly string[];
  /** Unreadable messages that an earlier run has put on the same town's topics. */
  poisonedBefore?: number;
  /** Deaths between two balances of the books. */
  killsPerCheck?: number;
  say: (line: string) => void;
};

export type ChaosReport = {
  rows: Row[];
  findings: Finding[];
  missed: string[];
  kills: number;
  looks: number;
  /** By this run. */
  poisoned: number;
  summary: string;
};

export async function runChaos(o: ChaosOptions): Promise<ChaosReport> {
  const { town, say } = o;
  const random = createRandom(o.seed);
  const rows = new Map<string, Row>();
  const missed: string[] = [];
  const findings: Finding[] = [];
  const accepted = new Set<string>();
  const totals = new Map<string, number>();
  let kills = 0;
  let poisoned = o.poisonedBefore ?? 0;
  let looks = 0;

  const rowOf = (fault: string) => rows.get(fault) ?? rows.set(fault, { fault, times: 0, findings: [] }).get(fault)!;

  /** Load on, faults, load off, books. What is found is everybody's who was part of it. */
  const round = async (title: string, faults: (hit: (fault: string) => void) => Promise<void>) => {
    const startedAt = performance.now();
    const hits = new Set<string>();
    const late: Finding[] = [];
    const doors = { gatewayUrl: town.victims.urls.gateway, issuerUrl: town.stack.issuerUrl };
    const load = await startLoad(doors, town.items, random);
    const ghosts = startGhosts(town, random);
    const watch = startWatch(town.stack.databaseUrl('inventory'));
    try {
      await faults((fault) => {
        hits.add(fault);
        rowOf(fault).times += 1;
      });
    } catch (error) {
      // A bound that was not kept; what the books say of it is wanted all the more.
      late.push({ invariant: 8, what: String(error) });
    } finally {
      await load.stop();
      await ghosts.stop();
      await watch.stop();
    }
    await town.victims.allReady();
    looks += watch.looks();
    poisoned += ghosts.poisoned();
    for (const id of load.accepted) accepted.add(id);
    for (const [name, count] of Object.entries(load.counts)) totals.set(name, (totals.get(name) ?? 0) + count);
    const { stack, receivers } = town;
    const books = await checkBooks({
      ...stack,
      databaseUrl: (service) => stack.databaseUrl(service),
      accepted,
      provided: receivers.accepted,
      poisoned,
      quietMsMax: 180_000,
    });
    const found = [...late, ...load.findings, ...watch.findings, ...books.findings, ...(await checkSecrets(town))];
    findings.push(...found);
    for (const fault of hits) rowOf(fault).findings.push(...found);
    const { orders, cancelled, messages, repeats } = books.counts;
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    say(
      `${title}: ${seconds} s; ${orders} orders (${cancelled} cancelled), ${messages} messages on Kafka (${repeats} repeats), ${found.length === 0 ? 'the books balance' : `${found.length} VIOLATIONS`}`,
    );
    if (found.length > 0) say(describeFindings(found));
  };

  const killRound = (count: number | undefined) =>
    round('killed at failpoints', (hit) =>
      killAtFailpoints({
        victims: town.victims,
        random,
        ...(count !== undefined && { kills: count }),
        onKill({ failpoint }) {
          kills += 1;
          hit(failpoint);
        },
        onMissed: ({ service, failpoint }) => missed.push(`${failpoint} in ${service}`),
      }),
    );

  if (o.kills === 'once') await killRound(undefined);
  else
    for (let left = o.kills; left > 0; left -= o.killsPerCheck ?? 100)
      await killRound(Math.min(left, o.killsPerCheck ?? 100));
  for (const disturbance of chosen(o.only)) {
    await round(disturbance.name, async (hit) => {
      hit(disturbance.name);
      // Orders are under way when it comes, and when it has passed.
      await wait(aroundMs);
      const told = await disturbance.run(town, random);
      await wait(aroundMs);
      if (told) say(`  ${told}`);
    });
  }
  const summary = `${kills} kills at ${[...rows.keys()].filter((name) => name.includes('.')).length} failpoints, ${findings.length} violations; clients: ${[...totals].map(([name, count]) => `${count} ${name}`).join(', ')}; the stock was looked at ${looks} times meanwhile`;
  return {
    rows: [...rows.values()].toSorted((a, b) => (a.fault < b.fault ? -1 : 1)),
    findings,
    missed,
    kills,
    looks,
    poisoned: poisoned - (o.poisonedBefore ?? 0),
    summary,
  };
}

function chosen(only: readonly string[] | undefined): readonly Disturbance[] {
  if (!only) return disturbances.filter(({ long }) => !long);
  const unknown = only.filter((name) => !disturbances.some((each) => each.name === name));
  if (unknown.length > 0)
    throw new Error(
      `There is no fault ${unknown.join(', ')}; there are: ${disturbances.map(({ name }) => name).join(', ')}.`,
    );
  return disturbances.filter(({ name }) => only.includes(name));
}
