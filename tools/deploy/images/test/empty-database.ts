// An empty database, for the first migration.
import pg from 'pg';
import { testStack } from '@oms/test-kit';

/** `drop` removes it, also with open connections. */
export async function createEmptyDatabase(name: string): Promise<{ databaseUrl: string; drop(): Promise<void> }> {
  const { adminDatabaseUrl } = testStack();
  const database = `test_${name}_${process.pid}`;
  await asAdmin(adminDatabaseUrl, `CREATE DATABASE ${database}`);
  return {
    databaseUrl: Object.assign(new URL(adminDatabaseUrl), { pathname: `/${database}` }).href,
    drop: () => asAdmin(adminDatabaseUrl, `DROP DATABASE IF EXISTS ${database} WITH (FORCE)`),
  };
}

async function asAdmin(adminDatabaseUrl: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminDatabaseUrl });
  await client.connect();
  await client.query(statement).finally(() => client.end());
}
