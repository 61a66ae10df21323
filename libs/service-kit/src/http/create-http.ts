/** The one way to open an HTTP port: guarded routes, strict requests, problems as documents, health, metrics and docs. */

import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance, type RawServerDefault } from 'fastify';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Identity } from '../identity/identity.ts';
import { kitProblems, problemOf, type ProblemCatalogue } from '../problems.ts';
import { processState } from '../process-state.ts';
import { Refusal } from '../refusal.ts';
import { addRequestTraces } from '../tracing/tracing.ts';
import { addDocs } from './docs.ts';
import { addGuard } from './guard.ts';
import { addHealth, type ReadyChecks } from './health.ts';
import { addJsonBody } from './json-body.ts';
import { addOpenApi, type ApiDocument } from './openapi.ts';
import { createProblemReplies } from './problem-replies.ts';
import { createRequestLog } from './request-log.ts';
import { requestIdOf } from './request-id.ts';
import { addRequestReport } from './request-report.ts';
import { addUnknownRoutes } from './unknown-routes.ts';
import { validatorFactory } from './validation.ts';

export type Http = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

export type HttpOptions = {
  name: string;
  description: string;
  version: string;
  problems: ProblemCatalogue;
  identity: Identity;
  logger: Logger;
  metrics: Registry;
  ready: ReadyChecks;
  /** States of other services, shown by /health/ready, which does not depend on them. Must not keep it waiting. */
  others?: () => Promise<Record<string, string>>;
  /** 1 MiB unless told */
  bodyLimitBytes?: number;
  /** The document for /openapi.json, when it is not the one made from this process's own routes. */
  apiDocument?: () => Promise<ApiDocument>;
};

const bodyLimitBytesDefault = 1_048_576;
// Longer than clients keep an idle connection (ours: 10 s), so that a server never closes one just as it is used.
const keepAliveMs = 72_000;
const requestArrivalMs = 30_000;

export async function createHttp(o: HttpOptions): Promise<Http> {
  const catalogue: ProblemCatalogue = { ...kitProblems, ...o.problems };
  const replies = createProblemReplies(catalogue, o.metrics);
  const app = Fastify<RawServerDefault>({
    loggerInstance: o.logger,
    logController: new LogController({ disableRequestLogging: true }),
    requestIdHeader: false,
    genReqId: requestIdOf,
    childLoggerFactory: createRequestLog,
    bodyLimit: o.bodyLimitBytes ?? bodyLimitBytesDefault,
    keepAliveTimeout: keepAliveMs,
    requestTimeout: requestArrivalMs,
    // While stopping, requests on kept connections are still served; the drain asks those connections to go.
    return503OnClosing: false,
    schemaController: { compilersFactory: { buildValidator: validatorFactory } },
    frameworkErrors: (error, request, reply) => {
      reply.header('x-request-id', request.id);
      replies.onError(error, request, reply);
    },
    clientErrorHandler: refuseUnreadable,
  }).withTypeProvider<TypeBoxTypeProvider>();

  // First of all: what follows belongs to the request's span.
  await addRequestTraces(app);
  app.setErrorHandler(replies.onError);
  addUnknownRoutes(app, catalogue, replies);
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    if (processState.stopping) reply.header('connection', 'close');
    // NUL is the one character a query or path can bring in that PostgreSQL can't store.
    if (request.raw.url?.includes('%00')) done(nulRefusal());
    else done();
  });
  addJsonBody(app);
  addRequestReport(app, o.metrics);
  await addOpenApi(app, { ...o, problems: catalogue });
  await addDocs(app, {
    title: o.name,
    document: o.apiDocument ?? (() => Promise.resolve(app.swagger() as ApiDocument)),
  });
  addGuard(app, o.identity);
  addHealth(app, o);
  return app;
}

function nulRefusal(): Refusal {
  return new Refusal('VALIDATION_FAILED', 'The address has a NUL character (%00), which cannot be stored.', {
    errors: [{ field: 'query or path', message: 'must not contain %00' }],
  });
}

/** What the HTTP parser itself can't read never reaches a route; it gets a problem document all the same. */
function refuseUnreadable(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [code, detail] =
    error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? (['REQUEST_TIMEOUT', 'The request took too long to arrive; send it again.'] as const)
      : error.code === 'HPE_HEADER_OVERFLOW'
        ? (['HEADERS_TOO_LARGE', 'The headers are too large; send fewer or shorter ones.'] as const)
        : (['MALFORMED_REQUEST', 'The request is not readable HTTP/1.1.'] as const);
  const problem = problemOf(kitProblems, code, detail);
  const body = JSON.stringify(problem);
  socket.end(
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\ncontent-type: application/problem+json\r\n` +
      `x-request-id: ${requestIdOf({ headers: {} })}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}
