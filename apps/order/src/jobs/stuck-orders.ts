/**
 * Every 30 s, one replica looks for orders that wait for too long, and asks the other services which ones wait there. All replicas report how
 * many there are, by cause.
 */

import { createPeriodicJob, type Logger, type MetricsRegistry, type PeriodicJob } from '@oms/service-kit';
import { Gauge } from 'prom-client';
import type { AskOverdue } from '../clients/overdue-orders.ts';
import { overdueBefore, stuckCauses, type StuckSettings } from '../domain/stuck.ts';
import type { StuckOrders } from '../store/stuck-orders.ts';

export type StuckOrderSearch = PeriodicJob & {
  /** One search now, if no other replica has just made one. */
  run(): Promise<void>;
};

export type StuckOrderSearchOptions = {
  stuckOrders: StuckOrders;
  askOverdue: AskOverdue;
  settings: StuckSettings;
  /** The largest number of messages that a service is asked about. */
  messagesMax: number;
  now: () => Date;
  logger: Logger;
  metrics: MetricsRegistry;
  /** 30 s unless given. */
  intervalMs?: number;
};

export function createStuckOrderSearch(options: StuckOrderSearchOptions): StuckOrderSearch {
  const { stuckOrders, askOverdue, settings, messagesMax, now, logger, metrics, intervalMs = 30_000 } = options;
  const gauge = new Gauge({
    name: 'orders_stuck',
    help: 'Orders whose step, message, reservation or promise is overdue, as the last search found them; each replica reports all',
    labelNames: ['cause'] as const,
    registers: [metrics],
  });
  for (const cause of stuckCauses) gauge.set({ cause }, 0);
  return { ...createPeriodicJob({ name: 'searching stuck orders', intervalMs, run, logger }), run };

  async function run(): Promise<void> {
    // A little less than the interval: the timers of two replicas are not exact.
    if (await stuckOrders.claimSearch(now(), intervalMs * 0.9)) await search();
    const counts = await stuckOrders.count();
    for (const cause of stuckCauses) gauge.set({ cause }, counts.get(cause) ?? 0);
  }

  async function search(): Promise<void> {
    const before = overdueBefore(settings, now());
    const [own, expected] = await Promise.all([
      stuckOrders.findOwn(before),
      stuckOrders.findExpectedMessages(before.message, messagesMax),
    ]);
    const { found, answered } = await askOverdue(expected, before.message);
    await stuckOrders.replace([...own, ...found], ['order', ...answered], now());
  }
}
