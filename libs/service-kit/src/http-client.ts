/** Calls to another service: either its answer, or a clear word on whose fault there is none. */

import { Pool } from 'undici';
import { Refusal } from './refusal.ts';

export type HttpClient = {
  /**
   * POSTs JSON and gives back the JSON of a 2xx answer. Never tried again here: only the caller knows whether a second
   * try is harmless.
   *
   * @throws UnreachableError no answer, too late, 5xx, or an answer that says our own credentials are wrong (401, 403)
   * @throws Refusal the other service refused the request itself; code and extras are as it sent them
   */
  post<T>(path: string, body: unknown, o?: { requestId?: string }): Promise<T>;
  close(): Promise<void>;
};

export class UnreachableError extends Error {
  readonly service: string;

  constructor(service: string, reason: string, cause?: unknown) {
    super(`${service} can't be reached: ${reason}`, cause === undefined ? {} : { cause });
    this.name = 'UnreachableError';
    this.service = service;
  }
}

const connectionsMax = 32;
// Shorter than the servers' own keep-alive, so that a connection is never used just as the other side closes it.
const keepAliveMs = 10_000;

/** @param o.timeoutMs for the whole call, the token included; 3,000 unless told */
export function createHttpClient(o: {
  name: string;
  baseUrl: string;
  token: () => Promise<string>;
  timeoutMs?: number;
}): HttpClient {
  const timeoutMs = o.timeoutMs ?? 3_000;
  const pool = new Pool(o.baseUrl, {
    connections: connectionsMax,
    keepAliveTimeout: keepAliveMs,
    connect: { timeout: timeoutMs },
  });
  return {
    async post<T>(path: string, body: unknown, extra: { requestId?: string } = {}): Promise<T> {
      const { status, text } = await exchange(path, JSON.stringify(body), extra.requestId);
      if (status >= 200 && status < 300) return parse(text) as T;
      throw failureOf(o.name, status, text);
    },
    close: () => pool.close(),
  };

  async function exchange(path: string, body: string, requestId: string | undefined) {
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const headers: Record<string, string> = {
        authorization: `Bearer ${await o.token()}`,
        'content-type': 'application/json',
      };
      if (requestId !== undefined) headers['x-request-id'] = requestId;
      const reply = await pool.request({ method: 'POST', path, body, headers, signal });
      return { status: reply.statusCode, text: await reply.body.text() };
    } catch (error) {
      throw new UnreachableError(o.name, signal.aborted ? `no answer within ${timeoutMs} ms` : 'no answer', error);
    }
  }

  function parse(text: string): unknown {
    try {
      return text === '' ? undefined : JSON.parse(text);
    } catch (error) {
      throw new UnreachableError(o.name, 'its answer is not JSON', error);
    }
  }
}

function failureOf(name: string, status: number, text: string): Error {
  // 401 and 403 tell of our own credentials, 429 of the other side's load: none is the fault of whoever called us.
  if (status >= 500 || status === 401 || status === 403 || status === 429) {
    return new UnreachableError(name, `it answered ${status}`);
  }
  try {
    const { code, detail, type: _type, title: _title, status: _status, ...extras } = JSON.parse(text);
    if (typeof code === 'string' && typeof detail === 'string') return new Refusal(code, detail, extras);
  } catch {
    // not a problem document: the answer did not come from the service we know
  }
  return new UnreachableError(name, `it answered ${status} without a problem document`);
}
