// With what the command line ends, so that scripts can tell the cases apart.
import { CommanderError } from 'commander';
import { ProblemError } from '@oms/client';

export const exitCodes = {
  done: 0,
  /** The command has worked, and found what it looks for: discrepancies that are left, duplicates, schemas that are refused. */
  found: 1,
  /** An unknown command or option, or a value that is none. */
  usage: 2,
  /** The API has refused the request; the message has its status and its code. */
  refused: 3,
  /** Nobody answers at the address. */
  unreachable: 4,
  /** Any other error. */
  failed: 5,
} as const;

export const exitCodeTexts = [
  [exitCodes.done, 'done'],
  [
    exitCodes.found,
    'done, and something was found that is wrong: a discrepancy, a duplicate, a schema that is refused',
  ],
  [exitCodes.usage, 'wrong usage'],
  [exitCodes.refused, 'the API refused the request'],
  [exitCodes.unreachable, 'nobody answers at the address'],
  [exitCodes.failed, 'any other error'],
] as const;

/** No server answers at an address. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';

  constructor(address: string, options: ErrorOptions) {
    super(`Nobody answers at ${address}. Is the system running? \`npm start\` starts it.`, options);
  }
}

export function exitCodeOf(error: unknown): number {
  // Help and version end by an error with the code 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  if (error instanceof ProblemError) return exitCodes.refused;
  if (error instanceof UnreachableError) return exitCodes.unreachable;
  return exitCodes.failed;
}
