// Which sessions wait for a lock, and what happens when locks are released: one session at a time continues, always in the same order.
//
// One statement is in flight in the whole run, so whatever has no answer soon waits for a session that is idle in its transaction, and
// PostgreSQL names it (pg_blocking_pids). A server process that waits is stopped by SIGSTOP and continues by SIGCONT when it is its turn:
// two sessions that one commit releases would race for their next locks otherwise.

import type pg from 'pg';
import type { Backend } from './backend.ts';
import { withError, type Answer } from './wire.ts';

/** The part of a session that locks need. */
export type LockingSession = {
  readonly backend: Backend;
  /** Takes the answer to the statement that waited for a lock. */
  released(answer: Answer): Promise<void>;
};

export type Locks = {
  /** The answer, or null when the statement waits for a lock: then `session.released` gets the answer later. */
  answerOrWait(session: LockingSession, answering: Promise<Answer>): Promise<Answer | null>;
  /** Lets those continue whose locks were released, until everybody left waits again. */
  settle(): Promise<void>;
  /** Cancels the statement that waits; its answer is an error of this code. */
  cancel(session: LockingSession, code: string, message: string): Promise<void>;
  /** The session is ended by other means. */
  forget(session: LockingSession): void;
  /** How many wait. */
  waiting(): number;
};

type Waiter = { session: LockingSession; answering: Promise<Answer> };

/** Nearly every statement is answered within this time; asking earlier would cost more than waiting. */
const patienceMs = 1;
const blockedSql = `SELECT pid, pg_blocking_pids(pid) AS by FROM unnest($1::int[]) AS pid`;

export function createLocks({
  control,
  othersHoldLocks,
  onDeadlock,
}: {
  control: pg.Client;
  /** Whether any other session of the database is in a transaction. */
  othersHoldLocks: (session: LockingSession) => boolean;
  onDeadlock: () => void;
}): Locks {
  let waiters: Waiter[] = [];

  const locks: Locks = {
    answerOrWait: async (session, answering) => {
      const waiter = { session, answering };
      const outcome = await goOn(waiter);
      if (outcome === 'waits') waiters.push(waiter);
      return outcome === 'waits' ? null : outcome;
    },
    async settle() {
      for (let next = await firstReleased(); next; next = await firstReleased()) {
        signal(next.session, 'SIGCONT');
        const outcome = await goOn(next);
        if (outcome === 'waits') continue;
        waiters = waiters.filter((each) => each !== next);
        await next.session.released(outcome);
      }
    },
    async cancel(session, code, message) {
      const waiter = waiters.find((each) => each.session === session);
      if (!waiter) return;
      waiters = waiters.filter((each) => each !== waiter);
      signal(session, 'SIGCONT');
      await session.released(await cancelled(waiter, code, message));
      await locks.settle();
    },
    forget(session) {
      if (!waiters.some((each) => each.session === session)) return;
      waiters = waiters.filter((each) => each.session !== session);
      signal(session, 'SIGCONT');
    },
    waiting: () => waiters.length,
  };
  return locks;

  /** Waits until the statement is answered or is known to wait; then its server process is stopped. */
  async function goOn({ session, answering }: Waiter): Promise<Answer | 'waits'> {
    if (!othersHoldLocks(session) && waiters.length === 0) return answering;
    for (let ms = patienceMs; ; ms *= 2) {
      const answer = await Promise.race([answering, pause(ms)]);
      if (answer) return answer;
      const blockers = await blockersOf([...waiters.map((each) => each.session), session]);
      if (!(blockers.get(session.backend.pid)?.length ?? 0)) continue;
      if (closesCycle(session.backend.pid, blockers)) {
        onDeadlock();
        return cancelled({ session, answering }, '40P01', 'deadlock detected');
      }
      signal(session, 'SIGSTOP');
      return 'waits';
    }
  }

  async function cancelled({ session, answering }: Waiter, code: string, message: string): Promise<Answer> {
    await control.query('SELECT pg_cancel_backend($1)', [session.backend.pid]);
    const answer = await answering;
    return answer.errorCode === '57014' ? withError(answer, code, message) : answer;
  }

  async function firstReleased(): Promise<Waiter | undefined> {
    if (waiters.length === 0) return undefined;
    const blockers = await blockersOf(waiters.map((each) => each.session));
    return waiters.find(({ session }) => blockers.get(session.backend.pid)!.length === 0);
  }

  async function blockersOf(sessions: readonly LockingSession[]): Promise<Map<number, number[]>> {
    const pids = sessions.map(({ backend }) => backend.pid);
    const { rows } = await control.query<{ pid: number; by: number[] }>({
      name: 'blocked',
      text: blockedSql,
      values: [pids],
    });
    return new Map(rows.map(({ pid, by }) => [pid, by]));
  }
}

function closesCycle(pid: number, blockers: ReadonlyMap<number, readonly number[]>): boolean {
  const seen = new Set<number>();
  const open = [...(blockers.get(pid) ?? [])];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at === pid) return true;
    if (seen.has(at)) continue;
    seen.add(at);
    open.push(...(blockers.get(at) ?? []));
  }
  return false;
}

function signal({ backend }: LockingSession, name: 'SIGSTOP' | 'SIGCONT'): void {
  if (!backend.isClosed()) process.kill(backend.pid, name);
}

function pause(ms: number): Promise<null> {
  return new Promise((resolve) => setTimeout(resolve, ms, null));
}
