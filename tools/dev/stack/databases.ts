// A database per service, and a login role that owns it and nothing else.

import pg from 'pg';
import { databaseServices } from './stack.ts';

/** Known on purpose: the development stack listens on the loopback address only and holds no one's data. */
export const adminRole = { name: 'postgres', password: 'postgres' };

export type DatabaseRole = { name: string; password: string };

export function databaseRole(service: string): DatabaseRole {
  return { name: `oms_${service}`, password: `oms_${service}` };
}

export function databaseUrl(server: string, role: DatabaseRole, database = role.name): string {
  return `postgres://${role.name}:${role.password}@${server}/${database}`;
}

/** Creates what is missing of `oms_order`, ..., `oms_registry`; a second run changes nothing. */
export async function ensureDatabases(
  adminDatabaseUrl: string,
  roleOf: (service: string) => DatabaseRole = databaseRole,
): Promise<void> {
  const client = new pg.Client({ connectionString: adminDatabaseUrl, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    const { rows } = await client.query<{ datname: string }>('SELECT datname FROM pg_database');
    const present = new Set(rows.map((row) => row.datname));
    for (const service of [...databaseServices, 'registry']) {
      const role = roleOf(service);
      if (!present.has(role.name)) await createDatabase(client, role);
    }
  } finally {
    await client.end();
  }
}

/** Whether a client gets in; false while it is starting, or away. */
export async function serverAnswers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function createDatabase(client: pg.Client, role: DatabaseRole): Promise<void> {
  const name = client.escapeIdentifier(role.name);
  const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [role.name]);
  if (!rowCount) await client.query(`CREATE ROLE ${name} LOGIN PASSWORD ${client.escapeLiteral(role.password)}`);
  // Who is no superuser may give a database only to a role they are a member of.
  await client.query(`GRANT ${name} TO CURRENT_USER`);
  // template0 has no objects of others; a database is created whole or not at all, so its name is proof enough.
  await client.query(`CREATE DATABASE ${name} OWNER ${name} TEMPLATE template0`);
  await client.query(`REVOKE CONNECT ON DATABASE ${name} FROM PUBLIC`);
}
