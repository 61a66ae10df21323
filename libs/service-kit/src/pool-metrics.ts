/** The use of each connection pool, read when the metrics are collected. */

import type pg from 'pg';
import { Gauge, type Registry } from 'prom-client';

/** @param pools by their name in the metrics; `main` when a service has only one */
export function watchPools(metrics: Registry, pools: Record<string, pg.Pool>): void {
  const entries = Object.entries(pools);
  const registers = [metrics];
  const max = new Gauge({
    name: 'pg_pool_connections_max',
    help: 'Connections that a pool may have',
    labelNames: ['pool'] as const,
    registers,
  });
  for (const [pool, { options }] of entries) max.set({ pool }, options.max);
  new Gauge({
    name: 'pg_pool_connections',
    help: 'Connections of a pool, idle and busy',
    labelNames: ['pool', 'state'] as const,
    registers,
    collect() {
      for (const [pool, { idleCount, totalCount }] of entries) {
        this.set({ pool, state: 'idle' }, idleCount);
        this.set({ pool, state: 'busy' }, totalCount - idleCount);
      }
    },
  });
  new Gauge({
    name: 'pg_pool_waiting',
    help: 'Callers that wait for a connection of a pool',
    labelNames: ['pool'] as const,
    registers,
    collect() {
      for (const [pool, { waitingCount }] of entries) this.set({ pool }, waitingCount);
    },
  });
}
