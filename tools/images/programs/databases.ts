// `databases`: creates each service's database and role on a development server, known passwords and all. Safe to run again.

import { loadConfig, Type } from '@oms/service-kit';
import { ensureDatabases } from '../../stack/databases.ts';
import { runToEnd } from './run-to-end.ts';

await runToEnd(async () => {
  const { OMS_POSTGRES_URL } = loadConfig(
    Type.Object({ OMS_POSTGRES_URL: Type.String({ description: 'PostgreSQL, as a role that may create roles' }) }),
  );
  await ensureDatabases(OMS_POSTGRES_URL);
  return 'every service has its database';
});
