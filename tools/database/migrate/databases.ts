// The services that have a database, and the folders of their migrations.
import { existsSync } from 'node:fs';
import { join } from 'node:path';

export { databaseServices } from '../../dev/stack/stack.ts';

export const root = join(import.meta.dirname, '../../..');

/** The messaging tables come first: every service's own migrations may count on them. */
export function migrationDirs(service: string): string[] {
  const own = join(root, 'apps', service, 'prisma/migrations');
  return [join(root, 'libs/messaging/migrations'), ...(existsSync(own) ? [own] : [])];
}

export function prismaSchemaPath(service: string): string {
  return join(root, 'apps', service, 'prisma/schema.prisma');
}
