/**
 * Once a second, looks for orders with a deadline that has passed, and lets the domain decide under the order's lock what follows. Replicas
 * share the work: an order that two of them find is decided twice, and the second decision finds nothing to do.
 */

import { createPeriodicJob, Refusal, type Logger, type MetricsRegistry, type PeriodicJob } from '@oms/service-kit';
import { cancelledBy, type CancelledOrder } from '../domain/cancellation.ts';
import { fallDue, type DeadlineSettings } from '../domain/deadlines.ts';
import type { DeadlineSweeps, DueOrder } from '../store/deadline-sweeps.ts';
import type { Transact } from '../store/transact.ts';
import { createDeadlineMetrics } from './deadline-metrics.ts';

export type DeadlinesOptions = {
  sweeps: DeadlineSweeps;
  transact: Pick<Transact, 'submit'>;
  /** Asks inventory for the stock of a cancelled order; the message does the same later. */
  release: (order: CancelledOrder) => Promise<void>;
  settings: DeadlineSettings;
  now: () => Date;
  logger: Logger;
  metrics: MetricsRegistry;
};

const intervalMs = 1_000;
const batchMax = 200;

export function createDeadlines(options: DeadlinesOptions): PeriodicJob {
  const { sweeps, transact, release, settings, now, logger, metrics } = options;
  const lag = createDeadlineMetrics(metrics, now);
  return createPeriodicJob({ name: 'sweeping the deadlines of orders', intervalMs, run, logger });

  async function run(signal: AbortSignal): Promise<void> {
    const { resumedAt } = await sweeps.begin(now());
    for (let settled = batchMax; settled === batchMax && !signal.aborted;) settled = await sweep(resumedAt);
    if (signal.aborted) return;
    await sweeps.done(now());
    lag.swept();
  }

  /** Returns how many orders are settled: fewer than a batch means that no more can be settled now. */
  async function sweep(resumedAt: Date): Promise<number> {
    const due = await sweeps.findDue(now(), batchMax);
    lag.found(due[0]?.deadlineAt);
    const results = await Promise.allSettled(due.map((order) => settle(order, resumedAt)));
    const failed = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
    if (failed.length > 0) {
      const [err] = failed;
      logger.warn(
        { err, orders: failed.length },
        'The deadlines of some orders could not be settled; the next sweep tries again',
      );
    }
    // Nothing can be written now: this is no sweep. An order that cannot be settled for another reason does not stop the others.
    const unavailable = failed.find((error) => error instanceof Refusal);
    if (unavailable !== undefined) throw unavailable;
    return due.length - failed.length;
  }

  async function settle({ orderId }: DueOrder, resumedAt: Date): Promise<void> {
    let cancelled: CancelledOrder | null = null;
    await transact.submit({
      orderId,
      decide({ order }) {
        if (order === null) return { events: [] };
        const { events, marks } = fallDue(order, { at: now(), settings, resumedAt });
        cancelled = cancelledBy(orderId, events);
        return { events, marks };
      },
    });
    // Nobody waits for it: a sweep must not be as slow as inventory is.
    if (cancelled !== null) void releaseStock(cancelled);
  }

  async function releaseStock(order: CancelledOrder): Promise<void> {
    await release(order).catch((err: unknown) => {
      const { orderId } = order;
      logger.warn(
        { err, orderId },
        'Inventory has not released the stock of an order that nobody accepted; the message will',
      );
    });
  }
}
