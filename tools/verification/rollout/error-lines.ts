// What the services of a rolling run have logged as an error, or written outside their log.

import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Violation } from '../invariants/violation.ts';

const errors = new Set(['error', 'fatal']);

export function checkErrorLines(logFiles: readonly string[]): Violation[] {
  return logFiles.flatMap((file) =>
    errorLines(readFileSync(file, 'utf8')).map((line) => ({
      invariant: 8 as const,
      what: `${basename(file)} has: ${line.slice(0, 500)}`,
    })),
  );
}

/** Lines of level error or worse, without the "not ready yet" of a start; and those that are no log lines, such as a crash of Node. */
export function errorLines(log: string): string[] {
  return log.split('\n').filter((line) => line !== '' && isError(line));
}

function isError(line: string): boolean {
  try {
    const { level = 'error', path } = JSON.parse(line) as { level?: string; path?: string };
    return errors.has(level) && path !== '/health/ready';
  } catch {
    return true;
  }
}
