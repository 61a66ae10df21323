// Migrates one database to the newest version, with Prisma's own engine and its real `_prisma_migrations` table.
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { createSessionClient, endSession, requireSession } from '@oms/messaging/session';
import { withSchemaEngine } from './engine.ts';

type Migration = { path: string; migrationFile: { path: string; content: { tag: 'ok'; value: string } } };

export type MigrateOptions = {
  databaseUrl: string;
  /** Folders of Prisma migrations (`<14 digits>_<name>/migration.sql`), applied together in the order of their names. */
  migrationDirs: readonly string[];
};

/**
 * Applies what is missing and returns the names of the migrations it applied; none when the database is up to date.
 * @throws Error naming the database and the migration that failed, with PostgreSQL's reason.
 */
export async function migrate({ databaseUrl, migrationDirs }: MigrateOptions): Promise<string[]> {
  const migrations = (await Promise.all(migrationDirs.map(readMigrations))).flat();
  migrations.sort((a, b) => (a.path < b.path ? -1 : 1));
  const database = new URL(databaseUrl).pathname.slice(1);
  try {
    await checkSession(databaseUrl);
    const { appliedMigrationNames } = await withSchemaEngine(databaseUrl, undefined, (engine) =>
      engine.applyMigrations({
        filters: { externalTables: [], externalEnums: [] },
        migrationsList: {
          baseDir: dirname(migrationDirs.at(-1) ?? '.'),
          lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"' },
          shadowDbInitScript: '',
          migrationDirectories: migrations,
        },
      }),
    );
    return appliedMigrationNames;
  } catch (error) {
    throw new Error(`Migrating ${database} failed: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

/** Prisma's engine holds an advisory lock, so that two migrations of one database wait for each other. */
async function checkSession(databaseUrl: string): Promise<void> {
  const client = createSessionClient(databaseUrl, 'migrate session check');
  client.on('error', () => {}); // the failing statement reports it
  try {
    await client.connect();
    await requireSession(client, databaseUrl);
  } finally {
    endSession(client);
  }
}

async function readMigrations(dir: string): Promise<Migration[]> {
  const entries = await readdir(dir, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => join(dir, entry.name));
  return Promise.all(
    folders.map(async (folder) => ({
      path: basename(folder),
      migrationFile: {
        path: 'migration.sql',
        content: { tag: 'ok' as const, value: await readFile(join(folder, 'migration.sql'), 'utf8') },
      },
    })),
  );
}
