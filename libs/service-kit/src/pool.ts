/** One PostgreSQL pool per service that never waits for ever and never lets a broken connection end the process. */

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
   * Every statement goes by an index. A prepared statement keeps the plan that was best while its table was empty - to read all of it -
   * until the table is analysed, and 60,000 rows later that cost more than all the rest of a batch together. Such a plan is not made then.
   */
  byIndex?: boolean;
};

export function createPool(o: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: o.databaseUrl,
    application_name: o.name,
    max: o.max,
    // Without this, a caller waits for ever when the pool is used up or the server is silent.
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: idleInTransactionTimeoutMs,
    keepAlive: true,
    // Statements that are sent together travel together, each with an answer of its own; without it each waits for the one before.
    pipeline: true,
    // Prisma's adapter reads and writes times as if every session were in UTC.
    options: `-c timezone=UTC${o.byIndex ? ' -c enable_seqscan=off' : ''}`,
  });
  // A connection that dies while idle (server restart) is thrown away by the pool; the next query opens a new one.
  pool.on('error', ignore);
  // A connection can also die while it is lent out, between two queries. Whoever holds it learns of it from its next
  // query; without a listener the event would end the process.
  pool.on('connect', (client) => {
    client.on('error', ignore);
    traceQueries(client);
  });
  return pool;
}

function ignore(): void {}
