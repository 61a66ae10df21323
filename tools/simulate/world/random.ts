// Everything that is left to chance in a run, from one seed: the same seed gives the same numbers in the same order.

export type Random = {
  /** 0 up to 1. */
  next(): number;
  /** 0 up to `below`, whole. */
  int(below: number): number;
  between(low: number, high: number): number;
  chance(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
  uuid(): string;
  /** A generator of its own: what one part draws does not shift what another draws. */
  fork(): Random;
};

/** sfc32, a small generator that passes the usual tests. */
export function createRandom(seed: number): Random {
  let [a, b, c, d] = [0x9e3779b9, 0x243f6a88, seed | 0, (seed / 2 ** 32) | 0];
  for (let warm = 0; warm < 16; warm++) bits();

  const random: Random = {
    next: () => bits() / 2 ** 32,
    int: (below) => Math.floor((bits() / 2 ** 32) * below),
    between: (low, high) => low + (bits() / 2 ** 32) * (high - low),
    chance: (probability) => bits() / 2 ** 32 < probability,
    pick: (from) => from[random.int(from.length)]!,
    uuid() {
      const hex = [bits(), bits(), bits(), bits()].map((word) => word.toString(16).padStart(8, '0')).join('');
      const variant = '89ab'[parseInt(hex[16]!, 16) & 3]!;
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
    },
    fork: () => createRandom(bits() + bits() * 2 ** 32),
  };
  return random;

  function bits(): number {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return t >>> 0;
  }
}
