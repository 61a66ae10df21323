// The figures of several rounds: their median and their range.

export type Spread = { median: number; least: number; most: number };

/** @throws Error when there are no figures */
export function spreadOf(figures: readonly number[]): Spread {
  const sorted = figures.toSorted((a, b) => a - b);
  const [least, most] = [sorted[0], sorted.at(-1)];
  if (least === undefined || most === undefined) throw new Error('There are no figures to take the median of.');
  const middle = (sorted.length - 1) / 2;
  const median = ((sorted[Math.floor(middle)] ?? least) + (sorted[Math.ceil(middle)] ?? least)) / 2;
  return { median, least, most };
}

/** Each figure divided by the one of the same round: other work of the machine in a round affected both. */
export function ratios(of: readonly number[], by: readonly number[]): number[] {
  if (of.length !== by.length) throw new Error(`${of.length} figures cannot be compared with ${by.length}.`);
  return of.map((figure, i) => figure / (by[i] ?? NaN));
}

export function describeSpread({ median, least, most }: Spread): string {
  return `${figure(median)} (${figure(least)}-${figure(most)})`;
}

function figure(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en');
  return value.toFixed(value >= 10 ? 1 : 2);
}
