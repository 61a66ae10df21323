/** Routes for machines: liveness, readiness and metrics. */

import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import { processState } from '../process-state.ts';

export type ReadyChecks = Record<string, () => Promise<boolean>>;

const checkTimeoutMs = 2_000;

type HealthOptions = {
  name: string;
  ready: ReadyChecks;
  metrics: Registry;
  /** States of other services, shown next to the checks; readiness does not depend on them. */
  others?: (() => Promise<Record<string, string>>) | undefined;
};

export function addHealth(
  app: FastifyInstance,
  { name: service, ready: readyChecks, metrics, others }: HealthOptions,
): void {
  const hidden = { config: { public: true } } as const;

  app.get('/health/live', hidden, () => ({ status: 'live', service }));

  app.get('/health/ready', hidden, async (_request, reply) => {
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

  app.get('/metrics', hidden, async (_request, reply) =>
    reply.header('content-type', metrics.contentType).send(await metrics.metrics()),
  );
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
