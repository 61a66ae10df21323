/** /openapi.json, and /docs: a page to browse it that needs nothing from elsewhere. */

import { createReadStream, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { ApiDocument } from './openapi.ts';

// Beside a bundle the build puts the page's files into docs-page/; run from source they are in their package.
const besideBundle = join(import.meta.dirname, 'docs-page');

/** A page beside that of the API, which links to it. */
export type DocsLink = { title: string; path: string };

const page = (title: string, links: readonly DocsLink[]) => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${title}</title><meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="/docs/swagger-ui.css"></head>
<body>${links.length > 0 ? linksRow(links) : ''}<div id="docs"></div><script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script></body>
</html>
`;
const linksRow = (links: readonly DocsLink[]) =>
  `<nav class="swagger-ui"><p class="wrapper">${links
    .map(({ title, path }) => `<a class="link" href="${path}">${title}</a>`)
    .join(' ')}</p></nav>\n`;
const start = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#docs', deepLinking: true, persistAuthorization: true });\n`;

export function addDocs(
  app: FastifyInstance,
  o: { title: string; document: () => Promise<ApiDocument>; links?: readonly DocsLink[] | undefined },
): void {
  const open = { config: { public: true } } as const;
  app.get('/openapi.json', open, () => o.document());
  app.get('/docs', open, (_request, reply) =>
    reply.type('text/html; charset=utf-8').send(page(o.title, o.links ?? [])),
  );
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
