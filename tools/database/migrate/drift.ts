// Compares the result of the migrations with the Prisma schema; a difference is a defect of one of the two.
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { prismaSchemaPath } from './databases.ts';
import { withSchemaEngine } from './engine.ts';

/**
 * What differs between the migrated database and the one that `schema.prisma` of `service` describes, a line each; none
 * when they agree. The schema's tables are made beside the migrated ones, in a PostgreSQL schema that is dropped again.
 * Migrations may have more than Prisma can say (checks, triggers, further indexes), but not other columns.
 */
export async function drift(databaseUrl: string, service: string): Promise<string[]> {
  const script = await scriptOf(databaseUrl, service);
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(`BEGIN; CREATE SCHEMA modelled; SET LOCAL search_path = modelled; ${script}`);
    const [migrated, modelled] = [await facts(client, 'public'), await facts(client, 'modelled')];
    return [
      ...missing(modelled, migrated).map((fact) => `the Prisma schema has, the migrations have not: ${fact}`),
      ...missing(migrated, modelled)
        .filter((fact) => !fact.startsWith('index'))
        .map((fact) => `the migrations have, the Prisma schema has not: ${fact}`),
    ];
  } finally {
    await client.query('ROLLBACK');
    await client.end();
  }
}

async function scriptOf(databaseUrl: string, service: string): Promise<string> {
  const path = prismaSchemaPath(service);
  const content = await readFile(path, 'utf8');
  const { stdout } = await withSchemaEngine(databaseUrl, [[path, content]], (engine) =>
    engine.diff({
      from: { tag: 'empty' },
      to: { tag: 'schemaDatamodel', files: [{ path, content }] },
      script: true,
      exitCode: null,
      filters: { externalTables: [], externalEnums: [] },
    }),
  );
  if (!stdout) throw new Error(`The schema engine made no script of ${path}`);
  return stdout;
}

const factsOf = /* sql */ `
  SELECT 'column ' || table_name || '.' || column_name || ' ' || udt_name
      || coalesce('(' || coalesce(character_maximum_length, numeric_precision)::text || coalesce(',' || numeric_scale, '') || ')', '')
      || CASE is_nullable WHEN 'NO' THEN ' not null' ELSE '' END
      || coalesce(' default ' || replace(column_default, $1 || '.', ''), '')
      || CASE is_identity WHEN 'YES' THEN ' identity' ELSE '' END AS fact
    FROM information_schema.columns WHERE table_schema = $1 AND table_name <> '_prisma_migrations'
  UNION ALL
  SELECT 'enum ' || t.typname || ': ' || string_agg(e.enumlabel, ', ' ORDER BY e.enumsortorder)
    FROM pg_type t JOIN pg_enum e ON e.enumtypid = t.oid
   WHERE t.typnamespace = $1::regnamespace GROUP BY t.typname
  UNION ALL
  SELECT 'index ' || replace(replace(indexdef, ' ON ' || $1 || '.', ' ON '), ' USING btree', '')
    FROM pg_indexes WHERE schemaname = $1 AND tablename <> '_prisma_migrations'`;

async function facts(client: pg.Client, schema: string): Promise<string[]> {
  const { rows } = await client.query<{ fact: string }>(factsOf, [schema]);
  return rows.map(({ fact }) => fact);
}

function missing(wanted: readonly string[], found: readonly string[]): string[] {
  return wanted.filter((fact) => !found.includes(fact)).toSorted();
}
