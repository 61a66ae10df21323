/** A PostgreSQL pool in which nothing waits without a deadline, a silent server holds no caller, and no session in a bad state is used again. */

import pg from 'pg';
import { discardBadSessions } from './pool-sessions.ts';
import { traceQueries } from './tracing/queries.ts';

/** Deadlines of the database, in milliseconds. docs/configuration.md states them. */
export const databaseDeadlines = {
  /** To open a connection, and to get one from the pool. */
  connectMs: 3_000,
  /** PostgreSQL cancels a statement after this time, and the connection stays usable. */
  statementMs: 8_000,
  /** A server that has not answered then is silent: the connection is destroyed. Counted at the client, so that lost packets cannot hide it. */
  silenceMs: 9_000,
  /** PostgreSQL ends a transaction that waits so long for its next statement, and releases its locks. */
  idleInTransactionMs: 10_000,
  /** To say goodbye to the server. */
  closeMs: 1_000,
} as const;

export type PoolOptions = {
  name: string;
  databaseUrl: string;
  max: number;
  /**
   * Plans without sequential scans. A prepared statement keeps the plan that was best when the table was empty, a sequential scan, until
   * the table is analysed; at 60,000 rows that scan cost more than the rest of a batch together.
   */
  byIndex?: boolean;
  /** For programs whose statements take longer than those of requests. */
  statementMs?: number;
};

export function createPool({
  name,
  databaseUrl,
  max,
  byIndex = false,
  statementMs = databaseDeadlines.statementMs,
}: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    application_name: name,
    max,
    // Without it a caller waits without limit when the pool is exhausted or the server does not answer.
    connectionTimeoutMillis: databaseDeadlines.connectMs,
    statement_timeout: statementMs,
    query_timeout: statementMs + databaseDeadlines.silenceMs - databaseDeadlines.statementMs,
    idle_in_transaction_session_timeout: databaseDeadlines.idleInTransactionMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    // Statements that are submitted together are sent together; without it each waits for the answer to the one before.
    pipeline: true,
    // Prisma's adapter assumes that every session is in UTC.
    options: `-c timezone=UTC${byIndex ? ' -c enable_seqscan=off' : ''}`,
    verify: (client, done) => void checkSession(client).then(() => done(), done),
  });
  // The pool discards an idle connection that breaks (server restart); the next query opens a new one.
  pool.on('error', ignore);
  // A connection in use can break between two queries. Its next query fails then; without a listener the event would end the process.
  pool.on('connect', (client) => {
    client.on('error', ignore);
    closeInTime(client);
    traceQueries(client);
  });
  discardBadSessions(pool);
  return pool;
}

/** For readiness. False when the database answers and cannot be written. @throws when it does not answer */
export async function isWritable(pool: pg.Pool): Promise<boolean> {
  const { rows } = await pool.query<{ readOnly: string }>(
    `SELECT current_setting('transaction_read_only') AS "readOnly"`,
  );
  return rows[0]?.readOnly === 'off';
}

const checkSql = `SELECT current_setting('transaction_read_only') AS "readOnly", current_setting('TimeZone') AS "timeZone"`;

/** No connection enters the pool that could not do its work: after a failover the address may still lead to the old primary. */
async function checkSession(client: pg.PoolClient): Promise<void> {
  const query = { text: checkSql, query_timeout: databaseDeadlines.connectMs };
  const { rows } = await client.query<{ readOnly: string; timeZone: string }>(query);
  const { readOnly, timeZone } = rows[0]!;
  if (readOnly !== 'off') {
    const text = 'The session is read-only: a stand-by, or default_transaction_read_only of the role or the database.';
    throw Object.assign(new Error(text), { code: '25006' });
  }
  if (timeZone !== 'UTC' && timeZone !== 'Etc/UTC') {
    const text = `The session is in the time zone ${timeZone} instead of UTC: something between us and PostgreSQL dropped the startup parameter "options". Run ALTER ROLE ... SET timezone = 'UTC'.`;
    throw Object.assign(new Error(text), { code: '08004' });
  }
}

/** The goodbye of a connection is not answered by a silent server, and the pool would wait for that before it serves the next caller. */
function closeInTime(client: pg.PoolClient): void {
  const end = client.end.bind(client) as (callback?: () => void) => Promise<void>;
  const endInTime = (callback?: () => void) => {
    const { stream } = (client as unknown as { connection: { stream: { destroy(): void } } }).connection;
    const timer = setTimeout(() => stream.destroy(), databaseDeadlines.closeMs);
    client.once('end', () => clearTimeout(timer));
    return callback ? end(callback) : end();
  };
  client.end = endInTime as typeof client.end;
}

function ignore(): void {}
