/** The public routes: guarded here, and forwarded to the service of their path. */
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
/** The roles of external callers; each service checks what a role may do. */
const publicRoles: readonly Role[] = ['customer', 'staff', 'admin'];
/** As many callers can wait for one service at a time; the others are queued here. */
const connectionsPerService = 256;
const connectTimeoutMs = 2_000;

/** `scope` is a plugin of its own, in which bodies are not parsed. */
export function addForwarding(scope: FastifyInstance, routes: readonly Route[], limits: Limits): void {
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
      // Between two chunks of a reply; event streams send a heartbeat more often.
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
