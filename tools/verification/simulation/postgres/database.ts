// One service's database on the real PostgreSQL, stepped by the scheduler: its sessions, its outages, and a log of what was committed.

import type pg from 'pg';
import type { Service } from '../world/services.ts';
import type { World } from '../world/world.ts';
import { openBackend, type Backend } from './backend.ts';
import { describeRow, type Row } from './describe-row.ts';
import { createLocks } from './locks.ts';
import { createSession, type Session, type SessionDatabase, type SessionOptions } from './session.ts';
import { queryMessage } from './wire.ts';

export type OnCommit = (table: string, before: Row | null, after: Row | null) => void;

export type Database = SessionDatabase & {
  service: Service;
  /** Reads of the simulation itself see what is committed. */
  control: pg.Client;
  isUp(): boolean;
  open(
    parameters: ReadonlyMap<string, string>,
    o: Pick<SessionOptions, 'onAnswer' | 'onNotification' | 'onTerminated'>,
  ): Promise<Session>;
  /** Killed, and back after `downMs`. */
  crash(downMs: number): void;
  /** Ends some session, as an administrator does. */
  endSomeSession(): void;
  /** Another session locks some row of a table for a while. */
  lockSomeRow(table: string, key: string, ms: number): void;
  /** Called with each row that a commit has changed, right after the commit. */
  onCommit(listen: OnCommit): void;
  /** The end of a run. */
  close(): Promise<void>;
};

/** What stays from run to run: the connection of the simulation itself, and unused backends. */
export type SharedDatabase = {
  database: string;
  socketDir: string;
  control: pg.Client;
  free: Backend[];
};

const terminated = 'terminating connection due to administrator command';

export function createDatabase(world: World, service: Service, shared: SharedDatabase): Database {
  const { scheduler, random, trace } = world;
  const { control, free } = shared;
  const sessions = new Set<Session>();
  const listeners: OnCommit[] = [];
  const who = `${service} database`;
  let numbers = 0;
  let upAtMs = 0;

  const locks = createLocks({
    control,
    othersHoldLocks: (session) => [...sessions].some((each) => each !== session && each.status() !== 'idle'),
    onDeadlock: () => world.faults.count('database: deadlock'),
  });
  const database: Database = {
    service,
    world,
    locks,
    control,
    isUp: () => scheduler.now() >= upAtMs,
    async open(parameters, options) {
      const backend = free.pop() ?? (await openBackend(shared));
      await prepare(backend, parameters);
      const session = createSession(database, backend, (numbers += 1), {
        ...options,
        statementTimeoutMs: Number(parameters.get('statement_timeout') ?? Infinity),
        idleInTransactionTimeoutMs: Number(parameters.get('idle_in_transaction_session_timeout') ?? Infinity),
      });
      sessions.add(session);
      return session;
    },
    crash(downMs) {
      upAtMs = scheduler.now() + downMs;
      trace.add(who, `crashes, and is back in ${Math.round(downMs)} ms`);
      scheduler.holdFor(crashed());
    },
    endSomeSession() {
      if (sessions.size > 0) scheduler.holdFor(random.pick([...sessions]).terminate('57P01', terminated));
    },
    lockSomeRow: (table, key, ms) => scheduler.holdFor(lockRow(table, key, ms)),
    onCommit: (listen) => void listeners.push(listen),
    async close() {
      for (const session of [...sessions]) {
        if (session.isWaiting()) await session.terminate('57P01', terminated);
        else await session.close();
      }
    },
    nowText: () => new Date(Math.floor(world.trueMs())).toISOString(),
    committed(changes) {
      if (changes.length === 0) return;
      const rows = changes.map((text) => JSON.parse(text) as { table: string; before: Row | null; after: Row | null });
      const lines = rows.flatMap(({ table, before, after }) => describeRow(table, before, after) ?? []);
      for (const { table, before, after } of rows) for (const listen of listeners) listen(table, before, after);
      if (lines.length === 0) return;
      const about = lines.map(({ id }) => id);
      trace.add(who, `commits ${lines.map(({ text }) => text).join('; ')}`, about);
    },
    /** A listener's server process sends what it has been notified of before it answers. */
    async passNotifications() {
      for (const session of sessions) await session.takeNotifications();
    },
    async kill(backend) {
      if (!backend.isClosed()) await control.query('SELECT pg_terminate_backend($1)', [backend.pid]);
      await backend.closed;
    },
    forget: (session) => void sessions.delete(session),
    reuse: (backend) => void (backend.isClosed() || free.push(backend)),
  };
  return database;

  async function crashed(): Promise<void> {
    for (const session of [...sessions]) await session.terminate('57P01', terminated);
  }

  async function lockRow(table: string, key: string, ms: number): Promise<void> {
    const { rows } = await control.query<{ key: string }>(`SELECT "${key}" AS key FROM ${table} ORDER BY 1`);
    if (rows.length === 0) return;
    const row = random.pick(rows).key;
    const session = await database.open(new Map(), {
      onAnswer: () => {},
      onNotification: () => {},
      onTerminated: () => {},
    });
    await session.runAtOnce('BEGIN');
    await session.runAtOnce(`SELECT FROM ${table} WHERE "${key}" = '${row}' FOR UPDATE SKIP LOCKED`);
    trace.add(who, `another session locks a row of ${table} for ${Math.round(ms)} ms`, [row]);
    scheduler.after(ms, null, () => session.abandon());
  }
}

/** `-c name=value` of the options that a client asks for. */
async function prepare(backend: Backend, parameters: ReadonlyMap<string, string>): Promise<void> {
  const wanted = [...(parameters.get('options') ?? '').matchAll(/-c (\w+)=(\S+)/g)];
  if (wanted.length > 0)
    await backend.run(...wanted.map(([, name, value]) => queryMessage(`SET ${name} = '${value}'`)));
}
