// An ordinary production disk: fdatasync that takes about a millisecond, by a few lines of C that PostgreSQL loads before it starts.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

export const fdatasyncMs = 1;

/** The environment that holds PostgreSQL's fdatasync to `fdatasyncMs`; undefined where there is no C compiler, or where libraries cannot be preloaded. */
export function slowDiskEnv(folder: string): NodeJS.ProcessEnv | undefined {
  if (process.platform !== 'linux') return undefined;
  const library = join(folder, 'slow-fdatasync.so');
  mkdirSync(folder, { recursive: true });
  try {
    const source = join(import.meta.dirname, 'slow-fdatasync.c');
    execFileSync(
      'cc',
      ['-shared', '-fPIC', '-O2', `-DHELD_NS=${fdatasyncMs * 1_000_000}`, '-o', library, source, '-ldl'],
      {
        stdio: 'ignore',
      },
    );
  } catch {
    return undefined;
  }
  // PostgreSQL runs as a user of its own when we are root.
  chmodSync(library, 0o755);
  return { LD_PRELOAD: library };
}
