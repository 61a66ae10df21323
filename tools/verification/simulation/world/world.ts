// The world of one run: its time, its random numbers, its faults, and the violations that were seen in it.

import { createRandom, type Random } from '../../harness/random.ts';
import type { Invariant, Violation } from '../../invariants/violation.ts';
import { createFaultLog, type FaultLog } from '../faults/fault-log.ts';
import { drawOdds, type FaultKind, type Odds } from '../faults/odds.ts';
import { createScheduler, type Scheduler } from './scheduler.ts';
import { createTrace, type Trace } from './trace.ts';

export type World = {
  seed: number;
  scheduler: Scheduler;
  random: Random;
  trace: Trace;
  faults: FaultLog;
  odds: Odds;
  /** False while the system comes to rest. */
  hasFaults: boolean;
  /** Seen during the run. */
  violations: Violation[];
  violate(invariant: Invariant, what: string, ...ids: readonly string[]): void;
  /** True time, as milliseconds since 1970. */
  trueMs(): number;
};

const beginningMs = Date.UTC(2026, 0, 5, 12);

export function createWorld(seed: number): World {
  const scheduler = createScheduler();
  const random = createRandom(seed);
  const violations: Violation[] = [];
  return {
    seed,
    scheduler,
    random,
    odds: drawOdds(random),
    trace: createTrace(() => scheduler.now()),
    faults: createFaultLog(),
    hasFaults: true,
    violations,
    violate: (invariant, what, ...ids) => void violations.push({ invariant, what, ids }),
    trueMs: () => beginningMs + scheduler.now(),
  };
}

/** Whether a fault of this kind happens now, by the odds that the seed gave it; counted when it does. */
export function happens({ hasFaults, random, odds, faults }: World, kind: FaultKind): boolean {
  if (!hasFaults || !random.chance(odds[kind])) return false;
  faults.count(kind);
  return true;
}
