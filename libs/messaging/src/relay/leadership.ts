// At most one relay of a database is the leader: the one whose own session holds the advisory lock.

import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { Logger } from 'pino';
import {
  createSessionClient,
  endSession,
  NoSessionError,
  requirePid,
  requireSession,
  type Session,
} from './session.ts';

export type Leadership = {
  start(): void;
  /** Releases the lock. */
  stop(): Promise<void>;
  /** Tells the leader, in whatever process, that the table has new rows. Many calls in a short time become one. */
  notifyLeader(): void;
  /** False when the address turned out to give no session. Then no relay leads, as two might. */
  hasSession(): boolean;
};

export type LeadershipOptions = {
  service: string;
  /** Must give a session of its own. */
  databaseUrl: string;
  logger: Logger;
  onGained: () => void;
  /** Called as soon as the lock may be lost: at once when the connection breaks, within seconds when it hangs. */
  onLost: () => void;
  onNotified: () => void;
};

const lockKey = 7_110_215_884_301_337n;
const pollMs = 500;
const notifyEveryMs = 50;
const reportEveryMs = 60_000;
const unlockAttempts = 100;

export function createLeadership({
  service,
  databaseUrl,
  logger,
  onGained,
  onLost,
  onNotified,
}: LeadershipOptions): Leadership {
  const stopping = new AbortController();
  let client: pg.Client | undefined;
  let running: Promise<void> | undefined;
  let notifying = false;
  let hasSession = true;
  let reportedMs = -Infinity;
  /** The session that this process had before, if it may still hold the lock. */
  let earlier: (Session & { startedAt: string }) | undefined;
  const token = randomUUID();

  return {
    start() {
      running ??= run();
    },
    async stop() {
      stopping.abort();
      await running;
    },
    notifyLeader() {
      if (notifying || !client) return;
      notifying = true;
      void notify(client);
    },
    hasSession: () => hasSession,
  };

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await useOneConnection();
      } catch (error) {
        report(error as Error);
      }
      await pause();
    }
  }

  function report(error: Error): void {
    if (!(error instanceof NoSessionError)) {
      logger.warn({ err: error }, 'The relay has no connection for its lock; trying again');
      return;
    }
    hasSession = false;
    if (performance.now() - reportedMs < reportEveryMs) return;
    reportedMs = performance.now();
    logger.error({ err: error }, `The relay does not lead, so no message is sent: ${error.message}`);
  }

  async function useOneConnection(): Promise<void> {
    const connection = createSessionClient(databaseUrl, `${service} relay lock`);
    // 'end' is emitted for every break, and at once when the server closes the connection.
    const broken = new Promise<never>((_, reject) => {
      connection.on('error', reject);
      connection.on('end', () => reject(new Error('The connection that holds the lock has ended.')));
    });
    broken.catch(() => {});
    try {
      await Promise.race([connection.connect(), broken]);
      const session = await Promise.race([openSession(connection), broken]);
      hasSession = true;
      client = connection;
      const tryToLead = () => Promise.race([tryLock(connection, session.pid), broken]);
      let leads = false;
      while (!stopping.signal.aborted && !(leads = await tryToLead())) await pause();
      if (leads) await leadAndUnlock(connection, session.pid, broken);
    } finally {
      client = undefined;
      endSession(connection);
    }
  }

  async function openSession(connection: pg.Client): Promise<Session> {
    const session = await requireSession(connection, databaseUrl);
    if (!session.isDirect) return session;
    // A session whose process or network is gone keeps the lock until the server detects that, by default after two hours.
    await connection.query(keepAliveSql);
    if (earlier?.isDirect) await connection.query(endEarlierSql, [earlier.pid, earlier.startedAt]);
    const { rows } = await connection.query<{ startedAt: string }>(startedAtSql);
    earlier = { ...session, startedAt: rows[0]?.startedAt ?? '' };
    return session;
  }

  async function leadAndUnlock(connection: pg.Client, pid: number, broken: Promise<never>): Promise<void> {
    let failure: unknown;
    await lead(connection, pid, broken).catch((error: unknown) => (failure = error));
    onLost();
    // A connection that is broken or silent unlocks nothing; the server does, when it ends the session.
    const unlocks = failure === undefined || failure instanceof NoSessionError;
    if (unlocks) await Promise.race([unlock(connection, pid), broken]).catch((error: unknown) => (failure ??= error));
    if (failure instanceof Error) throw failure;
  }

  async function lead(connection: pg.Client, pid: number, broken: Promise<never>): Promise<void> {
    connection.on('notification', () => onNotified());
    await Promise.race([connection.query('LISTEN messaging_outbox'), broken]);
    logger.info('This relay leads');
    onGained();
    // A connection that hangs reports nothing, so it is tested regularly (query_timeout limits the wait).
    while (!stopping.signal.aborted) {
      await Promise.race([pause(), broken]);
      await Promise.race([requirePid(connection, pid), broken]);
    }
  }

  // Polls instead of waiting for the lock: a statement that waits keeps its snapshot, and with it every dead row of the outbox.
  async function tryLock(connection: pg.Client, pid: number): Promise<boolean> {
    const { rows } = await connection.query<{ got: boolean; pid: number; holder: string | null }>(lockSql, [
      lockKey,
      token,
      pid,
    ]);
    const answer = rows[0]!;
    if (answer.pid !== pid || (answer.got && answer.holder !== token)) throw new NoSessionError();
    return answer.got;
  }

  async function unlock(connection: pg.Client, pid: number): Promise<void> {
    // Explicitly: a pooler keeps the session for its next client. When it turned out to be none, the pooler gives it back after some tries.
    for (let attempt = 0; attempt < unlockAttempts; attempt += 1) {
      const { rows } = await connection.query<{ unlocked: boolean | null }>(unlockSql, [lockKey, pid]);
      if (rows[0]?.unlocked !== null) return;
    }
  }

  async function notify(connection: pg.Client): Promise<void> {
    try {
      // A transaction of its own, and few of them: with NOTIFY in the transaction of every command, commits would wait for each other.
      await connection.query('NOTIFY messaging_outbox');
      await new Promise((resolve) => setTimeout(resolve, notifyEveryMs).unref());
    } catch {
      // The leader's own sweep finds the rows within a second.
    } finally {
      notifying = false;
    }
  }

  function pause(): Promise<void> {
    return new Promise((resolve) => {
      if (stopping.signal.aborted) return resolve();
      const done = () => {
        clearTimeout(timer);
        stopping.signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, pollMs);
      stopping.signal.addEventListener('abort', done);
    });
  }
}

