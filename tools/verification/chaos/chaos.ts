// One fault run: a system under load, faults one after the other, and after each round of them every invariant, checked exactly at rest.

import { until } from '@oms/test-kit';
import { startBadInputs } from '../harness/bad-inputs.ts';
import { faultsNamed, type Fault } from '../harness/faults/faults.ts';
import { killAtFailpoints } from '../harness/faults/kills.ts';
import { startInvariantMonitor } from '../harness/invariant-monitor.ts';
import { startLoad, type Load } from '../harness/load.ts';
import { createRandom } from '../harness/random.ts';
import type { SystemUnderTest } from '../harness/system-under-test.ts';
import { describeViolations, type Violation } from '../invariants/violation.ts';
import { checkWholeSystem } from '../invariants/whole-system.ts';
import type { Row } from './report.ts';
import { checkSecrets } from './secrets.ts';

export type ChaosOptions = {
  system: SystemUnderTest;
  seed: number;
  /** Kills at failpoints; 'once' for each failpoint once. */
  kills: number | 'once';
  /** Names of faults; all but the long ones unless given. */
  only?: readonly string[];
  /** Kills between two checks; 100 unless given. */
  killsPerCheck?: number;
  /** 'once' lets all named faults come under one load, one after the other, and checks after the last; after each unless given. */
  checkFaults?: 'each' | 'once';
  print: (line: string) => void;
};

export type ChaosReport = {
  rows: Row[];
  violations: Violation[];
  missed: string[];
  kills: number;
  /** How often the stock was checked while faults came. */
  checks: number;
  summary: string;
};

/** So many orders are placed between the start of the load and a fault, and between a fault and the end of the load. */
const ordersAround = 20;
const aroundMsMax = 60_000;
const restMsMax = 180_000;

export async function runChaos({
  system,
  seed,
  kills: killsWanted,
  only,
  killsPerCheck = 100,
  checkFaults = 'each',
  print,
}: ChaosOptions): Promise<ChaosReport> {
  const random = createRandom(seed);
  const rows = new Map<string, Row>();
  const missed: string[] = [];
  const violations: Violation[] = [];
  const accepted = new Set<string>();
  const totals = new Map<string, number>();
  let kills = 0;
  let checks = 0;

  if (killsWanted === 'once') await killRound(undefined);
  else for (let left = killsWanted; left > 0; left -= killsPerCheck) await killRound(Math.min(left, killsPerCheck));
  const faults = faultsNamed(only);
  if (checkFaults === 'each') for (const fault of faults) await faultRound(fault.name, [fault]);
  else if (faults.length > 0) await faultRound(`${faults.length} faults`, faults);

  const failpoints = [...rows.keys()].filter((name) => name.includes('.')).length;
  const clients = [...totals].map(([name, count]) => `${count} ${name}`).join(', ');
  return {
    rows: [...rows.values()].toSorted((a, b) => (a.fault < b.fault ? -1 : 1)),
    violations,
    missed,
    kills,
    checks,
    summary: `${kills} kills at ${failpoints} failpoints, ${violations.length} violations; clients: ${clients}; the stock was checked ${checks} times meanwhile`,
  };

  async function killRound(count: number | undefined): Promise<void> {
    await round('killed at failpoints', (hit) =>
      killAtFailpoints({
        processes: system.processes,
        random,
        ...(count !== undefined && { kills: count }),
        onKill({ failpoint }) {
          kills += 1;
          hit(failpoint);
        },
        onMissed: ({ service, failpoint }) => missed.push(`${failpoint} in ${service}`),
      }),
    );
  }

  async function faultRound(title: string, group: readonly Fault[]): Promise<void> {
    await round(title, async (hit, load) => {
      for (const fault of group) {
        hit(fault.name);
        await ordersArePlaced(load);
        const measured = await fault.run(system, random);
        if (measured) print(`  ${fault.name}: ${measured}`);
      }
      await ordersArePlaced(load);
    });
  }

  /** Load on, faults, load off, check. What is found counts for every fault of the round. */
  async function round(
    title: string,
    runFaults: (hit: (fault: string) => void, load: Load) => Promise<void>,
  ): Promise<void> {
    const startedMs = performance.now();
    const hits = new Set<string>();
    const found: Violation[] = [];
    const { stack, processes, receivers } = system;
    const load = await startLoad(
      { gatewayUrl: processes.urls.gateway, issuerUrl: stack.issuerUrl },
      system.items,
      random.fork(),
    );
    const badInputs = startBadInputs(system, random.fork());
    const monitor = startInvariantMonitor(stack.databaseUrl('inventory'));
    try {
      await runFaults((fault) => {
        hits.add(fault);
        rowOf(fault).times += 1;
      }, load);
    } catch (error) {
      // A bound that was not kept; what the invariants say is wanted all the more.
      found.push({ invariant: 8, what: String(error) });
    } finally {
      await Promise.all([load.stop(), badInputs.stop(), monitor.stop()]);
    }
    await processes.allReady();
    checks += monitor.checks();
    for (const id of load.accepted) accepted.add(id);
    for (const [name, count] of Object.entries(load.counts)) totals.set(name, (totals.get(name) ?? 0) + count);
    const checked = await checkWholeSystem(stack, { accepted, provided: receivers.accepted, restMsMax });
    found.push(...load.violations, ...monitor.violations, ...checked.violations, ...(await checkSecrets(system)));
    violations.push(...found);
    for (const fault of hits) rowOf(fault).violations.push(...found);
    const { orders, cancelled, messages, repeats } = checked.counts;
    const seconds = Math.round((performance.now() - startedMs) / 1_000);
    const result = found.length === 0 ? 'all invariants hold' : `${found.length} VIOLATIONS`;
    print(
      `${title}: ${seconds} s; ${orders} orders (${cancelled} cancelled), ${messages} messages on Kafka (${repeats} repeats), ${result}`,
    );
    if (found.length > 0) print(describeViolations(found));
  }

  function rowOf(fault: string): Row {
    const row = rows.get(fault) ?? { fault, times: 0, violations: [] };
    rows.set(fault, row);
    return row;
  }
}

/** Orders are under way when a fault comes, and when it has passed. */
async function ordersArePlaced({ counts }: Load): Promise<void> {
  const before = counts.placed + counts.refused;
  const arePlaced = () => counts.placed + counts.refused >= before + ordersAround;
  await until(`${ordersAround} orders are placed`, arePlaced, aroundMsMax);
}
