/** /openapi.json, and /docs: a page to browse it that needs nothing from elsewhere. */

import { createReadStream, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { ApiDocument } from './openapi.ts';

// Beside a bundle the build puts the page's files into docs-page/; run from source they are in their package.
const besideBundle = join(import.meta.dirname, 'docs-page');

const page = (title: string) => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${title}</title><meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="/docs/swagger-ui.css"></head>
<body><div id="docs"></div><script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script></body>
</html>
`;
const start = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#docs', deepLinking: true, persistAuthorization: true });\n`;

export function addDocs(app: FastifyInstance, o: { title: string; document: () => Promise<ApiDocument> }): void {
  const open = { config: { public: true } } as const;
  app.get('/openapi.json', open, () => o.document());
  app.get('/docs', open, (_request, reply) => reply.type('text/html; charset=utf-8').send(page(o.title)));
  app.get('/docs/start.js', open, (_request, reply) => reply.type('text/javascript').send(start));
  for (const [file, type] of [
    ['swagger-ui.css', 'text/css'],
    ['swagger-ui-bundle.js', 'text/javascript'],
  ] as const) {
    app.get(`/docs/${file}`, open, (_request, reply) =>
      reply
        .type(type)
        .header('cache-control', 'public, max-age=3600')
        .send(createReadStream(join(pageFolder(), file))),
    );
  }
}

function pageFolder(): string {
  if (existsSync(besideBundle)) return besideBundle;
  return dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
}
