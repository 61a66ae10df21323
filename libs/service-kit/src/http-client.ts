/** Calls to another service: either its answer, or a clear word on whose fault there is none. */

import { Agent, request as startRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as TlsAgent, request as startTlsRequest } from 'node:https';
import { text as readText } from 'node:stream/consumers';
import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { Refusal } from './refusal.ts';
import { traceHeaders } from './tracing/tracing.ts';

export type HttpClient = {
  /**
   * POSTs JSON and gives back the JSON of a 2xx answer. Never tried again here: only the caller knows whether a second
   * try is harmless.
   *
   * @throws UnreachableError no answer, too late, 5xx, or an answer that says our own credentials are wrong (401, 403)
   * @throws Refusal the other service refused the request itself; code and extras are as it sent them
   */
  post<T>(path: string, body: unknown, o?: { requestId?: string }): Promise<T>;
  /** Closes the kept connections. */
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
 * Connections are kept; the other side says for how long (`Keep-Alive: timeout`), and they are not used in its last
 * second. Node's own client, not undici: calls between services go in batches, and undici costs each process 8 MB.
 *
 * @param o.timeoutMs for the whole call, the token included; 3,000 unless told
 */
export function createHttpClient(o: {
  name: string;
  baseUrl: string;
  token: () => Promise<string>;
  timeoutMs?: number;
}): HttpClient {
  const timeoutMs = o.timeoutMs ?? 3_000;
  const isTls = o.baseUrl.startsWith('https:');
  const agent = new (isTls ? TlsAgent : Agent)({ keepAlive: true, maxSockets: connectionsMax });

  return {
    async post<T>(path: string, body: unknown, extra: { requestId?: string } = {}): Promise<T> {
      const { status, text } = await traced(path, () => exchange(path, JSON.stringify(body), extra.requestId));
      if (status >= 200 && status < 300) return parse(text) as T;
      throw failureOf(o.name, status, text);
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
        authorization: `Bearer ${await inTime(o.token(), signal)}`,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        ...traceHeaders(),
        ...(requestId === undefined ? {} : { 'x-request-id': requestId }),
      };
      return await send(new URL(path, o.baseUrl), { method: 'POST', headers, agent, signal }, body);
    } catch (error) {
      throw new UnreachableError(o.name, signal.aborted ? `no answer within ${timeoutMs} ms` : 'no answer', error);
    }
  }

  function traced(path: string, call: () => Promise<Answer>): Promise<Answer> {
    const attributes = { 'http.request.method': 'POST', 'url.path': path, 'server.address': o.name };
    return trace
      .getTracer('@oms/service-kit')
      .startActiveSpan(`POST ${o.name}`, { kind: SpanKind.CLIENT, attributes }, async (span) => {
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
      throw new UnreachableError(o.name, 'its answer is not JSON', error);
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
  // 401 and 403 tell of our own credentials, 429 of the other side's load: none is the fault of whoever called us.
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
    return undefined; // the answer did not come from the service we know
  }
}
