// Compares what the migrations make with what the Prisma schema says; a difference is a defect of one of the two.
import { readFile } from 'node:fs/promises';
import { prismaSchemaPath } from './databases.ts';
import { withSchemaEngine } from './engine.ts';

/**
 * The SQL that would turn the migrated database into the one that `schema.prisma` of `service` describes.
 * @returns '' when they agree. Only PostgreSQL's schema `public` is compared.
 */
export async function drift(databaseUrl: string, service: string): Promise<string> {
  const path = prismaSchemaPath(service);
  const content = await readFile(path, 'utf8');
  const { stdout } = await withSchemaEngine(databaseUrl, [[path, content]], (engine) =>
    engine.diff({
      from: { tag: 'url', url: databaseUrl },
      to: { tag: 'schemaDatamodel', files: [{ path, content }] },
      script: true,
      exitCode: null,
      shadowDatabaseUrl: null,
      filters: { externalTables: ['public._prisma_migrations'], externalEnums: [] },
    }),
  );
  return /^\s*-- This is an empty migration/.test(stdout ?? '') ? '' : (stdout ?? '').trim();
}
