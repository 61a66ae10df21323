// Which services have a database, and where their migrations lie.
import { existsSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '../..');

/** The services with a database of their own, in the order of the data flow. */
export const databaseServices = ['order', 'inventory', 'analytics', 'notification'] as const;
export type DatabaseService = (typeof databaseServices)[number];

/** The messaging tables come first: every service's own migrations may count on them. */
export function migrationDirs(service: string): string[] {
  const own = join(root, 'apps', service, 'prisma/migrations');
  return [join(root, 'libs/messaging/migrations'), ...(existsSync(own) ? [own] : [])];
}

export function prismaSchemaPath(service: string): string {
  return join(root, 'apps', service, 'prisma/schema.prisma');
}
