/** The public API document: those of all services merged, without internal paths. */
import { request } from 'undici';
import type { ApiDocument } from '@oms/service-kit';
import type { Route } from './routes.ts';

type Paths = Record<string, unknown>;
type Components = { schemas?: Record<string, unknown>; examples?: Record<string, unknown> };
type OpenApi = { info?: { description?: string }; paths?: Paths; components?: Components };
export type ServiceDocument = {
  service: string;
  /** The beginnings of the paths that the gateway forwards. */
  prefixes: readonly string[];
  document: OpenApi;
};

const freshMs = 5_000;
const timeoutMs = 2_000;

/**
 * Fetches the documents at most every 5 s. A service that does not answer is left out, and named in `x-missing`.
 *
 * @param publicUrl under which callers reach the gateway; a path is relative to the address of the document
 */
export function createMergedDocument(routes: readonly Route[], publicUrl = '/'): () => Promise<ApiDocument> {
  let merged: Promise<ApiDocument> | undefined;
  let fetchedAt = -Infinity;
  return () => {
    if (merged === undefined || performance.now() - fetchedAt > freshMs) {
      fetchedAt = performance.now();
      merged = merge(routes, publicUrl);
    }
    return merged;
  };
}

async function merge(routes: readonly Route[], publicUrl: string): Promise<ApiDocument> {
  const parts = await Promise.all(routes.map(fetchDocument));
  return mergeDocuments(
    parts.filter((part) => part !== undefined),
    {
      publicUrl,
      missing: routes.flatMap(({ service }) => (parts.some((part) => part?.service === service) ? [] : [service])),
    },
  );
}

/** One document of the public paths of all services. `missing` are those whose document is not there. */
export function mergeDocuments(
  documents: readonly ServiceDocument[],
  { publicUrl, missing }: { publicUrl: string; missing: readonly string[] },
): ApiDocument {
  const note = `Missing, because they do not answer at the moment: ${missing.join(', ')}.`;
  return {
    openapi: '3.1.0',
    info: {
      title: 'Order management system',
      description: `The API of all services. Their messages on Kafka: [messages](/docs/messages).${missing.length > 0 ? ` ${note}` : ''}`,
      version: '0.1.0',
    },
    servers: [{ url: publicUrl }],
    tags: documents.map(({ service, document }) => ({ name: service, description: document.info?.description ?? '' })),
    security: [{ bearer: [] }],
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      schemas: Object.assign({}, ...documents.map(({ document }) => document.components?.schemas)) as object,
      examples: Object.assign({}, ...documents.map(({ document }) => document.components?.examples)) as object,
    },
    paths: Object.assign({}, ...documents.map(publicPathsOf)) as object,
    ...(missing.length > 0 && { 'x-missing': missing }),
  };
}

async function fetchDocument({ service, upstream, paths }: Route): Promise<ServiceDocument | undefined> {
  try {
    const response = await request(`${upstream}/openapi.json`, { signal: AbortSignal.timeout(timeoutMs) });
    const document = (await response.body.json()) as OpenApi;
    if (response.statusCode !== 200 || document.paths === undefined) return undefined;
    return { service, prefixes: paths, document };
  } catch {
    return undefined; // named in the document as missing
  }
}

function publicPathsOf({ service, prefixes, document }: ServiceDocument): Paths {
  const open = Object.entries(document.paths ?? {})
    .filter(([path]) => prefixes.some((prefix) => path === prefix || path.startsWith(`${prefix}/`)))
    .map(([path, operations]) => [path, taggedBy(service, operations as Record<string, object>)]);
  return Object.fromEntries(open) as Paths;
}

function taggedBy(service: string, operations: Record<string, object>): Record<string, object> {
  return Object.fromEntries(
    Object.entries(operations).map(([method, operation]) => [method, { ...operation, tags: [service] }]),
  );
}
