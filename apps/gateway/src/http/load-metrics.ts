// How full the gateway is, and what it refused because of that: by route, kind of request, and reason.
import { Counter, Gauge } from 'prom-client';
import type { MetricsRegistry } from '@oms/service-kit';
import type { Admission, Shed } from './admission.ts';
import type { BodyMemory } from './body-memory.ts';

export type LoadMetrics = {
  /** Counts a refused request. `kind` is `body` when there was no memory for its body. */
  shed: Shed;
  watchAdmission(service: string, admission: Admission): void;
  watchBodies(bodies: BodyMemory): void;
};

export function createLoadMetrics(metrics: MetricsRegistry): LoadMetrics {
  const admissions = new Map<string, Admission>();
  const shed = new Counter({
    name: 'gateway_requests_shed_total',
    help: 'Requests that were refused before they were forwarded, because the share of their caller or the capacity was used up',
    labelNames: ['route', 'kind', 'reason'] as const,
    registers: [metrics],
  });
  new Gauge({
    name: 'gateway_requests_forwarded',
    help: 'Requests that have a connection to a service now',
    labelNames: ['upstream', 'kind'] as const,
    registers: [metrics],
    collect() {
      for (const [upstream, admission] of admissions) {
        const { waiting: _waiting, ...byKind } = admission.state();
        for (const [kind, count] of Object.entries(byKind)) this.set({ upstream, kind }, count);
      }
    },
  });
  new Gauge({
    name: 'gateway_requests_waiting',
    help: 'Requests that wait for a connection to a service',
    labelNames: ['upstream'] as const,
    registers: [metrics],
    collect() {
      for (const [upstream, admission] of admissions) this.set({ upstream }, admission.state().waiting);
    },
  });
  return {
    shed: (refused) => shed.inc(refused),
    watchAdmission: (service, admission) => void admissions.set(service, admission),
    watchBodies(bodies) {
      new Gauge({
        name: 'gateway_bodies_bytes',
        help: 'Memory for bodies of requests that are being received or forwarded',
        registers: [metrics],
        collect() {
          this.set(bodies.usedBytes());
        },
      });
    },
  };
}
