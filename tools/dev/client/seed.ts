// The number that repeats a random run: given, or random and printed.

export function anySeed(): number {
  return Math.floor(Math.random() * 1_000_000);
}
