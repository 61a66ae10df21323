// PostgreSQL dies, stands still, cuts connections, or somebody else holds its rows.

import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import type { Random } from '../harness/random.ts';
import type { Town } from '../harness/system-under-test.ts';

/** The bound: so long after PostgreSQL takes connections again, every service must be ready. */
const readyMsMax = 5_000;

export async function databaseKilled(town: Town): Promise<string> {
  const postgres = town.stack.part('postgres');
  // SIGQUIT is PostgreSQL's immediate mode: no checkpoint, every connection cut, recovery at the next start.
  await postgres.kill('SIGQUIT');
  await wait(2_000);
  await postgres.start();
  const startedAt = performance.now();
  await town.victims.allReady();
  const ms = Math.round(performance.now() - startedAt);
  if (ms > readyMsMax)
    throw new Error(`The services were ready ${ms} ms after PostgreSQL was back; at most ${readyMsMax} are allowed.`);
  return `every service was ready ${ms} ms after PostgreSQL was back`;
}

export async function databaseFrozen(town: Town): Promise<void> {
  const { pid } = town.stack.part('postgres');
  const all = [pid, ...childrenOf(pid)];
  for (const each of all) signal(each, 'SIGSTOP');
  await wait(8_000);
  for (const each of all) signal(each, 'SIGCONT');
  await town.victims.allReady();
}

export async function connectionsCut(town: Town): Promise<string> {
  const admin = await connect(town.stack.adminDatabaseUrl);
  const cut = { 'during COMMIT': 0, 'between two statements': 0 };
  try {
    for (const endAt = performance.now() + 6_000; performance.now() < endAt; await wait(25)) {
      const { rows } = await admin.query<{ query: string }>(`
        SELECT query, pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname LIKE 'oms\\_%' AND datname <> 'oms_registry'
          AND ((state = 'active' AND query = 'COMMIT') OR (state = 'idle in transaction' AND random() < 0.1))`);
      for (const { query } of rows) cut[query === 'COMMIT' ? 'during COMMIT' : 'between two statements'] += 1;
    }
  } finally {
    await admin.end();
  }
  await town.victims.allReady();
  if (cut['during COMMIT'] + cut['between two statements'] === 0)
    throw new Error('No connection was in a transaction to be cut: this proves nothing.');
  return `cut ${cut['during COMMIT']} connections during COMMIT, ${cut['between two statements']} between two statements`;
}

export async function strangersLock(town: Town, random: Random): Promise<void> {
  const stranger = await connect(town.stack.databaseUrl('inventory'));
  try {
    await stranger.query('BEGIN');
    await stranger.query('SELECT FROM inventory WHERE id = ANY ($1::uuid[]) ORDER BY id FOR UPDATE', [
      [random.pick(town.items), random.pick(town.items)],
    ]);
    await wait(5_000);
    await stranger.query('ROLLBACK');
  } finally {
    await stranger.end();
  }
  await town.victims.allReady();
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
