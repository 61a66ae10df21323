// The number by which a random run is repeated: given, or taken by chance and printed.
import { InvalidArgumentError } from 'commander';

export function anySeed(): number {
  return Math.floor(Math.random() * 1_000_000);
}

/** For options of a command line. */
export function wholeNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number.');
}
