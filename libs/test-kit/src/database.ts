// A database of a test's own in milliseconds: a copy of the service's migrated template.
import pg from 'pg';
import { testStack } from './stack.ts';

export type TestDatabase = { databaseUrl: string; pool: pg.Pool; drop: () => Promise<void> };

let copies = 0;

/**
 * Copies the template that `npm test` migrated for `service` ('order', 'inventory', ..., or 'messaging' for the
 * messaging tables alone). `drop()` ends the pool and removes the database, whoever is still connected to it.
 */
export async function createDatabase(service: string): Promise<TestDatabase> {
  const { adminDatabaseUrl } = testStack();
  const name = `test_${service}_${process.pid}_${(copies += 1)}`;
  await asAdmin(adminDatabaseUrl, `CREATE DATABASE ${name} TEMPLATE ${templateOf(service)} STRATEGY file_copy`);
  const url = new URL(adminDatabaseUrl);
  url.pathname = `/${name}`;
  const pool = new pg.Pool({ connectionString: url.href, max: 10, connectionTimeoutMillis: 10_000, pipeline: true });
  pool.on('error', () => {}); // a connection that a test cut while it was idle
  // A connection that was ended is no longer the pool's, and may still get the error that its database was dropped.
  pool.on('connect', (client) => client.on('error', () => {}));
  return {
    databaseUrl: url.href,
    pool,
    async drop() {
      await pool.end();
      await asAdmin(adminDatabaseUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}

export function templateOf(service: string): string {
  return `template_${service}`;
}

async function asAdmin(adminDatabaseUrl: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminDatabaseUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
