// A connection as pg gives it: statements travel and answers come back, or the connection breaks and says what pg says then.

import { EventEmitter } from 'node:events';
import type { Process } from '../world/process.ts';
import { strikes, type World } from '../world/world.ts';
import type { Result } from './compile-statement.ts';
import type { Server } from './server.ts';
import type { Session } from './session.ts';
import { SqlError } from './sql-error.ts';

export type QueryArgument = string | { text: string; values?: readonly unknown[]; name?: string };

export type Client = EventEmitter & {
  connect(): Promise<void>;
  query(query: QueryArgument, values?: readonly unknown[]): Promise<Result>;
  end(): Promise<void>;
  isBroken(): boolean;
};

type Waiting = {
  text: string;
  params: readonly unknown[];
  resolve: (result: Result) => void;
  reject: (error: Error) => void;
};

export function createClient(
  world: World,
  process: Process,
  server: Server,
  o: { queryTimeoutMs?: number } = {},
): Client {
  const { scheduler, random } = world;
  const events = new EventEmitter();
  const queue: Waiting[] = [];
  let session: Session | null = null;
  let busy: Waiting | null = null;
  let broken = false;
  let ending = false;

  const client = Object.assign(events, { connect, query, end, isBroken: () => broken });
  return client;

  function connect(): Promise<void> {
    return new Promise((resolve, reject) => {
      scheduler.after(hopMs(), process, () => {
        if (!server.isUp()) {
          broken = true;
          return reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }));
        }
        session = server.open({
          onTerminated: (error) => scheduler.after(hopMs(), process, () => breakWith(error)),
          onNotice: (channel) =>
            scheduler.after(hopMs(), process, () => broken || events.emit('notification', { channel })),
        });
        process.onDeath.add(abandonSession);
        resolve();
      });
    });
  }

  function query(given: QueryArgument, values?: readonly unknown[]): Promise<Result> {
    const text = typeof given === 'string' ? given : given.text;
    const params = values ?? (typeof given === 'string' ? [] : (given.values ?? []));
    // Whoever is dead speaks to nobody, and hears nothing.
    if (!process.alive) return new Promise(() => {});
    return new Promise((resolve, reject) => {
      if (broken) return reject(new Error('Client has encountered a connection error and is not queryable'));
      queue.push({ text, params, resolve, reject });
      sendNext();
    });
  }

  function sendNext(): void {
    const next = busy ? undefined : queue.shift();
    if (!next || !session) return;
    busy = next;
    const { text, params } = next;
    const isCommit = text === 'COMMIT';
    if (o.queryTimeoutMs !== undefined && Number.isFinite(o.queryTimeoutMs)) {
      scheduler.after(o.queryTimeoutMs, process, () => busy === next && settle(next, new Error('Query read timeout')));
    }
    // Values are on their way as they are now, whatever becomes of them here.
    const sent = params.map((param) => (Array.isArray(param) ? [...(param as unknown[])] : param));
    const lost = strikes(
      world,
      isCommit ? 'database: COMMIT lost on its way' : 'database: connection cut before a statement arrives',
    );
    if (lost) return void scheduler.after(hopMs(), process, () => cut());
    const to = session;
    scheduler.after(hopMs(), null, () => to.execute(text, sent, (outcome) => answered(next, outcome)));
  }

  function answered(to: Waiting, outcome: Result | Error): void {
    if (strikes(world, to.text === 'COMMIT' ? 'database: answer to COMMIT lost' : 'database: answer lost')) {
      scheduler.after(hopMs(), process, () => cut());
      return;
    }
    scheduler.after(hopMs(), process, () => settle(to, outcome));
  }

  function settle(to: Waiting, outcome: Result | Error): void {
    if (busy !== to) return;
    busy = null;
    if (outcome instanceof Error) to.reject(outcome);
    else to.resolve(outcome);
    sendNext();
  }

  function cut(): void {
    abandonSession();
    breakWith(new Error('Connection terminated unexpectedly'));
  }

  function abandonSession(): void {
    process.onDeath.delete(abandonSession);
    const left = session;
    session = null;
    if (left) scheduler.after(hopMs(), null, () => left.abandon());
  }

  function breakWith(error: Error): void {
    if (broken) return;
    broken = true;
    session = null;
    process.onDeath.delete(abandonSession);
    const rest = busy ? [busy, ...queue.splice(0)] : queue.splice(0);
    busy = null;
    for (const { reject } of rest) reject(error);
    // A fatal error that answers a statement is not told a second time.
    if (!ending && !(error instanceof SqlError && rest.length > 0)) events.emit('error', error);
    events.emit('end');
  }

  function end(): Promise<void> {
    ending = true;
    if (!broken && process.alive) {
      broken = true;
      abandonSession();
      scheduler.after(0, process, () => events.emit('end'));
    }
    return Promise.resolve();
  }

  function hopMs(): number {
    if (strikes(world, 'database: statement is slow')) return random.between(20, 1_500);
    return random.chance(0.05) ? random.between(1, 15) : random.between(0.05, 0.8);
  }
}
