// `migrate`: migrates the database of the service to the newest version of this image. Safe to run again, and at the same time.

import { join } from 'node:path';
import { loadConfig } from '@oms/service-kit';
import { migrate } from '../../../database/migrate/migrate.ts';
import { runToEnd } from './run-to-end.ts';
import { migrateSettings } from './settings.ts';

await runToEnd(async () => {
  const { DATABASE_URL, DATABASE_SESSION_URL } = loadConfig(migrateSettings);
  const migrationDirs = ['messaging', 'service'].map((name) => join(import.meta.dirname, 'migrations', name));
  const applied = await migrate({ databaseUrl: DATABASE_SESSION_URL ?? DATABASE_URL, migrationDirs });
  return applied.length > 0 ? `applied ${applied.join(', ')}` : 'nothing to apply';
});
