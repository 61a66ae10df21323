/** Converts every error to a problem document: known codes as they are, framework errors translated, all others INTERNAL. */

import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { Counter, type Registry } from 'prom-client';
import { isOutage, isOutcomeUnknown } from '@oms/outage';
import { UnreachableError } from '../http-client.ts';
import { KeysUnavailableError } from '../identity/issuer-keys.ts';
import { problemOf, type Problem, type ProblemCatalogue } from '../problems.ts';
import { Refusal } from '../refusal.ts';

type Coded = { code: string; detail: string; extras?: Record<string, unknown> };

// Fastify's own error codes as problems. For all others the HTTP status decides.
const frameworkErrors: Record<string, Coded> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    code: 'UNSUPPORTED_MEDIA_TYPE',
    detail: 'The content type of the body is not supported; send application/json.',
  },
  FST_ERR_CTP_INVALID_TYPE: { code: 'UNSUPPORTED_MEDIA_TYPE', detail: 'The content-type header is invalid.' },
  FST_ERR_CTP_BODY_TOO_LARGE: { code: 'PAYLOAD_TOO_LARGE', detail: 'The body is larger than this route allows.' },
  FST_ERR_CTP_EMPTY_JSON_BODY: {
    code: 'MALFORMED_BODY',
    detail: 'The content type is JSON and the body is empty; send a body, or no content type.',
  },
  FST_ERR_CTP_INVALID_JSON_BODY: { code: 'MALFORMED_BODY', detail: 'The body is not valid JSON.' },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    code: 'MALFORMED_BODY',
    detail: 'The length of the body differs from the content-length header.',
  },
  FST_ERR_BAD_URL: { code: 'MALFORMED_REQUEST', detail: 'The URL is not valid percent-encoding.' },
  FST_ERR_MAX_PARAM_LENGTH: { code: 'URI_TOO_LONG', detail: 'A part of the URL is too long.' },
};

const byStatus: Record<number, Coded> = {
  400: { code: 'MALFORMED_REQUEST', detail: 'The request is invalid.' },
  408: { code: 'REQUEST_TIMEOUT', detail: 'The request took too long to arrive; send it again.' },
  413: { code: 'PAYLOAD_TOO_LARGE', detail: 'The body is larger than this route allows.' },
  415: { code: 'UNSUPPORTED_MEDIA_TYPE', detail: 'The content type of the body is not supported.' },
  503: { code: 'TOO_BUSY', detail: 'The service accepts no requests at the moment; try again shortly.' },
};

const internal: Coded = {
  code: 'INTERNAL',
  detail: 'The request failed. Try again later; the reason is in the logs, under the request id.',
};

export type ProblemReplies = {
  onError: (error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply) => void;
  send: (reply: FastifyReply, problem: Problem) => void;
};

export function createProblemReplies(catalogue: ProblemCatalogue, metrics: Registry): ProblemReplies {
  const problems = new Counter({
    name: 'http_problems_total',
    help: 'Requests that were answered with a problem, by code',
    labelNames: ['method', 'route', 'code'] as const,
    registers: [metrics],
  });
  return { onError, send };

  function onError(error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply): void {
    const coded = codedOf(error, catalogue);
    const problem = problemOf(catalogue, coded.code, coded.detail, coded.extras);
    if (problem.code === 'INTERNAL') request.log.error({ err: error }, 'a request failed with an unexpected error');
    else if (problem.status >= 500) request.log.warn({ err: error }, `a request was answered with ${problem.code}`);
    send(reply, problem);
  }

  function send(reply: FastifyReply, problem: Problem): void {
    const { method, routeOptions } = reply.request;
    problems.inc({ method, route: routeOptions.url ?? 'none', code: problem.code });
    const retryAfterSeconds = catalogue[problem.code]?.retryAfterSeconds;
    if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds));
    if (problem.status === 401) reply.header('www-authenticate', 'Bearer realm="oms"');
    reply
      .code(problem.status)
      .header('content-type', 'application/problem+json; charset=utf-8')
      .header('cache-control', 'no-store')
      .serializer(String)
      .send(JSON.stringify(problem));
  }
}

function codedOf(error: FastifyError | Error, catalogue: ProblemCatalogue): Coded {
  if (error instanceof Refusal) return { code: error.code, detail: error.message, extras: error.extras };
  if (!((error as unknown) instanceof Error)) return internal; // anything can be thrown
  if (error instanceof KeysUnavailableError) {
    return { code: 'IDENTITY_UNAVAILABLE', detail: 'Tokens cannot be verified at the moment; try again shortly.' };
  }
  if (error instanceof UnreachableError && 'UPSTREAM_UNAVAILABLE' in catalogue) {
    return {
      code: 'UPSTREAM_UNAVAILABLE',
      detail: `The ${error.service} service cannot be reached; try again shortly.`,
    };
  }
  if (error instanceof UnreachableError || isNotTried(error)) {
    return { code: 'TOO_BUSY', detail: 'The service is too busy; try again shortly.' };
  }
  if ('DATABASE_UNAVAILABLE' in catalogue && (isOutage(error) || isOutcomeUnknown(error))) {
    const detail = isOutcomeUnknown(error)
      ? 'Whether the change was stored is not known. Read the present state before you send the request again.'
      : 'The database is not available at the moment; try again shortly.';
    return { code: 'DATABASE_UNAVAILABLE', detail };
  }
  // What Node reports when a connection ends in the middle of a body.
  if ('code' in error && error.code === 'ECONNRESET' && error.message === 'aborted') {
    return { code: 'CLIENT_CLOSED_REQUEST', detail: 'The caller disconnected before the body was complete.' };
  }
  if (!('statusCode' in error) || typeof error.statusCode !== 'number') return internal;
  const translated = 'code' in error && typeof error.code === 'string' ? frameworkErrors[error.code] : undefined;
  return translated ?? byStatus[error.statusCode] ?? internal;
}

/** Of a queue that was full, was stopping, or had no time for a command. */
function isNotTried(error: Error): boolean {
  return 'notTried' in error && error.notTried === true;
}
