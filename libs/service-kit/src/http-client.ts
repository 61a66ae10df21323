/** Calls to another service: its answer, or an error that says whether the request or the service was at fault. */

import { Agent, request as startRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as TlsAgent, request as startTlsRequest } from 'node:https';
import { text as readText } from 'node:stream/consumers';
import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { Refusal } from './refusal.ts';
import { traceHeaders } from './tracing/tracing.ts';

export type HttpClient = {
  /**
   * POSTs JSON and returns the JSON of a 2xx answer. It never retries: only the caller knows whether a retry is safe.
   *
   * @throws UnreachableError no answer in time, 5xx, 429, or 401 and 403, which concern our own credentials
   * @throws Refusal the other service refused the request itself; with its code and extras
   */
  post<T>(path: string, body: unknown, options?: { requestId?: string }): Promise<T>;
  /** Closes the idle connections. */
  close(): Promise<void>;
};

export class UnreachableError extends Error {
  /** The service that did not answer. */
  readonly service: string;

  constructor(service: string, reason: string, cause?: unknown) {
    super(`${service} can't be reached: ${reason}`, cause === undefined ? {} : { cause });
    this.name = 'UnreachableError';
    this.service = service;
  }
}

type Answer = { status: number; text: string };

const connectionsMax = 32;

/**
 * Connections are reused until the last second of the other side's `Keep-Alive: timeout`. Node's own client, not undici: calls between
 * services are batched, and undici costs each process 8 MB.
 *
 * @param timeoutMs for the whole call, including the token; 3,000 by default
 */
export function createHttpClient({
  name,
  baseUrl,
  token,
  timeoutMs = 3_000,
}: {
  name: string;
  baseUrl: string;
  token: () => Promise<string>;
  timeoutMs?: number;
}): HttpClient {
  const isTls = baseUrl.startsWith('https:');
  const agent = new (isTls ? TlsAgent : Agent)({ keepAlive: true, maxSockets: connectionsMax });

  return {
    async post<T>(path: string, body: unknown, { requestId }: { requestId?: string } = {}): Promise<T> {
      const { status, text } = await traced(path, () => exchange(path, JSON.stringify(body), requestId));
      if (status >= 200 && status < 300) return parse(text) as T;
      throw failureOf(name, status, text);
    },
    close() {
      agent.destroy();
      return Promise.resolve();
    },
  };

  async function exchange(path: string, body: string, requestId: string | undefined): Promise<Answer> {
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const headers = {
        authorization: `Bearer ${await inTime(token(), signal)}`,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        ...traceHeaders(),
        ...(requestId === undefined ? {} : { 'x-request-id': requestId }),
      };
      return await send(new URL(path, baseUrl), { method: 'POST', headers, agent, signal }, body);
    } catch (error) {
      throw new UnreachableError(name, signal.aborted ? `no answer within ${timeoutMs} ms` : 'no answer', error);
    }
  }

  function traced(path: string, call: () => Promise<Answer>): Promise<Answer> {
    const attributes = { 'http.request.method': 'POST', 'url.path': path, 'server.address': name };
    return trace
      .getTracer('@oms/service-kit')
      .startActiveSpan(`POST ${name}`, { kind: SpanKind.CLIENT, attributes }, async (span) => {
        try {
          const answer = await call();
          span.setAttribute('http.response.status_code', answer.status);
          return answer;
        } catch (error) {
          span.setStatus({ code: SpanStatusCode.ERROR, message: (error as Error).message });
          throw error;
        } finally {
          span.end();
        }
      });
  }

  function parse(text: string): unknown {
    try {
      return text === '' ? undefined : JSON.parse(text);
    } catch (error) {
      throw new UnreachableError(name, 'its answer is not JSON', error);
    }
  }
}

function inTime<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    work.then(resolve, reject);
  });
}

function send(url: URL, options: RequestOptions, body: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const onAnswer = (answer: IncomingMessage) => {
      readText(answer).then((text) => resolve({ status: answer.statusCode ?? 0, text }), reject);
    };
    const start = url.protocol === 'https:' ? startTlsRequest : startRequest;
    start(url, options, onAnswer).on('error', reject).end(body);
  });
}

function failureOf(name: string, status: number, text: string): Error {
  // 401 and 403 concern our own credentials, 429 the load of the other side: our caller has not caused them.
  if (status >= 500 || status === 401 || status === 403 || status === 429) {
    return new UnreachableError(name, `it answered ${status}`);
  }
  const problem = readProblem(text);
  if (problem === undefined) return new UnreachableError(name, `it answered ${status} without a problem document`);
  const { code, detail, type: _type, title: _title, status: _status, ...extras } = problem;
  return new Refusal(code, detail, extras);
}

function readProblem(text: string): { code: string; detail: string; [extra: string]: unknown } | undefined {
  try {
    const document = JSON.parse(text) as { code?: unknown; detail?: unknown } | null;
    const { code, detail } = document ?? {};
    return typeof code === 'string' && typeof detail === 'string' ? { ...document, code, detail } : undefined;
  } catch {
    return undefined; // the answer is not from the expected service
  }
}
