// PostgreSQL is killed, frozen or cuts connections, or another session holds row locks.

import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import type { Random } from '../random.ts';
import type { SystemUnderTest } from '../system-under-test.ts';

/** Every service must be ready so soon after PostgreSQL takes connections again. */
const readyMsMax = 5_000;
const downMs = 2_000;
/** Connections are cut for so long, or until so many were cut during COMMIT. */
const cutMsMax = 6_000;
const commitsCut = 40;
const lockedMs = 5_000;
const frozenMs = 8_000;

export async function databaseKilled(system: SystemUnderTest): Promise<string> {
  const postgres = system.stack.part('postgres');
  // SIGQUIT is PostgreSQL's immediate mode: no checkpoint, every connection cut, recovery at the next start.
  await postgres.kill('SIGQUIT');
  await wait(downMs);
  await postgres.start();
  const startedAt = performance.now();
  await system.processes.allReady();
  const ms = Math.round(performance.now() - startedAt);
  if (ms > readyMsMax)
    throw new Error(`The services were ready ${ms} ms after PostgreSQL was back; at most ${readyMsMax} are allowed.`);
  return `every service was ready ${ms} ms after PostgreSQL was back`;
}

export async function databaseFrozen(system: SystemUnderTest): Promise<void> {
  const { pid } = system.stack.part('postgres');
  const all = [pid, ...childrenOf(pid)];
  for (const each of all) signal(each, 'SIGSTOP');
  await wait(frozenMs);
  for (const each of all) signal(each, 'SIGCONT');
  await system.processes.allReady();
}

export async function connectionsCut(system: SystemUnderTest): Promise<string> {
  const admin = await connect(system.stack.adminDatabaseUrl);
  const cut = { 'during COMMIT': 0, 'between two statements': 0 };
  try {
    const endsAt = performance.now() + cutMsMax;
    for (; performance.now() < endsAt && cut['during COMMIT'] < commitsCut; await wait(25)) {
      const { rows } = await admin.query<{ query: string }>(`
        SELECT query, pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname LIKE 'oms\\_%' AND datname <> 'oms_registry'
          AND ((state = 'active' AND query = 'COMMIT') OR (state = 'idle in transaction' AND random() < 0.1))`);
      for (const { query } of rows) cut[query === 'COMMIT' ? 'during COMMIT' : 'between two statements'] += 1;
    }
  } finally {
    await admin.end();
  }
  await system.processes.allReady();
  if (cut['during COMMIT'] + cut['between two statements'] === 0)
    throw new Error('No connection was in a transaction to be cut: this proves nothing.');
  return `cut ${cut['during COMMIT']} connections during COMMIT, ${cut['between two statements']} between two statements`;
}

export async function rowsLocked(system: SystemUnderTest, random: Random): Promise<void> {
  const locker = await connect(system.stack.databaseUrl('inventory'));
  try {
    await locker.query('BEGIN');
    await locker.query('SELECT FROM inventory WHERE id = ANY ($1::uuid[]) ORDER BY id FOR UPDATE', [
      [random.pick(system.items), random.pick(system.items)],
    ]);
    await wait(lockedMs);
    await locker.query('ROLLBACK');
  } finally {
    await locker.end();
  }
  await system.processes.allReady();
}

async function connect(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString });
  client.on('error', () => {});
  await client.connect();
  return client;
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        // The name in parentheses may hold anything; the parent is the second word after it.
        return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1] === String(parent);
      } catch {
        return false;
      }
    });
}

function signal(pid: number, name: 'SIGSTOP' | 'SIGCONT'): void {
  try {
    process.kill(pid, name);
  } catch {
    // This backend has ended meanwhile.
  }
}
