// One run from one seed: clients use the system while faults happen, the system comes to rest, and then every invariant is checked.

import { checkInvariants } from '../invariants/invariants.ts';
import { checkLeftovers } from '../invariants/leftovers.ts';
import type { Violation } from '../invariants/violation.ts';
import { checkRefusedUsers, createClients } from './clients/clients.ts';
import { placeOrders } from './clients/customer.ts';
import { changeOrders, changeStock, createItems } from './clients/staff.ts';
import { watchCommits } from './commit-watch.ts';
import type { Environment } from './environment.ts';
import { evidenceOf } from './evidence.ts';
import { disturb, endFaults } from './faults/disturbances.ts';
import { useFailpoints, type FailpointCounts } from './faults/failpoints.ts';
import { takeOverConnections } from './postgres/socket.ts';
import { addressOf } from './services/ports.ts';
import { createSystem } from './services/system.ts';
import { takeOverGlobals } from './world/globals.ts';
import { Killed } from './world/killed.ts';
import { services } from './world/services.ts';
import { createWorld } from './world/world.ts';

export type RunResult = {
  seed: number;
  violations: Violation[];
  hash: string;
  events: number;
  virtualMs: number;
  orders: number;
  messages: number;
  faults: Record<string, number>;
  failpoints: FailpointCounts;
  /** The last lines of the trace that concern `violations`, or all of it when asked for. */
  trace: string[];
};

const faultsMs = 12_000;
const restEveryMs = 100;
const restMsMax = 400_000;
const traceLinesMax = 120;

export async function simulate(
  seed: number,
  { databases, codec }: Environment,
  wholeTrace = false,
): Promise<RunResult> {
  await databases.reset();
  const world = createWorld(seed);
  const { scheduler, random, violations } = world;
  const failpointCounts: FailpointCounts = { passed: {}, deaths: {} };
  const undo = [takeOverGlobals(world)];
  const system = createSystem(world, databases, codec);
  undo.push(
    takeOverConnections(world, (url) => system.databases.get(services.find((name) => addressOf(name) === url)!)),
    useFailpoints(world, system, failpointCounts),
    watchErrors(),
  );
  watchCommits(world, system);
  const clients = createClients(world, system);
  const evidence = evidenceOf(system, clients, codec);
  let leftovers: Violation[] = [];
  let isDone = false;
  let isAtRest = false;

  try {
    void useSystem().then(() => (isDone = true));
    disturb(world, system);
    scheduler.after(faultsMs, null, () => endFaults(world, system));
    checkRestLater();
    await scheduler.play(() => isAtRest || scheduler.now() > restMsMax);
  } finally {
    for (const each of undo.reverse()) each();
    await system.close();
  }
  if (!isDone) world.violate(8, 'the clients did not come to an end');
  const checked = await checkInvariants(evidence);
  await checkRefusedUsers(world, clients, system);
  await system.outOfOrder.check(system.databases.get('notification')!);
  violations.push(...leftovers, ...checked.violations);
  const ids = violations.slice(0, 5).flatMap((violation) => violation.ids ?? []);
  return {
    seed,
    violations,
    hash: world.trace.hash(),
    events: scheduler.happened(),
    virtualMs: scheduler.now(),
    orders: checked.counts.orders,
    messages: checked.counts.messages,
    faults: world.faults.counts(),
    failpoints: failpointCounts,
    trace: wholeTrace
      ? world.trace.describe([], Infinity)
      : violations.length > 0
        ? world.trace.describe(ids, traceLinesMax)
        : [],
  };

  async function useSystem(): Promise<void> {
    await createItems(clients, 2 + random.int(3));
    const customers = Array.from({ length: 3 + random.int(4) }, () => placeOrders(clients, 3 + random.int(5)));
    await Promise.all([
      ...customers,
      changeStock(clients, 2 + random.int(5)),
      changeOrders(clients, 15),
      changeOrders(clients, 15),
    ]);
  }

  function checkRestLater(): void {
    scheduler.after(restEveryMs, null, () => {
      if (!world.hasFaults && isDone) scheduler.holdFor(checkRest());
      checkRestLater();
    });
  }

  async function checkRest(): Promise<void> {
    leftovers = await checkLeftovers(evidence.databases, evidence.messages);
    isAtRest = leftovers.length === 0;
  }

  /** Errors that a process does not catch end it, and are violations. */
  function watchErrors(): () => void {
    scheduler.onUncaught((process, error) => {
      if (error instanceof Killed || !process.alive) return;
      world.violate(8, `an error that nobody caught in ${process.name}: ${(error as Error).stack}`);
      system.killAndRestart(process, 'dies of an error nobody caught');
    });
    const onRejection = (error: unknown) => {
      if (!(error instanceof Killed))
        world.violate(8, `a rejection that nobody caught: ${(error as Error).stack ?? String(error)}`);
    };
    process.on('unhandledRejection', onRejection);
    return () => void process.off('unhandledRejection', onRejection);
  }
}
