// The world of one run: its time, its chance, its faults, and what was seen of it.

import { createFaultLog, type FaultLog } from './fault-log.ts';
import { drawOdds, type FaultKind, type Odds } from './odds.ts';
import { createRandom, type Random } from '../../harness/random.ts';
import { createScheduler, type Scheduler } from './scheduler.ts';
import { createTrace, type Trace } from './trace.ts';

export const services = ['order', 'inventory', 'analytics', 'notification'] as const;
export type Service = (typeof services)[number];

export type World = {
  seed: number;
  scheduler: Scheduler;
  random: Random;
  trace: Trace;
  faults: FaultLog;
  odds: Odds;
  /** Faults may happen; false while the house comes to rest. */
  troubled: boolean;
  /** Broken rules that were seen during the run, in words. */
  alarms: { what: string; about: string[] }[];
  /** True time, as milliseconds since 1970. */
  trueMs(): number;
};

/** A Monday at lunch time. */
const beginningMs = Date.UTC(2026, 0, 5, 12);

export function createWorld(seed: number): World {
  const scheduler = createScheduler();
  const random = createRandom(seed);
  return {
    ...{ seed, scheduler, random, odds: drawOdds(random), trace: createTrace(() => scheduler.now()) },
    ...{ faults: createFaultLog(), troubled: true, alarms: [] },
    trueMs: () => beginningMs + scheduler.now(),
  };
}

/** Whether a fault of this kind happens now, by the odds that the seed gave it; counted when it does. */
export function strikes(world: World, kind: FaultKind): boolean {
  if (!world.troubled || !world.random.chance(world.odds[kind])) return false;
  world.faults.count(kind);
  return true;
}
