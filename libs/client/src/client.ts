/**
 * Calls of the API, typed by its document. A request that is safe to repeat is repeated while the service is busy or away, until its deadline:
 * reads are, and so is each change, because it carries an Idempotency-Key.
 */

import createClient, { type Client } from 'openapi-fetch';
import type { paths } from './generated/api.ts';
import { fetchRepeatedly } from './repeat.ts';

export type ApiClient = Client<paths>;

export type ApiClientOptions = {
  /** Of the gateway, such as http://127.0.0.1:3000. */
  baseUrl: string;
  /** The bearer token, or a function that gives a current one for each request; none for a session by cookie. */
  token?: string | (() => string | Promise<string>);
  /** Of a request with all its repetitions; 20,000 ms unless given. Streams have none. */
  deadlineMs?: number;
  /** Replaces the global fetch. */
  fetch?: (request: Request) => Promise<Response>;
};

/**
 * `const { data, error, response } = await api.GET('/v1/orders/{id}', { params: { path: { id } } })`; `dataOf` gives the data or throws the problem.
 * Rejects with a TypeError or a TimeoutError when no reply arrives before the deadline.
 */
export function createApiClient({
  baseUrl,
  token,
  deadlineMs = 20_000,
  fetch = globalThis.fetch,
}: ApiClientOptions): ApiClient {
  const api = createClient<paths>({
    baseUrl,
    fetch: (request) => fetchRepeatedly(request, { fetch, deadlineMs }),
  });
  api.use({
    async onRequest({ request }) {
      const bearer = typeof token === 'function' ? await token() : token;
      if (bearer !== undefined) request.headers.set('authorization', `Bearer ${bearer}`);
      if (request.method !== 'GET' && !request.headers.has('idempotency-key')) {
        request.headers.set('idempotency-key', crypto.randomUUID());
      }
      return request;
    },
  });
  return api;
}
