/** How far the sweep of the deadlines is behind. */

import type { MetricsRegistry } from '@oms/service-kit';
import { Gauge } from 'prom-client';

export type DeadlineMetrics = {
  /** The earliest deadline that a sweep found; undefined: none. */
  found(deadlineAt: Date | undefined): void;
  /** A sweep has dealt with all that was due. */
  swept(): void;
};

export function createDeadlineMetrics(metrics: MetricsRegistry, now: () => Date): DeadlineMetrics {
  let sweptAtMs = now().getTime();
  let earliestMs: number | null = null;
  new Gauge({
    name: 'order_deadlines_overdue_seconds',
    help: 'How long the oldest deadline of an order is overdue, or how long this process has not looked; 0 when nothing is overdue',
    registers: [metrics],
    collect() {
      const ms = now().getTime();
      // A sweep runs each second: only what is well beyond that is a delay.
      const silentMs = ms - sweptAtMs > 5_000 ? ms - sweptAtMs : 0;
      this.set(Math.max(silentMs, earliestMs === null ? 0 : ms - earliestMs) / 1_000);
    },
  });
  return {
    found(deadlineAt) {
      earliestMs = deadlineAt?.getTime() ?? null;
    },
    swept() {
      sweptAtMs = now().getTime();
      earliestMs = null;
    },
  };
}
