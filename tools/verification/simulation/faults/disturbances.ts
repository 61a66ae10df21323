// Faults that come from outside, at random moments: processes killed and suspended, servers crashed, clocks stepped, rows locked, groups rebalanced.

import type { System } from '../services/system.ts';
import type { Process } from '../world/process.ts';
import { services, type Service } from '../world/services.ts';
import type { World } from '../world/world.ts';

type Disturbance = { kind: string; weight: number; act: (world: World, system: System) => void };

const lockedRows: readonly [service: Service, table: string, key: string][] = [
  ['inventory', 'inventory', 'id'],
  ['inventory', 'reservations', 'orderId'],
  ['order', 'orders', 'id'],
  ['order', 'placements', 'orderId'],
  ['notification', 'notifications', 'id'],
  ['analytics', 'sales_orders', 'orderId'],
];

export const disturbances: readonly Disturbance[] = [
  {
    kind: 'process: killed',
    weight: 5,
    act: (world, system) => system.killAndRestart(someProcess(world, system), 'is killed'),
  },
  { kind: 'process: suspended', weight: 3, act: (world, system) => suspend(world, someProcess(world, system)) },
  {
    kind: 'process: clock stepped',
    weight: 2,
    act(world, system) {
      const process = someProcess(world, system);
      process.clockOffMs = world.random.uniform(-20_000, 20_000);
      world.trace.add(process.name, `has its clock stepped by ${Math.round(process.clockOffMs)} ms`);
    },
  },
  {
    kind: 'database: crashed',
    weight: 2,
    act: (world, system) => someDatabase(world, system).crash(world.random.uniform(100, 4_000)),
  },
  { kind: 'database: session ended', weight: 5, act: (world, system) => someDatabase(world, system).endSomeSession() },
  {
    kind: 'database: row locked by another session',
    weight: 3,
    act(world, system) {
      const { random } = world;
      const [service, table, key] = random.pick(lockedRows);
      // Now and then for longer than a statement waits.
      const ms = random.chance(0.1) ? 17_000 : random.uniform(100, 3_000);
      system.databases.get(service)!.lockSomeRow(table, key, ms);
    },
  },
  { kind: 'broker: away', weight: 2, act: (world, system) => system.broker.crash(world.random.uniform(200, 9_000)) },
  {
    kind: 'broker: rebalance without a reason',
    weight: 3,
    act(world, system) {
      const groups = [...system.broker.groups()];
      if (groups.length > 0) world.random.pick(groups).rebalance();
    },
  },
  {
    kind: 'broker: unreadable message',
    weight: 2,
    act({ random }, system) {
      const topic = random.pick(['order-events', 'analytics-events', 'inventory-alerts']);
      const value = random.chance(0.5) ? Buffer.from('unreadable') : Buffer.from([0, 0, 0, 0, 1, 255, 255]);
      system.broker.append([{ topic, key: random.uuid(), value, headers: { unreadable: 'yes' } }]);
    },
  },
  {
    kind: 'broker: events out of order',
    weight: 2,
    act: (_world, system) => system.outOfOrder.publish(),
  },
];

/** Until the run has no faults any more; how often, and by what, the seed decides. */
export function disturb(world: World, system: System): void {
  const { random, scheduler } = world;
  const chosen = disturbances.filter(() => random.chance(0.6));
  const everyMs = random.chance(0.1) ? Infinity : random.uniform(250, 4_000);
  const weighted = chosen.flatMap((each) => Array<Disturbance>(each.weight).fill(each));
  if (weighted.length > 0 && everyMs < Infinity) next();

  function next(): void {
    scheduler.after(random.uniform(0.2, 2) * everyMs, null, () => {
      if (!world.hasFaults) return;
      if (system.processes().length === 0) return next();
      const { kind, act } = random.pick(weighted);
      world.faults.count(kind);
      act(world, system);
      next();
    });
  }
}

/** As by SIGSTOP and SIGCONT. */
export function suspend({ scheduler, random, trace }: World, process: Process, where = ''): void {
  const ms = random.chance(0.4) ? random.uniform(10_000, 20_000) : random.uniform(200, 6_000);
  process.pausedUntilMs = scheduler.now() + ms;
  trace.add(process.name, `is suspended${where} for ${Math.round(ms)} ms`);
}

/** From now on nothing goes wrong any more. */
export function endFaults(world: World, system: System): void {
  world.hasFaults = false;
  world.trace.add('world', 'no more faults');
  for (const process of system.processes()) {
    process.pausedUntilMs = Math.min(process.pausedUntilMs, world.scheduler.now());
    process.clockOffMs = 0;
  }
}

function someProcess({ random }: World, system: System): Process {
  return random.pick(system.processes());
}

function someDatabase({ random }: World, { databases }: System) {
  return databases.get(random.pick(services))!;
}
