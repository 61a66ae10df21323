// One connection as the server sees it: requests one after the other, each a step of the scheduler, on a real backend of PostgreSQL.

import type { Event } from '../world/scheduler.ts';
import type { World } from '../world/world.ts';
import { resetBackend, type Backend } from './backend.ts';
import type { Locks } from './locks.ts';
import { errorMessage, queryMessage, syncMessage, type Answer, type Request, type TransactionStatus } from './wire.ts';

export type Session = {
  /** In the order in which sessions were opened: what is left to the server's own choice is settled by it. */
  readonly number: number;
  readonly backend: Backend;
  status(): TransactionStatus;
  /** A statement is under way, and waits for a lock. */
  isWaiting(): boolean;
  /** A request has arrived; the answers come in the order of the requests. */
  receive(request: Request): void;
  /** The client is gone: what it began is rolled back, once the statement under way is through. */
  abandon(): void;
  /** Ends it at once; the client is gone. */
  close(): Promise<void>;
  /** The server ends the session with a FATAL error of this code. */
  terminate(code: string, message: string): Promise<void>;
  /** Passes on what the server has notified it of. */
  takeNotifications(): Promise<void>;
  /** For the simulation itself: a statement that cannot wait, outside of the order of requests. */
  runAtOnce(text: string): Promise<void>;
  /** Takes the answer to the statement that waited for a lock. */
  released(answer: Answer): Promise<void>;
};

/** The part of a database that its sessions need. */
export type SessionDatabase = {
  world: World;
  locks: Locks;
  /** The virtual time as SQL reads it. */
  nowText(): string;
  /** Rows that a transaction has changed, as the trigger tells them, once it is committed. */
  committed(changes: readonly string[]): void;
  passNotifications(): Promise<void>;
  kill(backend: Backend): Promise<void>;
  forget(session: Session): void;
  reuse(backend: Backend): void;
};

export type SessionOptions = {
  statementTimeoutMs: number;
  idleInTransactionTimeoutMs: number;
  onAnswer: (answer: Answer, request: Request) => void;
  onNotification: (message: Buffer) => void;
  onTerminated: (message: Buffer) => void;
};

/** Inserted rows have times by default. */
const readsTime = /\b(now|clock_timestamp|uuidv7)\(|\binsert\b/i;

export function createSession(
  database: SessionDatabase,
  backend: Backend,
  number: number,
  { statementTimeoutMs, idleInTransactionTimeoutMs, onAnswer, onNotification, onTerminated }: SessionOptions,
): Session {
  const { world, locks } = database;
  const { scheduler, random } = world;
  const queue: Request[] = [];
  let status: TransactionStatus = 'idle';
  let inFlight: Request | null = null;
  let timeout: Event | null = null;
  /** The rows that the transaction has changed so far. */
  let changes: string[] = [];
  let hasNotified = false;
  let isListening = false;
  let isAbandoned = false;
  let hasEnded = false;
  let activeAtMs = 0;
  let isWatchingIdleness = false;

  const session: Session = {
    number,
    backend,
    status: () => status,
    isWaiting: () => inFlight !== null,
    receive(request) {
      if (hasEnded || isAbandoned) return;
      if (request.isEnd) return session.abandon();
      queue.push(request);
      if (!inFlight) next();
    },
    abandon() {
      if (hasEnded || isAbandoned) return;
      isAbandoned = true;
      queue.length = 0;
      if (!inFlight) scheduler.holdFor(end().then(() => locks.settle()));
    },
    close: end,
    async terminate(code, message) {
      if (hasEnded) return;
      hasEnded = true;
      if (timeout) timeout.cancelled = true;
      locks.forget(session);
      await database.kill(backend);
      database.forget(session);
      if (!isAbandoned) onTerminated(errorMessage('FATAL', code, message));
      await locks.settle();
    },
    async takeNotifications() {
      if (!isListening || inFlight || hasEnded) return;
      await backend.run(syncMessage);
      for (const message of backend.takeNotifications()) onNotification(message);
    },
    async runAtOnce(text) {
      status = (await backend.run(queryMessage(text))).status;
    },
    released: answered,
  };
  return session;

  function next(): void {
    const request = queue.shift();
    if (!request) return;
    inFlight = request;
    scheduler.holdFor(step(request));
  }

  async function step(request: Request): Promise<void> {
    activeAtMs = scheduler.now();
    const { text } = request;
    if (/\b(pg_)?notify\b/i.test(text)) hasNotified = true;
    if (/^\s*listen\b/i.test(text)) isListening = true;
    const answering = readsTime.test(text)
      ? backend.run(queryMessage(`SET simulation.now = '${database.nowText()}'`), request.bytes)
      : backend.run(request.bytes);
    const answer = await locks.answerOrWait(session, answering);
    if (answer) {
      await answered(answer);
      // An error ends the work of a transaction, and with it its locks, before its ROLLBACK comes.
      if (answer.status !== 'open') await locks.settle();
      return;
    }
    world.faults.count('database: waited for a lock');
    if (!Number.isFinite(statementTimeoutMs)) return;
    timeout = scheduler.after(statementTimeoutMs, null, () => {
      timeout = null;
      scheduler.holdFor(locks.cancel(session, '57014', 'canceling statement due to statement timeout'));
    });
  }

  async function answered(answer: Answer): Promise<void> {
    const request = inFlight!;
    const { text } = request;
    const wasFailed = status === 'failed';
    inFlight = null;
    if (timeout) timeout.cancelled = true;
    timeout = null;
    if (answer.errorCode !== null) world.faults.count(`sql: ${answer.errorCode}`);
    status = answer.status;
    changes.push(...answer.infos);
    if (answer.isLast) {
      hasEnded = true;
      database.forget(session);
    }
    if (!isAbandoned) onAnswer(answer, request);
    if (!hasEnded && !isAbandoned) {
      watchIdleness();
      if (queue.length > 0) scheduler.after(random.uniform(0, 0.1), null, () => void (inFlight || hasEnded || next()));
    }
    if (status === 'idle') {
      const [committed, notified] = [changes, hasNotified];
      changes = [];
      hasNotified = false;
      const isCommitted = answer.errorCode === null && text !== 'ROLLBACK' && !wasFailed;
      if (isCommitted) database.committed(committed);
      if (isCommitted && notified) await database.passNotifications();
    }
    if (isAbandoned) await end();
  }

  function watchIdleness(): void {
    if (status === 'idle' || isWatchingIdleness || !Number.isFinite(idleInTransactionTimeoutMs)) return;
    isWatchingIdleness = true;
    const dueMs = activeAtMs + idleInTransactionTimeoutMs - scheduler.now();
    scheduler.after(Math.max(1, dueMs), null, () => {
      isWatchingIdleness = false;
      if (hasEnded || isAbandoned || status === 'idle') return;
      if (inFlight || scheduler.now() - activeAtMs < idleInTransactionTimeoutMs) return watchIdleness();
      world.faults.count('database: idle transaction ended');
      const message = 'terminating connection due to idle-in-transaction timeout';
      scheduler.holdFor(session.terminate('25P03', message));
    });
  }

  async function end(): Promise<void> {
    if (hasEnded) return;
    hasEnded = true;
    await resetBackend(backend);
    database.forget(session);
    database.reuse(backend);
  }
}
