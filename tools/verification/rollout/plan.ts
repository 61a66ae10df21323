// In which order services are rolled to the new version, and back again.

import type { Random } from '../harness/random.ts';
import { rolled, type Rolled } from './instances.ts';

/** From v1 to v2, one service after the other, and back in the order of `back`; without it, all at once. */
export type Route = { up: readonly Rolled[]; back?: readonly Rolled[] };

/** The writer first, up and back: each version is written while each version reads. */
export const shortPlan: readonly Route[] = [
  {
    up: ['order', 'analytics', 'inventory', 'notification'],
    back: ['order', 'notification', 'inventory', 'analytics'],
  },
];

const backOneByOneEvery = 4;

/** The first `count` of all 24 orders, shuffled; each fourth goes back one by one, in an order chosen at random. */
export function longPlan(count: number, random: Random): Route[] {
  const all = permutations(rolled);
  return random
    .shuffle(all)
    .slice(0, count)
    .map((up, i) => (i % backOneByOneEvery === 0 ? { up, back: random.pick(all) } : { up }));
}

export function permutations<T>(list: readonly T[]): T[][] {
  if (list.length === 0) return [[]];
  return list.flatMap((first, i) => permutations(list.toSpliced(i, 1)).map((rest) => [first, ...rest]));
}
