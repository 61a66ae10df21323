// The files that /docs serves to browsers: they are copied next to the bundle.

import { existsSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { root } from '../../database/migrate/databases.ts';

/** Returns the paths, relative to the root, of those copied files that are our own and may change. */
export async function copyDocsPage(service: string, folder: string): Promise<string[]> {
  const from = dirname(createRequire(join(root, 'libs/service-kit/src/')).resolve('@fastify/swagger-ui/package.json'));
  await cp(join(from, 'static'), folder, { recursive: true });
  await cp(join(from, 'LICENSE'), join(folder, 'LICENSE'));
  // Only the gateway tells of the messages.
  const document = join('apps', service, 'src/http/message-docs/generated/asyncapi.json');
  if (!existsSync(join(root, document))) return [];
  await cp(join(root, document), join(folder, 'asyncapi.json'));
  return [document];
}
