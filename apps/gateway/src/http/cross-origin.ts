/** CORS: the origins whose pages may call the API, and the headers that their scripts may read. */
import cors from '@fastify/cors';
import type { Http } from '@oms/service-kit';

const readableHeaders = ['etag', 'idempotency-key', 'idempotency-replayed', 'location', 'retry-after', 'x-request-id'];
const preflightSeconds = 600;

export async function allowOrigins(http: Http, origins: readonly string[]): Promise<void> {
  await http.register(cors, {
    origin: origins.map((origin) => origin.trim()),
    methods: ['GET', 'HEAD', 'POST', 'PATCH', 'PUT', 'DELETE'],
    exposedHeaders: readableHeaders,
    maxAge: preflightSeconds,
  });
}
