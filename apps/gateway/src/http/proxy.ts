// Passing a request on: the body as it streams in, the caller's headers less those that only we may set, the answer as it comes.
import replyFrom from '@fastify/reply-from';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Refusal, type Role } from '@oms/service-kit';
import type { Config } from '../config.ts';
import type { Route } from './routes.ts';

type Limits = Pick<Config, 'BODY_LIMIT_BYTES' | 'UPSTREAM_TIMEOUT_MS'>;

const methods = ['GET', 'HEAD', 'POST', 'PATCH', 'PUT', 'DELETE'];
/** Whoever may come in from outside; the services say who may do what. */
const publicRoles: readonly Role[] = ['customer', 'staff', 'admin'];
/** Of one connection (RFC 9110 7.6.1), or claims about the caller that a caller must not make. */
const notPassedOn =
  /^(connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|host|expect|forwarded|via|x-forwarded-.*|x-real-ip|x-original-.*|x-rewrite-.*|x-user.*|x-customer.*|x-role.*)$/;
const connectionsPerService = 128;

/** A scope of its own: bodies are not read here. */
export async function passOn(scope: FastifyInstance, routes: readonly Route[], limits: Limits): Promise<void> {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  await scope.register(replyFrom, {
    undici: {
      connections: connectionsPerService,
      pipelining: 1,
      keepAliveTimeout: 10_000,
      headersTimeout: limits.UPSTREAM_TIMEOUT_MS,
      bodyTimeout: limits.UPSTREAM_TIMEOUT_MS,
    },
    disableRequestLogging: true,
    // reading again does no harm; a write is the client's to repeat, with its key
    retryMethods: ['GET', 'HEAD'],
  });
  for (const { service, upstream, paths } of routes) {
    for (const path of paths) {
      for (const url of [path, `${path}/*`]) {
        scope.route({
          method: methods,
          url,
          config: { roles: publicRoles },
          onRequest: (request, _reply, done) => done(refusalOfSize(request, limits.BODY_LIMIT_BYTES)),
          handler: (request, reply) => send(request, reply, service, upstream),
        });
      }
    }
  }
}

function send(request: FastifyRequest, reply: FastifyReply, service: string, upstream: string): FastifyReply {
  return reply.from(upstream + (request.raw.url ?? ''), {
    retriesCount: 1,
    rewriteRequestHeaders: (_request, headers) => ({
      ...Object.fromEntries(Object.entries(headers).filter(([name]) => !notPassedOn.test(name))),
      'x-request-id': request.id,
      'x-forwarded-for': request.ip,
      'x-forwarded-proto': request.protocol,
      'x-forwarded-host': request.host,
    }),
    onError: (failed, { error }) => {
      void failed.send(refusalOf(error as Error & { code?: string; statusCode?: number }, service));
    },
  });
}

function refusalOfSize(request: FastifyRequest, limitBytes: number): Refusal | undefined {
  if (Number(request.headers['content-length'] ?? 0) <= limitBytes) return undefined;
  return new Refusal('PAYLOAD_TOO_LARGE', `The body is larger than ${limitBytes} bytes.`);
}

function refusalOf(error: Error & { code?: string; statusCode?: number }, service: string): Refusal {
  if (error.statusCode === 504)
    return new Refusal('UPSTREAM_TIMEOUT', `The ${service} service took too long to answer.`);
  return new Refusal(
    'UPSTREAM_UNAVAILABLE',
    `The ${service} service does not answer at the moment; try again shortly.`,
  );
}
