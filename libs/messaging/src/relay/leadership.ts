// At most one relay of a database leads: the one whose own connection holds the advisory lock.

import pg from 'pg';
import type { Logger } from 'pino';

export type Leadership = {
  start(): void;
  /** Gives the lock back. */
  stop(): Promise<void>;
  /** Tells the leader, wherever it is, that the table has something new. Many calls in a short time become one. */
  nudge(): void;
};

export type LeadershipOptions = {
  name: string;
  databaseUrl: string;
  logger: Logger;
  onGained: () => void;
  /** Called the moment the lock may be gone: at once when the connection breaks, within seconds when it hangs. */
  onLost: () => void;
  onNudge: () => void;
};

const lockKey = 7_110_215_884_301_337n;
const pollMs = 500;
const nudgeEveryMs = 50;

export function createLeadership(o: LeadershipOptions): Leadership {
  const stopping = new AbortController();
  let client: pg.Client | undefined;
  let running: Promise<void> | undefined;
  let nudging = false;

  return {
    start() {
      running ??= keepTrying();
    },
    async stop() {
      stopping.abort();
      await running;
    },
    nudge() {
      if (nudging || !client) return;
      nudging = true;
      void tellLeader(client);
    },
  };

  async function keepTrying(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await oneConnection();
      } catch (error) {
        o.logger.warn({ err: error }, 'The relay has no connection for its lock; trying again');
      }
      await pause();
    }
  }

  async function oneConnection(): Promise<void> {
    const mine = connectionFor(o);
    // 'end' comes with every break, and at once when the server says good-bye.
    const broken = new Promise<never>((_, reject) => {
      mine.on('error', reject);
      mine.on('end', () => reject(new Error('The connection that holds the lock has ended.')));
    });
    broken.catch(() => {});
    let leads = false;
    try {
      await Promise.race([mine.connect(), broken]);
      client = mine;
      while (!stopping.signal.aborted && !(leads = await Promise.race([tryLock(mine), broken]))) await pause();
      if (leads) await lead(mine, broken);
    } finally {
      client = undefined;
      if (leads) o.onLost();
      void mine.end().catch(() => {});
    }
  }

  async function lead(mine: pg.Client, broken: Promise<never>): Promise<void> {
    mine.on('notification', () => o.onNudge());
    await Promise.race([mine.query('LISTEN messaging_outbox'), broken]);
    o.logger.info('This relay leads');
    o.onGained();
    // A hanging connection does not say so: ask it every now and then (query_timeout bounds the answer).
    while (!stopping.signal.aborted) {
      await Promise.race([pause(), broken]);
      await Promise.race([mine.query('SELECT'), broken]);
    }
  }

  async function tellLeader(mine: pg.Client): Promise<void> {
    try {
      // Its own transaction, and few of them: NOTIFY in every command's transaction would make their commits queue up.
      await mine.query('NOTIFY messaging_outbox');
      await new Promise((resolve) => setTimeout(resolve, nudgeEveryMs).unref());
    } catch {
      // The leader's own sweep finds the rows within a second.
    } finally {
      nudging = false;
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

function connectionFor(o: LeadershipOptions): pg.Client {
  return new pg.Client({
    connectionString: o.databaseUrl,
    application_name: `${o.name} relay lock`,
    connectionTimeoutMillis: 5_000,
    query_timeout: 3_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 5_000,
  });
}

// Asked again and again instead of waited for: a statement that waits keeps its snapshot, and with it every dead row of the outbox.
async function tryLock(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ got: boolean }>('SELECT pg_try_advisory_lock($1) AS got', [lockKey]);
  return rows[0]!.got;
}
