// The number by which a random run is repeated: given, or taken by chance and printed.

export function anySeed(): number {
  return Math.floor(Math.random() * 1_000_000);
}
