/** /openapi.json, and /docs: Swagger UI for it, without any file from another host. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import swaggerUi, { type FastifySwaggerUiOptions } from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import type { ApiDocument } from './openapi.ts';

// The build copies the page's files beside the bundle; run from source, the plugin finds them in its package.
const filesBesideBundle = join(import.meta.dirname, 'docs-page');

/** Must be registered before the guard: the page is public, and the plugin cannot say so for its routes. */
export async function addDocs(
  app: FastifyInstance,
  { title, document }: { title: string; document: () => Promise<ApiDocument> },
): Promise<void> {
  app.get('/openapi.json', { config: { public: true } }, () => document());
  const options: FastifySwaggerUiOptions = {
    routePrefix: '/docs',
    theme: { title },
    uiConfig: { layout: 'BaseLayout', persistAuthorization: true },
    // This layout shows none; without an empty one the plugin would read its own from a file that a bundle does not have.
    logo: { type: 'image/svg+xml', content: '' },
    // The page reads /docs/json, the document of this process's own routes; the document of the gateway is the merged one.
    uiHooks: {
      onRequest(request, reply, done) {
        if (/\/(json|yaml)$/.test(request.routeOptions.url ?? '')) reply.redirect('/openapi.json');
        else done();
      },
    },
  };
  if (existsSync(filesBesideBundle)) options.baseDir = filesBesideBundle;
  await app.register(swaggerUi, options);
}
