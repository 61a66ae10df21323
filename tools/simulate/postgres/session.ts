// One connection as the server sees it: statements one after the other, in a transaction of their own or in one that was begun.

import { ready, type Result } from './compile-statement.ts';
import { createTransaction, endTransaction, type Transaction, type Wait } from './rows.ts';
import type { Run } from './scope.ts';
import type { Control } from './sql-tree.ts';
import { SqlError } from './sql-error.ts';
import type { ServerState } from './server.ts';

export type Session = {
  /** Rejoinders come in the order of the statements. */
  execute(text: string, params: readonly unknown[], answer: (outcome: Result | Error) => void): void;
  /** The client is gone: what was begun is rolled back, once the statement under way is through. */
  abandon(): void;
  /** The server ends the session, and says so. */
  terminate(error: SqlError): void;
  listens(channel: string): boolean;
  notify(channel: string): void;
};

const statementTimeoutMs = 15_000;
const idleInTransactionMs = 15_000;

export function createSession(
  server: ServerState,
  o: { onTerminated: (error: SqlError) => void; onNotice: (channel: string) => void },
): Session {
  const { scheduler, random } = server.world;
  const channels = new Set<string>();
  let tx: Transaction | null = null;
  let failed = false;
  let ended = false;
  let abandoned = false;
  /** The statement that waits for a lock. */
  let waiting: { steps: Generator<Wait, Result>; stop: () => void } | null = null;
  let activeAtMs = 0;
  let watching = false;

  const session: Session = {
    execute(text, params, answer) {
      if (ended) return;
      activeAtMs = scheduler.now();
      const reply = (outcome: Result | Error) => {
        watchIdleness();
        answer(outcome);
        if (abandoned) end();
      };
      try {
        const statement = ready(server.schema, text);
        if (statement.k !== 'query') return reply(control(statement));
        if (failed)
          throw new SqlError(
            '25P02',
            'current transaction is aborted, commands ignored until end of transaction block',
          );
        const own = tx ?? createTransaction(server.nextId(), server.nowMs());
        advance(statement.run(newRun(own, params)), own, reply);
      } catch (error) {
        reply(failWith(error));
      }
    },
    abandon() {
      if (waiting) abandoned = true;
      else end();
    },
    terminate(error) {
      if (ended) return;
      end();
      o.onTerminated(error);
    },
    listens: (channel) => channels.has(channel),
    notify: (channel) => o.onNotice(channel),
  };
  return session;

  function newRun(own: Transaction, params: readonly unknown[]): Run {
    const { tables, nowMs, world } = server;
    const advisory = server.advisory.of(session);
    const made = { ctes: new Map(), answers: new Map() };
    return {
      tx: own,
      snapshot: server.snapshot(),
      params,
      tables,
      ...made,
      nowMs,
      newUuid: () => world.random.uuid(),
      advisory,
    };
  }

  /** Goes on until the statement is through, or waits for the end of somebody's transaction. */
  function advance(steps: Generator<Wait, Result>, own: Transaction, reply: (outcome: Result | Error) => void): void {
    waiting = null;
    try {
      const step = steps.next();
      if (step.done) {
        if (own !== tx) server.commit(own);
        return reply(step.value);
      }
      server.world.faults.count('database: waited for a lock');
      const { until } = step.value;
      const wake = () => {
        stop();
        const again = scheduler.after(random.between(0.01, 0.4), null, () => advance(steps, own, reply));
        waiting = { steps, stop: () => void (again.cancelled = true) };
      };
      const timeout = scheduler.after(statementTimeoutMs, null, () => {
        stop();
        steps.return({ command: '', rowCount: 0, rows: [] });
        if (own !== tx) endTransaction(own, null);
        reply(failWith(new SqlError('57014', 'canceling statement due to statement timeout')));
      });
      const stop = () => {
        waiting = null;
        timeout.cancelled = true;
        until.onEnd.delete(wake);
      };
      until.onEnd.add(wake);
      waiting = { steps, stop };
    } catch (error) {
      if (own !== tx) endTransaction(own, null);
      reply(failWith(error));
    }
  }

  /** An error ends the work of a transaction at once; only its ROLLBACK is still to come. */
  function failWith(thrown: unknown): Error {
    if (tx) {
      if (!tx.ended) endTransaction(tx, null);
      failed = true;
    }
    if (thrown instanceof SqlError) {
      server.world.faults.count(`sql: ${thrown.code}`);
      return thrown;
    }
    // What this PostgreSQL cannot do must not pass for a refusal of the real one.
    server.world.alarms.push({ what: (thrown as Error).stack ?? String(thrown), about: [] });
    return new SqlError('0A000', (thrown as Error).message);
  }

  function control(statement: Control): Result {
    const done = (command: string): Result => ({ command, rowCount: 0, rows: [] });
    switch (statement.k) {
      case 'begin':
        tx ??= createTransaction(server.nextId(), server.nowMs());
        return done('BEGIN');
      case 'commit':
      case 'rollback': {
        const own = tx;
        const commits = statement.k === 'commit' && !failed;
        tx = null;
        failed = false;
        if (own && !own.ended) {
          if (commits) server.commit(own);
          else endTransaction(own, null);
        }
        return done(commits ? 'COMMIT' : 'ROLLBACK');
      }
      case 'listen':
        channels.add(statement.channel);
        return done('LISTEN');
      case 'notify':
        if (tx) tx.notices.add(statement.channel);
        else server.notify(statement.channel);
        return done('NOTIFY');
      case 'set':
        return done('SET');
    }
  }

  function watchIdleness(): void {
    if (!tx || watching) return;
    watching = true;
    scheduler.after(Math.max(1, activeAtMs + idleInTransactionMs - scheduler.now()), null, () => {
      watching = false;
      if (ended || !tx) return;
      if (waiting || scheduler.now() - activeAtMs < idleInTransactionMs) return watchIdleness();
      server.world.faults.count('database: idle transaction ended');
      session.terminate(
        new SqlError('25P03', 'terminating connection due to idle-in-transaction timeout', { fatal: true }),
      );
    });
  }

  function end(): void {
    if (ended) return;
    ended = true;
    if (waiting) {
      const { steps, stop } = waiting;
      stop();
      steps.return({ command: '', rowCount: 0, rows: [] });
    }
    waiting = null;
    if (tx && !tx.ended) endTransaction(tx, null);
    server.forget(session);
  }
}
