/** A PostgreSQL pool with deadlines for everything, in which a broken connection does not end the process. */

import pg from 'pg';
import { traceQueries } from './tracing/queries.ts';

const connectTimeoutMs = 5_000;
const statementTimeoutMs = 15_000;
const idleInTransactionTimeoutMs = 15_000;

export type PoolOptions = {
  name: string;
  databaseUrl: string;
  max: number;
  /**
   * Plans without sequential scans. A prepared statement keeps the plan that was best when the table was empty, a sequential scan, until
   * the table is analysed; at 60,000 rows that scan cost more than the rest of a batch together.
   */
  byIndex?: boolean;
};

export function createPool({ name, databaseUrl, max, byIndex = false }: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    application_name: name,
    max,
    // Without it a caller waits without limit when the pool is exhausted or the server does not answer.
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: idleInTransactionTimeoutMs,
    keepAlive: true,
    // Statements that are submitted together are sent together; without it each waits for the answer to the one before.
    pipeline: true,
    // Prisma's adapter assumes that every session is in UTC.
    options: `-c timezone=UTC${byIndex ? ' -c enable_seqscan=off' : ''}`,
  });
  // The pool discards an idle connection that breaks (server restart); the next query opens a new one.
  pool.on('error', ignore);
  // A connection in use can break between two queries. Its next query fails then; without a listener the event would end the process.
  pool.on('connect', (client) => {
    client.on('error', ignore);
    traceQueries(client);
  });
  return pool;
}

function ignore(): void {}
