// Runs pgbench, PostgreSQL's own benchmark of transactions per second.
import { execFile } from 'node:child_process';
import { accessSync, constants, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const debianFolder = '/usr/lib/postgresql';

export const howToInstall =
  'pgbench comes with PostgreSQL: on Debian and Ubuntu `apt-get install postgresql-15` (or another version) brings it; a folder on PATH does as well.';

/** The program, from PATH or where Debian puts it (the newest); undefined when there is none. */
export function findPgbench(path = process.env['PATH'] ?? ''): string | undefined {
  return [...path.split(delimiter), ...debianFolders()].map((folder) => join(folder, 'pgbench')).find(isProgram);
}

export type PgbenchRun = { program: string; databaseUrl: string; script: string; clients: number; seconds: number };

/** Transactions per second, connecting not counted; 0 when none ended in time. @throws Error with pgbench's own words when one of them failed */
export async function pgbench({ program, databaseUrl, script, clients, seconds }: PgbenchRun): Promise<number> {
  const load = ['--client', String(clients), '--jobs', String(Math.min(clients, 2)), '--time', String(seconds)];
  const { stdout, stderr } = await run(
    program,
    ['--no-vacuum', '--protocol', 'prepared', '--file', script, ...load, databaseUrl],
    { timeout: (seconds + 30) * 1_000 },
  ).catch((error: { stderr?: string; message: string }) => {
    throw new Error(`pgbench failed: ${error.stderr?.slice(0, 2_000) || error.message}`);
  });
  const failed = Number(/number of failed transactions: (\d+)/.exec(stdout)?.[1] ?? 0);
  const perSecond = Number(/^tps = ([\d.]+)/m.exec(stdout)?.[1] ?? 0);
  if (failed > 0 || /aborted/.test(stderr))
    throw new Error(`pgbench did not get through: ${stderr.slice(0, 2_000)}${stdout.slice(-500)}`);
  return perSecond;
}

function debianFolders(): string[] {
  try {
    return readdirSync(debianFolder)
      .toSorted((a, b) => Number(b) - Number(a))
      .map((version) => join(debianFolder, version, 'bin'));
  } catch {
    return [];
  }
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
