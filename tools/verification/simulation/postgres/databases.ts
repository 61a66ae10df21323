// The databases that all runs of a worker share: migrated once, emptied between runs, with virtual time in place of the server's own.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import { migrationDirs } from '../../../database/migrate/databases.ts';
import { services, type Service } from '../world/services.ts';
import { openBackend } from './backend.ts';
import type { SharedDatabase } from './database.ts';
import { connectTo, type PostgresServer } from './server.ts';

export type Databases = {
  of(service: Service): SharedDatabase;
  /** As they were after the migrations. */
  reset(): Promise<void>;
  close(): Promise<void>;
};

/**
 * `now()`, `clock_timestamp()`, `gen_random_uuid()`, `uuidv7()` and `random()` of this schema come before those of pg_catalog, in statements and in
 * defaults: the first two read the time that the scheduler sets before each statement, the others count.
 */
const substitutesSql = `
CREATE SCHEMA simulation;
CREATE SEQUENCE simulation.numbers;
CREATE FUNCTION simulation.now() RETURNS timestamptz LANGUAGE sql STABLE
  RETURN current_setting('simulation.now')::timestamptz;
CREATE FUNCTION simulation.clock_timestamp() RETURNS timestamptz LANGUAGE sql STABLE
  RETURN current_setting('simulation.now')::timestamptz;
CREATE FUNCTION simulation.gen_random_uuid() RETURNS uuid LANGUAGE sql VOLATILE
  RETURN md5('uuid ' || nextval('simulation.numbers'))::uuid;
CREATE FUNCTION simulation.uuidv7() RETURNS uuid LANGUAGE sql VOLATILE
  RETURN (lpad(to_hex((extract(epoch FROM simulation.now()) * 1000)::bigint), 12, '0') || '7000'
    || lpad(to_hex(nextval('simulation.numbers') | x'8000000000000000'::bigint), 16, '0'))::uuid;
CREATE FUNCTION simulation.random() RETURNS float8 LANGUAGE sql VOLATILE
  RETURN (('x' || substr(md5('random ' || nextval('simulation.numbers')), 1, 8))::bit(32)::bigint & 2147483647) / 2147483648.0;`;

/** Tells of each changed row in the answer to the statement; hides the messages' bytes, which tell nothing. */
const changesSql = `
CREATE FUNCTION simulation.note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE INFO '%', jsonb_build_object('table', TG_ARGV[0],
    'before', to_jsonb(OLD) - '{payload,headers}'::text[], 'after', to_jsonb(NEW) - '{payload,headers}'::text[]);
  RETURN NULL;
END $$;`;

const noted: Readonly<Record<Service, readonly string[]>> = {
  order: ['orders', 'placements', 'messaging.outbox'],
  inventory: ['inventory', 'reservations', 'movements', 'messaging.outbox', 'messaging.inbox'],
  analytics: ['sales_orders', 'messaging.inbox'],
  notification: ['notifications', 'messaging.inbox'],
};

/** Default expressions name functions by their identity, not by their name. */
const defaultsSql = `
SELECT format('ALTER TABLE %s ALTER COLUMN %I SET DEFAULT %s', d.adrelid::regclass, a.attname,
  regexp_replace(pg_get_expr(d.adbin, d.adrelid), 'now\\(\\)|CURRENT_TIMESTAMP', 'simulation.now()')) AS sql
FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
WHERE a.attgenerated = '' AND pg_get_expr(d.adbin, d.adrelid) ~ 'now\\(\\)|CURRENT_TIMESTAMP'
UNION ALL
SELECT format('ALTER TABLE %s ALTER COLUMN %I SET DEFAULT simulation.%s', d.adrelid::regclass, a.attname, pg_get_expr(d.adbin, d.adrelid))
FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
WHERE pg_get_expr(d.adbin, d.adrelid) ~ '^(gen_random_uuid|uuidv7)\\(\\)$'`;

const tablesSql = `
SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND n.nspname IN ('public', 'messaging', 'simulation') ORDER BY 1`;

export async function openDatabases(server: Pick<PostgresServer, 'socketDir'>): Promise<Databases> {
  const admin = await connectTo(server, 'postgres');
  const byService = new Map<Service, SharedDatabase>();
  const resets: (() => Promise<void>)[] = [];
  for (const service of services) {
    const database = `oms_${service}`;
    await admin.query(`CREATE DATABASE ${database}`);
    await admin.query(`ALTER DATABASE ${database} SET search_path = simulation, pg_catalog, public`);
    const control = await connectTo(server, database);
    resets.push(await prepare(control, service));
    const first = await openBackend({ socketDir: server.socketDir, database });
    byService.set(service, {
      database,
      control,
      socketDir: server.socketDir,
      free: [first],
    });
  }
  await admin.end();
  return {
    of: (service) => byService.get(service)!,
    async reset() {
      for (const each of resets) await each();
    },
    async close() {
      for (const { control, free } of byService.values()) {
        for (const backend of free) backend.close();
        await control.end();
      }
    },
  };
}

async function prepare(control: pg.Client, service: Service): Promise<() => Promise<void>> {
  // Between runs no trigger has a say, such as the one that keeps the ledger from being emptied.
  await control.query('SET search_path = public; SET session_replication_role = replica');
  for (const dir of migrationDirs(service)) {
    for (const name of readdirSync(dir).sort()) {
      if (/^\d/.test(name)) await control.query(readFileSync(join(dir, name, 'migration.sql'), 'utf8'));
    }
  }
  await control.query(substitutesSql);
  await control.query(changesSql);
  for (const { sql } of (await control.query<{ sql: string }>(defaultsSql)).rows) await control.query(sql);
  for (const table of noted[service]) {
    await control.query(
      `CREATE TRIGGER note AFTER INSERT OR UPDATE OR DELETE ON ${table} FOR EACH ROW EXECUTE FUNCTION simulation.note('${table}')`,
    );
  }
  const tables = (await control.query<{ name: string }>(tablesSql)).rows.map(({ name }) => name);
  const filled: string[] = [];
  for (const name of tables) {
    const { rowCount } = await control.query(`SELECT FROM ${name} LIMIT 1`);
    if (rowCount === 0) continue;
    const copy = `simulation."kept ${name}"`;
    await control.query(`CREATE TABLE ${copy} AS TABLE ${name}`);
    filled.push(`INSERT INTO ${name} TABLE ${copy};`);
  }
  const empty = `TRUNCATE ${tables.join(', ')} RESTART IDENTITY; ALTER SEQUENCE simulation.numbers RESTART; ${filled.join(' ')}`;
  return async () => {
    await control.query(empty);
  };
}
