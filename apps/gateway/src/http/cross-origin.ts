// Which pages of other origins may call us, and what their scripts may see of the answers.
import cors from '@fastify/cors';
import type { Http } from '@oms/service-kit';

const readable = ['etag', 'idempotency-key', 'idempotency-replayed', 'location', 'retry-after', 'x-request-id'];
const preflightSeconds = 600;

export async function openToPages(http: Http, origins: readonly string[]): Promise<void> {
  await http.register(cors, {
    origin: origins.map((origin) => origin.trim()),
    methods: ['GET', 'HEAD', 'POST', 'PATCH', 'PUT', 'DELETE'],
    exposedHeaders: readable,
    maxAge: preflightSeconds,
  });
}
