// The public paths, each with the service behind it: guarded here, passed on as they are.
import type { FastifyInstance } from 'fastify';
import { Pool } from 'undici';
import type { Role } from '@oms/service-kit';
import type { Config } from '../config.ts';
import { securityHeaders } from './security-headers.ts';
import { createEventStreams } from './event-streams.ts';
import { forward } from './forward.ts';
import type { Route } from './routes.ts';

type Limits = Pick<Config, 'BODY_LIMIT_BYTES' | 'UPSTREAM_TIMEOUT_MS'>;

const methods = ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'];
/** Whoever may come in from outside; the services say who may do what. */
const publicRoles: readonly Role[] = ['customer', 'staff', 'admin'];
/** As many as callers that may wait for one service at a time; the rest queue here. */
const connectionsPerService = 256;
const connectTimeoutMs = 2_000;

/** A scope of its own: bodies are not read here. */
export function passOn(scope: FastifyInstance, routes: readonly Route[], limits: Limits): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
  scope.addHook('onRequest', (_request, reply, done) => {
    reply.headers(securityHeaders);
    done();
  });
  const eventStreams = createEventStreams();
  scope.addHook('preClose', (done) => {
    eventStreams.endAll();
    done();
  });
  for (const { service, upstream, paths } of routes) {
    const pool = new Pool(upstream, {
      connections: connectionsPerService,
      connect: { timeout: connectTimeoutMs },
      headersTimeout: limits.UPSTREAM_TIMEOUT_MS,
      // Between two pieces of an answer: event streams beat at least this often.
      bodyTimeout: limits.UPSTREAM_TIMEOUT_MS,
    });
    scope.addHook('onClose', () => pool.destroy());
    for (const url of paths.flatMap((path) => [path, `${path}/*`])) {
      scope.route({
        method: methods,
        url,
        config: { roles: publicRoles },
        helmet: false,
        handler: (request, reply) => forward(request, reply, { service, pool, eventStreams }, limits.BODY_LIMIT_BYTES),
      });
    }
  }
}
