// What needs a session of PostgreSQL (advisory locks, LISTEN, migrations) checks that it has one: a pooler may give each transaction another.

import pg from 'pg';

/** The address gives no session: what one statement locks or sets, the next one may not have, and a stranger may. */
export class NoSessionError extends Error {
  constructor() {
    super(
      'This needs a session of PostgreSQL, and the address gives none: a pooler in between gives each transaction another connection. ' +
        'Set DATABASE_SESSION_URL to an address of PostgreSQL itself, or of a pooler in session mode.',
    );
    this.name = 'NoSessionError';
  }
}

export type Session = {
  pid: number;
  /** Without a pooler in between: the server's process is this connection's own. */
  isDirect: boolean;
};

const connectMs = 3_000;
const answerMs = 3_000;
const closeMs = 1_000;
const rounds = 5;

/** A connection that is not of a pool, with a deadline for everything. */
export function createSessionClient(databaseUrl: string, name: string): pg.Client {
  return new pg.Client({
    connectionString: databaseUrl,
    application_name: name,
    connectionTimeoutMillis: connectMs,
    query_timeout: answerMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 5_000,
  });
}

/** Ends a connection, also when the server does not answer any more. */
export function endSession(client: pg.Client): void {
  const { stream } = (client as unknown as { connection: { stream: { destroy(): void } } }).connection;
  const timer = setTimeout(() => stream.destroy(), closeMs);
  void client
    .end()
    .catch(() => {})
    .finally(() => clearTimeout(timer));
}

/**
 * @param client connected, and not in a transaction
 * @throws NoSessionError
 */
export async function requireSession(client: pg.Client, databaseUrl: string): Promise<Session> {
  const pid = await pidOf(client);
  // PostgreSQL reports its process at the start of a connection. A pooler reports a number of its own.
  if ((client as unknown as { processID: number | null }).processID === pid) return { pid, isDirect: true };
  const other = createSessionClient(databaseUrl, 'session check');
  other.on('error', () => {});
  try {
    await other.connect();
    for (let round = 0; round < rounds; round += 1) {
      await other.query('BEGIN');
      // A pooler that shares connections between transactions gives the free one away, most recently used first.
      const isShared = (await pidOf(other)) === pid || (await pidOf(client)) !== pid;
      await other.query('COMMIT');
      if (isShared) throw new NoSessionError();
    }
  } catch (error) {
    // No connection for the other one, although this one is idle: so this one is not given away.
    if (error instanceof NoSessionError) throw error;
    await requirePid(client, pid);
  } finally {
    endSession(other);
  }
  return { pid, isDirect: false };
}

/** @throws NoSessionError when another process of the server answers than before */
export async function requirePid(client: pg.Client, pid: number): Promise<void> {
  if ((await pidOf(client)) !== pid) throw new NoSessionError();
}

async function pidOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return rows[0]!.pid;
}
