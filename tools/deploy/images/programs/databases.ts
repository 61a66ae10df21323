// `databases`: creates the database and role of each service on a development server, with known passwords. Safe to run again.

import { loadConfig } from '@oms/service-kit';
import { ensureDatabases } from '../../../dev/stack/databases.ts';
import { runToEnd } from './run-to-end.ts';
import { databasesSettings } from './settings.ts';

await runToEnd(async () => {
  const { OMS_POSTGRES_URL } = loadConfig(databasesSettings);
  await ensureDatabases(OMS_POSTGRES_URL);
  return 'every service has its database';
});
