// Processes die at the named places of libs/failpoint, in the middle of their code; each run has a few favourites among them.

import { onFailpoint } from '@oms/failpoint';
import { failpoints, type Failpoint } from '@oms/failpoint/catalogue';
import type { House } from '../services/house.ts';
import { Killed } from '../world/killed.ts';
import { runningProcess } from '../world/scheduler.ts';
import { strikes, type World } from '../world/world.ts';

export type Passed = { passes: Record<string, number>; deaths: Record<string, number> };

const deathsMax = 40;
const favouriteOdds = 0.04;

/** Answers how to undo it. */
export function dieAtNamedPlaces(world: World, house: House, passed: Passed): () => void {
  const { random } = world;
  const names = Object.keys(failpoints) as Failpoint[];
  const favourites = new Set(random.chance(0.5) ? [random.pick(names), random.pick(names), random.pick(names)] : []);
  let deaths = 0;
  return onFailpoint((name) => {
    const process = runningProcess();
    if (!process) return;
    // Whoever is dead and unwinding gets no further than this either.
    if (!process.alive) throw new Killed(name);
    passed.passes[name] = (passed.passes[name] ?? 0) + 1;
    if (!world.troubled || deaths >= deathsMax) return;
    if (!strikes(world, 'process: killed at a named place') && !(favourites.has(name) && random.chance(favouriteOdds)))
      return;
    deaths += 1;
    passed.deaths[name] = (passed.deaths[name] ?? 0) + 1;
    house.killAndRestart(process, `is killed at ${name}`);
    throw new Killed(name);
  });
}
