// A real PostgreSQL for the simulation: on a memory file system where there is one, nothing flushed to disk, nothing running in the background.

import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startChild, untilReady } from '../../../dev/stack/child.ts';
import { postgresHome } from '../../../dev/stack/embedded/postgres-home.ts';

export type PostgresServer = {
  /** The folder of its Unix socket. */
  socketDir: string;
  stop(): Promise<void>;
};

const settings = {
  listen_addresses: '',
  // Nothing here has to survive a crash of the machine.
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: 0,
  max_wal_size: '2GB',
  checkpoint_timeout: '1h',
  // What runs in the background by real time would make runs differ.
  autovacuum: 'off',
  max_parallel_workers_per_gather: 0,
  jit: 'off',
  // Nobody reads statistics.
  track_activities: 'off',
  track_counts: 'off',
  update_process_title: 'off',
  compute_query_id: 'off',
  // The scheduler finds deadlocks itself, so that the choice of the cancelled session does not depend on real time.
  deadlock_timeout: '1h',
  max_connections: 400,
  shared_buffers: '64MB',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  log_min_messages: 'fatal',
};

export async function startPostgresServer(): Promise<PostgresServer> {
  const memory = '/dev/shm';
  const root = mkdtempSync(join(existsSync(memory) ? memory : tmpdir(), 'oms-simulation-'));
  const home = await postgresHome(join(root, 'postgres'));
  const dataDir = join(home.dataDir, 'data');
  const env = { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' };
  if ('uid' in home.user) chownSync(home.dataDir, home.user.uid, home.user.gid);
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  execFileSync(home.initdb, ['-D', dataDir, '--auth=trust', '--username=postgres', '--no-sync', ...locale], {
    stdio: ['ignore', 'ignore', 'inherit'],
    cwd: home.dataDir,
    env,
    ...home.user,
  });
  const child = startChild({
    name: 'simulation-postgres',
    command: home.postgres,
    args: [
      ...['-D', dataDir, '-c', `unix_socket_directories=${home.dataDir}`],
      ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
    ],
    env,
    cwd: home.dataDir,
    logFile: join(root, 'postgres.log'),
    runDir: join(root, 'run'),
    stopSignal: 'SIGQUIT',
    ...home.user,
  });
  const server = {
    socketDir: home.dataDir,
    async stop() {
      await child.stop();
      rmSync(root, { recursive: true, force: true });
      if (home.dataDir !== join(root, 'postgres')) rmSync(home.dataDir, { recursive: true, force: true });
    },
  };
  await untilReady(child, () => answers(server), { everyMs: 20 });
  return server;
}

/** A connection of the simulation itself, outside of any simulated process. */
export async function connectTo(
  { socketDir }: Pick<PostgresServer, 'socketDir'>,
  database: string,
): Promise<pg.Client> {
  const client = new pg.Client({ host: socketDir, user: 'postgres', database });
  client.on('error', () => {});
  await client.connect();
  return client;
}

async function answers(server: PostgresServer): Promise<boolean> {
  try {
    await (await connectTo(server, 'postgres')).end();
    return true;
  } catch {
    return false;
  }
}
