// What all runs stand on, read once: the tables of the services by their migrations, and the contracts.

import { join } from 'node:path';
import { root } from '../database/migrate/databases.ts';
import { readSchema } from './postgres/schema.ts';
import { readContracts } from './services/surroundings.ts';
import type { Ground } from './simulate.ts';
import { services } from './world/world.ts';

export async function readGround(): Promise<Ground> {
  const messaging = join(root, 'libs/messaging/migrations');
  const schemas = services.map(
    (service) => [service, readSchema([messaging, join(root, 'apps', service, 'prisma/migrations')])] as const,
  );
  return { schemas: new Map(schemas), codec: await readContracts() };
}
