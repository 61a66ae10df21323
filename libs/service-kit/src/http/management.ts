// The management port: liveness, readiness and metrics, for machines inside only. The main port has none of them.

import Fastify, { type FastifyInstance, type RawServerDefault } from 'fastify';
import type { Registry } from 'prom-client';
import { kitProblems, problemOf } from '../problems.ts';
import { processState } from '../process-state.ts';

export type ReadyChecks = Record<string, () => Promise<boolean>>;

export type Management = FastifyInstance<RawServerDefault>;

const checkTimeoutMs = 2_000;
const requestArrivalMs = 5_000;
const connectionsCheckMs = 1_000;

export type ManagementOptions = {
  name: string;
  ready: ReadyChecks;
  metrics: Registry;
  /** States of other services, shown next to the checks; readiness does not depend on them. */
  others?: (() => Promise<Record<string, string>>) | undefined;
};

/** Its requests are neither logged, nor traced, nor counted. */
export function createManagement({
  name: service,
  ready: readyChecks,
  metrics,
  others,
}: ManagementOptions): Management {
  const app = Fastify<RawServerDefault>({
    logger: false,
    return503OnClosing: false,
    requestTimeout: requestArrivalMs,
    http: { connectionsCheckingInterval: connectionsCheckMs },
  });

  app.addHook('onRequest', (_request, reply, done) => {
    if (processState.stopping) reply.header('connection', 'close');
    done();
  });

  app.get('/health/live', () => ({ status: 'live', service }));

  app.get('/health/ready', async (_request, reply) => {
    const checks = Object.fromEntries(
      await Promise.all(
        Object.entries(readyChecks).map(async ([name, check]) => [name, await stateOf(check)] as const),
      ),
    );
    const ready = !processState.stopping && Object.values(checks).every((state) => state === 'ok');
    const status = processState.stopping ? 'stopping' : ready ? 'ready' : 'not ready';
    return reply
      .code(ready ? 200 : 503)
      .header('cache-control', 'no-store')
      .send({ status, service, checks, ...(others && { others: await others() }) });
  });

  app.get('/metrics', async (_request, reply) =>
    reply.header('content-type', metrics.contentType).send(await metrics.metrics()),
  );

  app.setNotFoundHandler((request, reply) => {
    const detail = `The management port has GET /health/live, /health/ready and /metrics, and no ${request.method} of this path.`;
    return reply
      .code(404)
      .header('content-type', 'application/problem+json; charset=utf-8')
      .send(JSON.stringify(problemOf(kitProblems, 'NOT_FOUND', detail)));
  });
  return app;
}

// Without the reason, which may contain addresses; the log has it.
async function stateOf(check: () => Promise<boolean>): Promise<'ok' | 'not ok' | 'no answer'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'no answer'>((resolve) => {
    timer = setTimeout(resolve, checkTimeoutMs, 'no answer');
  });
  try {
    return await Promise.race([late, check().then((ok) => (ok ? ('ok' as const) : ('not ok' as const)))]);
  } catch {
    return 'not ok';
  } finally {
    clearTimeout(timer);
  }
}
