// One service's PostgreSQL: its tables, the order of its commits, and what a crash of the server leaves of them.

import type { Service, World } from '../world/world.ts';
import { createAdvisoryLocks } from './advisory.ts';
import { compileStatement, ready } from './compile-statement.ts';
import { describeRow } from './describe-row.ts';
import {
  createTableData,
  createTransaction,
  endTransaction,
  type StoredRow,
  type TableData,
  type Transaction,
} from './rows.ts';
import type { Schema } from './schema.ts';
import { createSession, type Session } from './session.ts';
import { SqlError } from './sql-error.ts';
import type { Row } from './values.ts';

export type ServerState = {
  world: World;
  schema: Schema;
  tables: ReadonlyMap<string, TableData>;
  advisory: ReturnType<typeof createAdvisoryLocks>;
  nowMs: () => number;
  nextId: () => number;
  snapshot: () => number;
  commit: (tx: Transaction) => void;
  notify: (channel: string) => void;
  forget: (session: Session) => void;
};

export type OnCommit = (table: string, before: Row | null, after: Row | null) => void;

export type Server = {
  service: Service;
  isUp(): boolean;
  open(o: { onTerminated: (error: SqlError) => void; onNotice: (channel: string) => void }): Session;
  /** Killed, and back after `downMs`. */
  crash(downMs: number): void;
  /** Ends some session, as an administrator does. */
  cutOne(): void;
  /** Somebody else holds some row of a table for a while. */
  holdSomeRow(table: string, ms: number): void;
  /** What is committed. */
  rows(table: string): Row[];
  /** Called with each row that a commit has changed, in the moment of the commit. */
  onCommit(listen: OnCommit): void;
  /** For the world's own preparations: runs at once, in a transaction of its own. */
  run(text: string, params?: readonly unknown[]): void;
};

/** Longer than any statement looks at old versions. */
const keptMs = 20_000;

export function createServer(world: World, service: Service, schema: Schema): Server {
  const { scheduler, random, trace } = world;
  const tables = new Map([...schema.tables].map(([name, table]) => [name, createTableData(table)]));
  const sessions = new Set<Session>();
  const advisory = createAdvisoryLocks();
  const who = `${service} database`;
  const listeners: OnCommit[] = [];
  let commits = 0;
  let ids = 0;
  let upAtMs = 0;
  /** Commits that no flush has made durable yet. */
  let unflushed: { row: StoredRow; seq: number }[] = [];

  const state: ServerState = {
    ...{ world, schema, tables, advisory, commit, notify },
    nowMs: () => world.trueMs(),
    nextId: () => (ids += 1),
    snapshot: () => commits,
    forget(session) {
      sessions.delete(session);
      advisory.release(session);
    },
  };
  for (const seed of schema.seeds) runNow(compileStatement(seed, schema));

  return {
    service,
    isUp: () => scheduler.now() >= upAtMs,
    open(o) {
      const session = createSession(state, o);
      sessions.add(session);
      return session;
    },
    crash(downMs) {
      upAtMs = scheduler.now() + downMs;
      trace.add(who, `crashes, and is back in ${Math.round(downMs)} ms`);
      const goodBye = new SqlError('57P01', 'terminating connection due to administrator command', { fatal: true });
      for (const session of [...sessions]) session.terminate(goodBye);
      loseUnflushed();
    },
    cutOne() {
      if (sessions.size === 0) return;
      const reason = new SqlError('57P01', 'terminating connection due to administrator command', { fatal: true });
      random.pick([...sessions]).terminate(reason);
    },
    holdSomeRow(table, ms) {
      const free = [...(tables.get(table)?.rows ?? [])].filter((row) => row.lock === null);
      if (free.length === 0) return;
      const row = random.pick(free);
      const stranger = createTransaction(state.nextId(), state.nowMs());
      row.lock = stranger;
      stranger.locked.add(row);
      trace.add(who, `a stranger holds a row of ${table} for ${Math.round(ms)} ms`);
      scheduler.after(ms, null, () => endTransaction(stranger, null));
    },
    rows: (table) =>
      [...tables.get(table)!.rows].map((row) => row.versions.at(-1)?.data ?? null).filter((row) => row !== null),
    onCommit: (listen) => void listeners.push(listen),
    run: (text, params = []) => runNow(ready(schema, text), params),
  };

  function commit(tx: Transaction): void {
    const seq = (commits += 1);
    const written = [...tx.written];
    const changes = written.map((row) => {
      return {
        table: row.table.schema.name,
        before: row.versions.at(-1)?.data ?? null,
        after: row.pending?.data ?? null,
      };
    });
    const told = changes.flatMap(({ table, before, after }) => describeRow(table, before, after) ?? []);
    endTransaction(tx, seq);
    for (const { table, before, after } of changes) for (const listen of listeners) listen(table, before, after);
    if (told.length > 0)
      trace.add(
        who,
        `commits ${told.map(({ text }) => text).join('; ')}`,
        told.map(({ id }) => id),
      );
    if (tx.relaxed) unflushed.push(...written.map((row) => ({ row, seq })));
    else if (written.length > 0) unflushed = [];
    for (const row of written) if (row.versions.at(-1)?.data === null) forgetLater(row);
    for (const channel of tx.notices) notify(channel);
  }

  function notify(channel: string): void {
    for (const session of sessions) if (session.listens(channel)) session.notify(channel);
  }

  function loseUnflushed(): void {
    if (unflushed.length === 0 || !random.chance(0.5)) return;
    world.faults.count('database: relaxed commits lost');
    for (const { row, seq } of unflushed) {
      row.versions = row.versions.filter((version) => version.seq !== seq);
      if (row.versions.length > 0) row.table.rows.add(row);
      else row.table.rows.delete(row);
    }
    unflushed = [];
  }

  /** Deleted rows burden every look at their table; they go once no statement can see them. */
  function forgetLater(row: StoredRow): void {
    scheduler.after(keptMs, null, () => {
      if (row.versions.at(-1)?.data !== null || row.lock) return;
      row.table.rows.delete(row);
      for (const values of row.table.index.values()) for (const rows of values.values()) rows.delete(row);
    });
  }

  function runNow(statement: ReturnType<typeof compileStatement>, params: readonly unknown[] = []): void {
    if (statement.k !== 'query') throw new Error(`${statement.k} cannot be run by the world itself.`);
    const tx = createTransaction(state.nextId(), state.nowMs());
    const made = { ctes: new Map(), answers: new Map(), advisory: advisory.of(state) };
    const run = { tx, snapshot: commits, params, tables, nowMs: state.nowMs, newUuid: () => random.uuid(), ...made };
    if (!statement.run(run).next().done) throw new Error('What the world prepares must not wait for a lock.');
    commit(tx);
  }
}
