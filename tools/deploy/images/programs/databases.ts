// `databases`: creates each service's database and role on a development server, known passwords and all. Safe to run again.

import { loadConfig } from '@oms/service-kit';
import { ensureDatabases } from '../../../dev/stack/databases.ts';
import { runToEnd } from './run-to-end.ts';
import { databasesSettings } from './settings.ts';

await runToEnd(async () => {
  const { OMS_POSTGRES_URL } = loadConfig(databasesSettings);
  await ensureDatabases(OMS_POSTGRES_URL);
  return 'every service has its database';
});
