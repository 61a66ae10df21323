// At most one relay of a database is the leader: the one whose own connection holds the advisory lock.

import pg from 'pg';
import type { Logger } from 'pino';

export type Leadership = {
  start(): void;
  /** Releases the lock. */
  stop(): Promise<void>;
  /** Tells the leader, in whatever process, that the table has new rows. Many calls in a short time become one. */
  notifyLeader(): void;
};

export type LeadershipOptions = {
  service: string;
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
  };

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await useOneConnection();
      } catch (error) {
        logger.warn({ err: error }, 'The relay has no connection for its lock; trying again');
      }
      await pause();
    }
  }

  async function useOneConnection(): Promise<void> {
    const connection = createConnection(service, databaseUrl);
    // 'end' is emitted for every break, and at once when the server closes the connection.
    const broken = new Promise<never>((_, reject) => {
      connection.on('error', reject);
      connection.on('end', () => reject(new Error('The connection that holds the lock has ended.')));
    });
    broken.catch(() => {});
    let leads = false;
    try {
      await Promise.race([connection.connect(), broken]);
      client = connection;
      while (!stopping.signal.aborted && !(leads = await Promise.race([tryLock(connection), broken]))) await pause();
      if (leads) await lead(connection, broken);
    } finally {
      client = undefined;
      if (leads) onLost();
      void connection.end().catch(() => {});
    }
  }

  async function lead(connection: pg.Client, broken: Promise<never>): Promise<void> {
    connection.on('notification', () => onNotified());
    await Promise.race([connection.query('LISTEN messaging_outbox'), broken]);
    logger.info('This relay leads');
    onGained();
    // A connection that hangs reports nothing, so it is tested regularly (query_timeout limits the wait).
    while (!stopping.signal.aborted) {
      await Promise.race([pause(), broken]);
      await Promise.race([connection.query('SELECT'), broken]);
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

function createConnection(service: string, databaseUrl: string): pg.Client {
  return new pg.Client({
    connectionString: databaseUrl,
    application_name: `${service} relay lock`,
    connectionTimeoutMillis: 5_000,
    query_timeout: 3_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 5_000,
  });
}

// Polls instead of waiting for the lock: a statement that waits keeps its snapshot, and with it every dead row of the outbox.
async function tryLock(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ got: boolean }>('SELECT pg_try_advisory_lock($1) AS got', [lockKey]);
  return rows[0]!.got;
}
