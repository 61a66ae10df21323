// A real PostgreSQL 18 from npm: initialised once, ready in about a second, durable (fsync on), its data kept.

import { spawn } from 'node:child_process';
import { chownSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startChild, untilReady, type Child } from '../child.ts';
import { endProcess, type DataFolder } from '../data-folder.ts';
import { adminRole, databaseUrl, ensureDatabases, serverAnswers } from '../databases.ts';
import { explainLog, StackError } from '../failure.ts';
import { createPart, type OnDeath } from '../part.ts';
import { commandOf, identityOf } from '../process-identity.ts';
import type { Part } from '../stack.ts';
import { postgresHome, type PostgresHome } from './postgres-home.ts';

export type Postgres = { part: Part; server: string; adminDatabaseUrl: string };

const majorVersion = '18';

const settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  // Five services with a pool and a relay connection each, parallel tests, and a person's own client.
  max_connections: 300,
  shared_buffers: '128MB',
  fsync: 'on',
  synchronous_commit: 'on',
  // Short statements only: compiling them costs more than it gains.
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  // No row values in the log: DETAIL lines would carry addresses.
  log_error_verbosity: 'terse',
};

export async function startPostgres(options: {
  folder: DataFolder;
  port: number;
  env: NodeJS.ProcessEnv;
  say: (note: string) => void;
  onDeath: OnDeath;
}): Promise<Postgres> {
  const server = `127.0.0.1:${options.port}`;
  const adminDatabaseUrl = databaseUrl(server, adminRole, 'postgres');
  const home = await postgresHome(join(options.folder.root, 'postgres'));
  const dataDir = join(home.dataDir, majorVersion);
  if (!existsSync(dataDir)) {
    options.say('creating the data files');
    await initialise(home, dataDir);
  }
  options.say('starting');
  const part = await createPart({
    name: 'PostgreSQL',
    launch: () => launchPostgres({ ...options, name: 'postgres', home, dataDir, adminDatabaseUrl }),
    logFile: join(options.folder.logs, 'postgres.log'),
    onDeath: options.onDeath,
  });
  options.say('creating the databases');
  await ensureDatabases(adminDatabaseUrl);
  return { part, server, adminDatabaseUrl };
}

/** Made beside its place and renamed: data files are there whole or not at all, however this run ends. */
async function initialise(home: PostgresHome, dataDir: string): Promise<void> {
  const draft = `${dataDir}.draft`;
  const passwordFile = join(home.dataDir, 'password');
  rmSync(draft, { recursive: true, force: true });
  writeFileSync(passwordFile, adminRole.password, { mode: 0o600 });
  if ('uid' in home.user) chownSync(passwordFile, home.user.uid, home.user.gid);
  try {
    await run(
      home.initdb,
      [
        `--pgdata=${draft}`,
        `--pwfile=${passwordFile}`,
        `--username=${adminRole.name}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        // The builtin locale needs nothing of the machine, and sorts the same everywhere.
        '--locale=C',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
      ],
      home.user,
    );
    renameSync(draft, dataDir);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

/** A server on data files that are there; resolves when it answers. */
export async function launchPostgres(options: {
  name: string;
  home: PostgresHome;
  dataDir: string;
  folder: DataFolder;
  port: number;
  env: NodeJS.ProcessEnv;
  adminDatabaseUrl: string;
}): Promise<Child> {
  const { home, dataDir, folder, adminDatabaseUrl } = options;
  const giveUpAt = performance.now() + 15_000;
  await clearStaleLock(dataDir);
  for (;;) {
    const child = startChild({
      name: options.name,
      command: home.postgres,
      args: [
        '-D',
        dataDir,
        '-p',
        String(options.port),
        ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
      ],
      env: { ...options.env, PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
      cwd: home.dataDir,
      logFile: join(folder.logs, `${options.name}.log`),
      runDir: folder.run,
      ...home.user,
      // Fast shutdown; SIGTERM would wait for every client to leave.
      stopSignal: 'SIGINT',
    });
    try {
      await untilReady(child, () => serverAnswers(adminDatabaseUrl), { everyMs: 20 });
      return child;
    } catch (error) {
      // After a kill its backends live on for a moment, and hold the shared memory.
      const retry = /shared memory block|lock file "postmaster\.pid"/.test(child.output());
      if (!retry || performance.now() > giveUpAt) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

/** postmaster.pid of a killed run: its postmaster is ended if it lives, else the file goes (its number may be a stranger's by now). */
async function clearStaleLock(dataDir: string): Promise<void> {
  const file = join(dataDir, 'postmaster.pid');
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  const identity = identityOf(pid);
  if (identity && commandOf(pid).includes(dataDir)) await endProcess({ pid, identity }, 'SIGINT');
  rmSync(file, { force: true });
}

function run(command: string, args: readonly string[], user: PostgresHome['user']): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
      ...user,
    });
    let output = '';
    const keep = (chunk: Buffer) => (output += chunk.toString('utf8'));
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) return resolve();
      const why = explainLog(output);
      reject(new StackError(`PostgreSQL's initdb failed${why ? `: ${why}.` : ':'}\n${output.trim()}`));
    });
  });
}
