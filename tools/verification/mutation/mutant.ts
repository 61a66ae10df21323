// A mutant: one dangerous line that is changed, and the proofs that must fail.

export type Edit = {
  file: string;
  /** Occurs exactly once in the file. */
  search: string;
  replace: string;
};

/** A test file, by its project of vitest and its path; `simulate` is the simulation with so many seeds. */
export type Proof = `unit ${string}` | `stack ${string}` | `simulate ${number}`;

/** The last proof of the mutants that 60 seeds notice; it takes a minute. */
export const simulation: Proof = 'simulate 60';

export type Mutant = {
  id: string;
  /** What goes wrong with it, in words. */
  breaks: string;
  edits: readonly Edit[];
  /** In the order they are run, the cheapest first; the first that fails has caught it. */
  proofs: readonly Proof[];
};

/** The usual one: a single line of a single file. */
export function mutant(
  id: string,
  breaks: string,
  [file, search, replace]: readonly [file: string, search: string, replace: string],
  ...proofs: readonly Proof[]
): Mutant {
  return { id, breaks, edits: [{ file, search, replace }], proofs };
}
