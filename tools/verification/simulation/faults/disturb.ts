// Faults that come from outside, at moments of chance: processes killed and suspended, servers crashed, clocks stepped, rows held, groups shaken.

import type { House } from '../services/house.ts';
import { services, type Service, type World } from '../world/world.ts';

type Disturbance = { kind: string; weight: number; act: (world: World, house: House) => void };

const rowsHeld: readonly [service: Service, table: string, key: string][] = [
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
    act: (world, house) => house.killAndRestart(someProcess(world, house), 'is killed'),
  },
  {
    kind: 'process: suspended',
    weight: 3,
    act(world, house) {
      const process = someProcess(world, house);
      const ms = world.random.chance(0.4) ? world.random.uniform(10_000, 20_000) : world.random.uniform(200, 4_000);
      process.pausedUntilMs = world.scheduler.now() + ms;
      world.trace.add(process.name, `is suspended for ${Math.round(ms)} ms`);
    },
  },
  {
    kind: 'process: clock stepped',
    weight: 2,
    act(world, house) {
      const process = someProcess(world, house);
      process.clockOffMs = world.random.uniform(-20_000, 20_000);
      world.trace.add(process.name, `has its clock stepped by ${Math.round(process.clockOffMs)} ms`);
    },
  },
  {
    kind: 'database: crashed',
    weight: 2,
    act: (world, house) => someDatabase(world, house).crash(world.random.uniform(100, 4_000)),
  },
  { kind: 'database: session ended', weight: 5, act: (world, house) => someDatabase(world, house).cutOne() },
  {
    kind: 'database: row held by a stranger',
    weight: 3,
    act(world, house) {
      const [service, table, key] = world.random.pick(rowsHeld);
      house.databases
        .get(service)!
        .holdSomeRow(table, key, world.random.chance(0.1) ? 17_000 : world.random.uniform(100, 3_000));
    },
  },
  { kind: 'broker: away', weight: 2, act: (world, house) => house.broker.crash(world.random.uniform(200, 9_000)) },
  {
    kind: 'broker: group shaken',
    weight: 3,
    act(world, house) {
      const groups = [...house.broker.groups()];
      if (groups.length > 0) world.random.pick(groups).shake();
    },
  },
  {
    kind: 'broker: garbage written',
    weight: 1,
    act(world, house) {
      const topic = world.random.pick(['order-events', 'analytics-events', 'inventory-alerts']);
      const value = world.random.chance(0.5) ? Buffer.from('garbage') : Buffer.from([0, 0, 0, 0, 1, 255, 255]);
      house.broker.append([{ topic, key: world.random.uuid(), value, headers: { garbage: 'yes' } }]);
    },
  },
];

/** Disturbs until the world's trouble is over; how often, and by what, the seed decides. */
export function disturb(world: World, house: House): void {
  const { random, scheduler } = world;
  const chosen = disturbances.filter(() => random.chance(0.6));
  const everyMs = random.chance(0.1) ? Infinity : random.uniform(250, 4_000);
  const bag = chosen.flatMap((each) => Array<Disturbance>(each.weight).fill(each));
  if (bag.length > 0 && everyMs < Infinity) next();

  function next(): void {
    scheduler.after(random.uniform(0.2, 2) * everyMs, null, () => {
      if (!world.troubled) return;
      if (house.processes().length === 0) return next();
      const { kind, act } = random.pick(bag);
      world.faults.count(kind);
      act(world, house);
      next();
    });
  }
}

/** Nothing is wrong any more. */
export function calm(world: World, house: House): void {
  world.troubled = false;
  world.trace.add('world', 'the trouble is over');
  for (const process of house.processes()) {
    process.pausedUntilMs = Math.min(process.pausedUntilMs, world.scheduler.now());
    process.clockOffMs = 0;
  }
}

function someProcess(world: World, house: House) {
  return world.random.pick(house.processes());
}

function someDatabase(world: World, house: House) {
  return house.databases.get(world.random.pick(services))!;
}
