// In which order services are rolled: there and back again.

import type { Random } from '../harness/random.ts';
import { rolled, type Rolled } from './instances.ts';

/** A way from v1 to v2, one service after the other; `back` the way back, and left out: all at once. */
export type Way = { there: readonly Rolled[]; back?: readonly Rolled[] };

/** The writer first, there and back: each version is written while each version reads. */
export const shortPlan: readonly Way[] = [
  {
    there: ['order', 'analytics', 'inventory', 'notification'],
    back: ['order', 'notification', 'inventory', 'analytics'],
  },
];

const backEvery = 4;

/** The first `count` of all 24 orders, shuffled; each fourth goes back one by one, in an order chosen at random. */
export function longPlan(count: number, random: Random): Way[] {
  const all = permutations(rolled);
  return random
    .shuffle(all)
    .slice(0, count)
    .map((there, at) => (at % backEvery === 0 ? { there, back: random.pick(all) } : { there }));
}

export function permutations<T>(list: readonly T[]): T[][] {
  if (list.length === 0) return [[]];
  return list.flatMap((first, at) => permutations(list.toSpliced(at, 1)).map((rest) => [first, ...rest]));
}