// A session gets a lock again that it already has. A pooler may give one session to two relays: so the first one leaves its token in it, and
// the second one finds that token and gives the lock back, in the same statement.
const lockSql = `
  SELECT "got", "pid", "holder", CASE WHEN "got" AND ("holder" <> $2 OR "pid" <> $3) THEN pg_advisory_unlock($1) END AS "undone"
  FROM (
    SELECT "got", pg_backend_pid() AS "pid",
           CASE WHEN "got" THEN
             set_config('oms.relay', coalesce(nullif(current_setting('oms.relay', true), ''), $2), false)
           END AS "holder"
    FROM (SELECT pg_try_advisory_lock($1) AS "got" OFFSET 0) AS "lock"
    OFFSET 0
  ) AS "locked"`;

const unlockSql = `
  SELECT CASE WHEN pg_backend_pid() = $2 THEN pg_advisory_unlock($1) END AS "unlocked", set_config('oms.relay', '', false)`;

const keepAliveSql = `
  SELECT set_config('tcp_keepalives_idle', '5', false), set_config('tcp_keepalives_interval', '2', false),
         set_config('tcp_keepalives_count', '3', false)`;

const startedAtSql = `SELECT "backend_start"::text AS "startedAt" FROM pg_stat_activity WHERE "pid" = pg_backend_pid()`;

const endEarlierSql = `
  SELECT pg_terminate_backend("pid") FROM pg_stat_activity
  WHERE "pid" = $1 AND "backend_start"::text = $2 AND "usename" = current_user`;
