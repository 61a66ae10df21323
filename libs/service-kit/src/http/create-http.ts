// The HTTP server of every process: guarded routes, strict requests, problem documents and API pages; its management port beside it.

import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import Fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type RawServerDefault,
} from 'fastify';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Identity } from '../identity/identity.ts';
import { kitProblems, problemOf, type ProblemCatalogue } from '../problems.ts';
import { processState } from '../process-state.ts';
import { Refusal } from '../refusal.ts';
import { addRequestTraces } from '../tracing/tracing.ts';
import { addBodyLimits } from './body-limits.ts';
import { addDeadlines } from './deadlines.ts';
import { addDocs } from './docs.ts';
import { addGuard } from './guard.ts';
import { addJsonBody } from './json-body.ts';
import { createManagement, type Management, type ReadyChecks } from './management.ts';
import { refuseInvalidHeaders } from './invalid-headers.ts';
import { addOpenApi, type ApiDocument } from './openapi.ts';
import { createProblemReplies } from './problem-replies.ts';
import { createRequestLog } from './request-log.ts';
import { requestIdOf } from './request-id.ts';
import { addRequestReport } from './request-report.ts';
import { addUnknownRoutes, type MethodsAt } from './unknown-routes.ts';
import { validatorFactory } from './validation.ts';

export type Http = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

declare module 'fastify' {
  interface FastifyInstance {
    /** The server of the management port. */
    management: Management;
  }
}

export type HttpOptions = {
  name: string;
  description: string;
  version: string;
  problems: ProblemCatalogue;
  identity: Identity;
  logger: Logger;
  metrics: Registry;
  ready: ReadyChecks;
  /** States of other services, shown by readiness, which does not depend on them. It must not block. */
  others?: () => Promise<Record<string, string>>;
  /** The largest body of any route; 1 MiB by default. A route with a schema has a smaller limit of its own. */
  bodyLimitBytes?: number;
  /** Of a request, from its arrival to the last byte of its reply; 20 s by default, more than the gateway's. */
  deadlineMs?: number;
  /** Proxies in front of the process, which add the caller's address to X-Forwarded-For; none by default. */
  trustedProxies?: number;
  /** The document for /openapi.json; by default that of this process's own routes. */
  apiDocument?: () => Promise<ApiDocument>;
  /** The methods of paths that are forwarded to another server. */
  methodsElsewhere?: MethodsAt;
  /** No hook runs for a request whose URL is invalid; this does. When it rejects, that is the reply. */
  onInvalidUrl?: (request: FastifyRequest, reply: FastifyReply) => Promise<void>;
};

const bodyLimitBytesDefault = 1_048_576;
// Longer than clients keep an idle connection (ours: 10 s), so that the server does not close one that is just being used.
const keepAliveMs = 72_000;
const deadlineMsDefault = 20_000;
const requestMaxMs = 3_600_000;
// How often Node looks for connections that are too slow; its default of 30 s would double every limit.
const connectionsCheckMs = 1_000;

export async function createHttp({
  name,
  description,
  version,
  problems,
  identity,
  logger,
  metrics,
  ready,
  others,
  bodyLimitBytes = bodyLimitBytesDefault,
  deadlineMs = deadlineMsDefault,
  trustedProxies = 0,
  apiDocument,
  methodsElsewhere,
  onInvalidUrl,
}: HttpOptions): Promise<Http> {
  const catalogue: ProblemCatalogue = { ...kitProblems, ...problems };
  const replies = createProblemReplies(catalogue, metrics);
  const app = Fastify<RawServerDefault>({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    requestIdHeader: false,
    genReqId: requestIdOf,
    childLoggerFactory: createRequestLog,
    bodyLimit: bodyLimitBytes,
    keepAliveTimeout: keepAliveMs,
    // Of the longest upload. The deadline of the request ends all others, and can still answer in words.
    requestTimeout: requestMaxMs,
    http: { headersTimeout: deadlineMs, connectionsCheckingInterval: connectionsCheckMs, requireHostHeader: false },
    trustProxy: trustedProxies === 0 ? false : (_address: string, hop: number) => hop < trustedProxies,
    // While stopping, requests on open connections are still served, and their replies close the connections.
    return503OnClosing: false,
    schemaController: { compilersFactory: { buildValidator: validatorFactory } },
    frameworkErrors: (error, request, reply) => {
      reply.header('x-request-id', request.id);
      const refuse = (reason: Error) => replies.onError(reason, request, reply);
      if (onInvalidUrl === undefined) refuse(error);
      else onInvalidUrl(request, reply).then(() => refuse(error), refuse);
    },
    clientErrorHandler: refuseInvalidHttp,
  }).withTypeProvider<TypeBoxTypeProvider>();

  // First, so that everything that follows belongs to the span of the request.
  await addRequestTraces(app);
  addDeadlines(app, deadlineMs);
  app.setErrorHandler(replies.onError);
  addUnknownRoutes(app, catalogue, replies, methodsElsewhere);
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    if (processState.stopping) reply.header('connection', 'close');
    done();
  });
  // After all onRequest hooks, so that requests with such a mistake are counted too.
  app.addHook('preParsing', ({ raw }, _reply, _payload, done) => {
    // NUL is the only character of a query or path that PostgreSQL cannot store.
    if (raw.url?.includes('%00')) done(nulRefusal());
    else done();
  });
  refuseInvalidHeaders(app);
  addJsonBody(app);
  addRequestReport(app, metrics);
  await addOpenApi(app, { name, description, version, problems: catalogue });
  await addDocs(app, { title: name, document: apiDocument ?? (() => Promise.resolve(app.swagger() as ApiDocument)) });
  addGuard(app, identity);
  addBodyLimits(app, bodyLimitBytes);
  const management = createManagement({ name, ready, metrics, others });
  app.decorate('management', management);
  app.addHook('onClose', () => management.close());
  return app;
}

function nulRefusal(): Refusal {
  return new Refusal('VALIDATION_FAILED', 'The URL contains a NUL character (%00), which cannot be stored.', {
    errors: [{ field: 'query or path', message: 'must not contain %00' }],
  });
}

/** A request that the HTTP parser rejects does not reach a route; it gets a problem document too. */
function refuseInvalidHttp(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [code, detail] =
    error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? (['REQUEST_TIMEOUT', 'The request took too long to arrive; send it again.'] as const)
      : error.code === 'HPE_HEADER_OVERFLOW'
        ? (['HEADERS_TOO_LARGE', 'The headers are too large; send fewer or shorter ones.'] as const)
        : (['MALFORMED_REQUEST', 'The request is not valid HTTP/1.1.'] as const);
  const problem = problemOf(kitProblems, code, detail);
  const body = JSON.stringify(problem);
  socket.end(
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\ncontent-type: application/problem+json\r\n` +
      `x-request-id: ${requestIdOf({ headers: {} })}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}
