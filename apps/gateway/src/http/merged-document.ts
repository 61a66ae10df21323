/** The public API document: those of all services merged, without internal paths. */
import { request } from 'undici';
import type { ApiDocument } from '@oms/service-kit';
import type { Route } from './routes.ts';

type Paths = Record<string, unknown>;
type Part = { service: string; paths: Paths; schemas: Record<string, unknown> };

const freshMs = 5_000;
const timeoutMs = 2_000;

/** Fetches the documents at most every 5 s. A service that does not answer is left out, and named in `x-missing`. */
export function createMergedDocument(routes: readonly Route[]): () => Promise<ApiDocument> {
  let merged: Promise<ApiDocument> | undefined;
  let fetchedAt = -Infinity;
  return () => {
    if (merged === undefined || performance.now() - fetchedAt > freshMs) {
      fetchedAt = performance.now();
      merged = merge(routes);
    }
    return merged;
  };
}

async function merge(routes: readonly Route[]): Promise<ApiDocument> {
  const parts = await Promise.all(routes.map(read));
  const found = parts.filter((part) => part !== undefined);
  const missing = routes
    .map(({ service }) => service)
    .filter((service) => !found.some((part) => part.service === service));
  return {
    openapi: '3.1.0',
    info: {
      title: 'Order management system',
      description: `The API of all services. Their messages on Kafka: [messages](/docs/messages).${
        missing.length > 0 ? ` Missing, because they do not answer at the moment: ${missing.join(', ')}.` : ''
      }`,
      version: '0.1.0',
    },
    security: [{ bearer: [] }],
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      schemas: Object.assign({}, ...found.map(({ schemas }) => schemas)) as object,
    },
    paths: Object.assign({}, ...found.map(({ paths }) => paths)) as object,
    ...(missing.length > 0 && { 'x-missing': missing }),
  };
}

async function read({ service, upstream, paths }: Route): Promise<Part | undefined> {
  try {
    const response = await request(`${upstream}/openapi.json`, { signal: AbortSignal.timeout(timeoutMs) });
    const document = (await response.body.json()) as {
      paths?: Paths;
      components?: { schemas?: Record<string, unknown> };
    };
    if (response.statusCode !== 200 || document.paths === undefined) return undefined;
    const open = Object.entries(document.paths)
      .filter(([path]) => paths.some((prefix) => path === prefix || path.startsWith(`${prefix}/`)))
      .map(([path, operations]) => [path, taggedBy(service, operations as Record<string, object>)]);
    return { service, paths: Object.fromEntries(open) as Paths, schemas: document.components?.schemas ?? {} };
  } catch {
    return undefined; // named in the document as missing
  }
}

function taggedBy(service: string, operations: Record<string, object>): Record<string, object> {
  return Object.fromEntries(
    Object.entries(operations).map(([method, operation]) => [method, { ...operation, tags: [service] }]),
  );
}
