// The public routes: guarded here, and forwarded to the service of their path.
import type { FastifyInstance } from 'fastify';
import { Pool } from 'undici';
import type { MetricsRegistry, Role } from '@oms/service-kit';
import type { Config } from '../config.ts';
import { createAdmission } from './admission.ts';
import { createBodyMemory } from './body-memory.ts';
import { createEventStreams } from './event-streams.ts';
import { forward } from './forward.ts';
import { createLoadMetrics } from './load-metrics.ts';
import { securityHeaders } from './security-headers.ts';
import type { Route } from './routes.ts';

type Limits = Pick<
  Config,
  | 'BODY_LIMIT_BYTES'
  | 'BODIES_BYTES_MAX'
  | 'SERVICE_CONNECTIONS_MAX'
  | 'CALLER_CONNECTIONS_MAX'
  | 'CALLER_LONG_REQUESTS_MAX'
  | 'STREAMS_MAX'
  | 'CALLER_STREAMS_MAX'
  | 'STREAM_IDLE_TIMEOUT_MS'
  | 'UPSTREAM_TIMEOUT_MS'
>;

const methods = ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'];
/** The roles of external callers; each service checks what a role may do. */
const publicRoles: readonly Role[] = ['customer', 'staff', 'admin'];
const connectTimeoutMs = 2_000;
/** Requests that wait, in multiples of the connections for short ones. */
const longRequestsPart = 4;
/** Of the memory for bodies, one caller may use an eighth. */
const callerBodiesPart = 1 / 8;

type Forwarding = { routes: readonly Route[]; limits: Limits; metrics: MetricsRegistry };

/** `scope` is a plugin of its own, in which bodies are not parsed. */
export function addForwarding(scope: FastifyInstance, { routes, limits, metrics }: Forwarding): void {
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
  const load = createLoadMetrics(metrics);
  const bodies = createBodyMemory(
    {
      totalBytesMax: limits.BODIES_BYTES_MAX,
      callerBytesMax: Math.max(limits.BODIES_BYTES_MAX * callerBodiesPart, limits.BODY_LIMIT_BYTES),
    },
    load.shed,
  );
  load.watchBodies(bodies);
  for (const { service, upstream, paths } of routes) {
    const connectionsMax = limits.SERVICE_CONNECTIONS_MAX;
    const waitsMax = longRequestsPart * connectionsMax;
    const pool = new Pool(upstream, { connections: connectionsMax + waitsMax, connect: { timeout: connectTimeoutMs } });
    // A connection of its own for each, so that streams never use those of others.
    const streamPool = new Pool(upstream, { connections: limits.STREAMS_MAX, connect: { timeout: connectTimeoutMs } });
    scope.addHook('onClose', () => Promise.all([pool.destroy(), streamPool.destroy()]));
    const admission = createAdmission(
      service,
      {
        connectionsMax,
        waitsMax,
        callerConnectionsMax: Math.min(limits.CALLER_CONNECTIONS_MAX, connectionsMax),
        callerWaitsMax: limits.CALLER_LONG_REQUESTS_MAX,
        streamsMax: limits.STREAMS_MAX,
        callerStreamsMax: limits.CALLER_STREAMS_MAX,
      },
      load.shed,
    );
    load.watchAdmission(service, admission);
    for (const prefix of paths) {
      const to = {
        service,
        prefix,
        pool,
        streamPool,
        admission,
        bodies,
        bodyLimitBytes: limits.BODY_LIMIT_BYTES,
        streamIdleMs: limits.STREAM_IDLE_TIMEOUT_MS,
        replyIdleMs: limits.UPSTREAM_TIMEOUT_MS,
        eventStreams,
      };
      for (const url of [prefix, `${prefix}/*`]) {
        scope.route({
          method: methods,
          url,
          config: { roles: publicRoles },
          helmet: false,
          handler: (request, reply) => forward(request, reply, to),
        });
      }
    }
  }
}
