// Processes die, or stand still for a while, at the failpoints in their code; each run has a few favourites among them.

import { onFailpoint } from '@oms/failpoint';
import { failpoints, type Failpoint } from '@oms/failpoint/catalogue';
import type { System } from '../services/system.ts';
import { Killed } from '../world/killed.ts';
import { runningProcess } from '../world/scheduler.ts';
import { happens, type World } from '../world/world.ts';
import { suspend } from './disturbances.ts';

/** How often each failpoint was passed, and how often a process died at it. */
export type FailpointCounts = { passed: Record<string, number>; deaths: Record<string, number> };

const deathsMax = 40;
const favouriteOdds = 0.06;

/** Answers how to undo it. */
export function useFailpoints(world: World, system: System, { passed, deaths }: FailpointCounts): () => void {
  const { random } = world;
  const names = Object.keys(failpoints) as Failpoint[];
  const favourites = new Set(random.chance(0.6) ? [random.pick(names), random.pick(names), random.pick(names)] : []);
  let died = 0;
  return onFailpoint((name) => {
    const process = runningProcess();
    if (!process) return;
    // Whoever is dead and unwinding gets no further than this either.
    if (!process.alive) throw new Killed(name);
    passed[name] = (passed[name] ?? 0) + 1;
    const isFavourite = world.hasFaults && favourites.has(name) && random.chance(favouriteOdds);
    if (happens(world, 'process: suspended at a failpoint') || (isFavourite && random.chance(0.5)))
      return suspend(world, process, ` at ${name}`);
    if (died >= deathsMax || !(happens(world, 'process: killed at a failpoint') || isFavourite)) return;
    died += 1;
    deaths[name] = (deaths[name] ?? 0) + 1;
    system.killAndRestart(process, `is killed at ${name}`);
    throw new Killed(name);
  });
}
