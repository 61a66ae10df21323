/** Fetches a JSON document with a deadline. */

import { request as startRequest } from 'node:http';
import { request as startTlsRequest } from 'node:https';
import { json } from 'node:stream/consumers';

const timeoutMs = 3_000;

/**
 * With Node's http client: the first use of `fetch` costs a process 13 MB.
 *
 * @param signal ends the request; after 3 s unless given
 * @throws Error naming the address and the answer when there is no 2xx answer with JSON in it before that
 */
export function fetchJson<T>(
  url: string,
  {
    body,
    headers = {},
    signal = AbortSignal.timeout(timeoutMs),
  }: { body?: URLSearchParams; headers?: Record<string, string>; signal?: AbortSignal } = {},
): Promise<T> {
  return new Promise((resolve, reject) => {
    const start = url.startsWith('https:') ? startTlsRequest : startRequest;
    const form = body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' };
    const options = {
      method: body === undefined ? 'GET' : 'POST',
      headers: { accept: 'application/json', ...form, ...headers },
      signal,
    };
    const request = start(url, options, (response) => {
      const { statusCode = 0 } = response;
      if (statusCode >= 200 && statusCode < 300) {
        json(response).then(
          (document) => resolve(document as T),
          (cause: Error) =>
            reject(new Error(`${url} answered ${statusCode} without JSON: ${cause.message}`, { cause })),
        );
        return;
      }
      response.destroy();
      reject(new Error(`${url} answered ${statusCode}`));
    });
    request.on('error', reject).end(body?.toString());
  });
}
