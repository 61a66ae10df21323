// `npm run oms -- <command>`, or `npx oms <command>`: the command line for operators.
import { CommanderError } from 'commander';
import { ProblemError } from '@oms/client';
import { exitCodeOf } from './exit-codes.ts';
import { createProgram } from './program.ts';

try {
  await createProgram().parseAsync();
} catch (error) {
  // Commander has printed its own errors.
  if (!(error instanceof CommanderError)) console.error(`oms: ${textOf(error)}`);
  process.exitCode = exitCodeOf(error);
}

function textOf(error: unknown): string {
  if (error instanceof ProblemError) return `${error.status} ${error.code}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}
