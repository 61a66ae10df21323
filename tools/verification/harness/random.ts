// Every random choice of a run comes from one seed: the same seed gives the same choices in the same order.

export type Random = {
  /** From 0 up to, and without, 1. */
  next(): number;
  /** A whole number from 0 up to, and without, `below`. */
  int(below: number): number;
  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number;
  /** Any number from `low` up to, and without, `high`. */
  uniform(low: number, high: number): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
  shuffle<T>(list: readonly T[]): T[];
  /** A UUID of version 4. */
  uuid(): string;
  /** A generator of its own: how often one part of the work draws does not change what another part draws. */
  fork(): Random;
};

/** The generator is sfc32 (128 bits of state, from Chris Doty-Humphrey's PractRand). @param seed any whole number up to 2^53 */
export function createRandom(seed: number): Random {
  let [a, b, c, counter] = [0x9e3779b9, 0x243f6a88, seed | 0, (seed / 2 ** 32) | 0];
  // Seeds that are close to each other start far apart only after some rounds.
  for (let round = 0; round < 16; round++) bits();

  const next = () => bits() / 2 ** 32;
  const int = (below: number) => Math.floor(next() * below);
  return {
    next,
    int,
    between: (least, most) => least + int(most - least + 1),
    uniform: (low, high) => low + next() * (high - low),
    chance: (probability) => next() < probability,
    pick: (list) => list[int(list.length)]!,
    shuffle(list) {
      const shuffled = [...list];
      for (let last = shuffled.length - 1; last > 0; last--) {
        const other = int(last + 1);
        [shuffled[last], shuffled[other]] = [shuffled[other]!, shuffled[last]!];
      }
      return shuffled;
    },
    uuid() {
      const hex = [bits(), bits(), bits(), bits()].map((word) => word.toString(16).padStart(8, '0')).join('');
      const variant = '89ab'[parseInt(hex[16]!, 16) & 3]!;
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
    },
    fork: () => createRandom(bits() + bits() * 2 ** 32),
  };

  /** The next 32 bits. */
  function bits(): number {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return sum >>> 0;
  }
}
