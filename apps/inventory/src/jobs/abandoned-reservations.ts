/**
 * Settles reservations whose order did not come: asks the order service, and confirms or releases by its answer.
 *
 * The clock only decides when to ask. A placement that is merely slow is either placed, or fails on the fence that the question sets.
 */
import { failpoint } from '@oms/failpoint';
import { createPeriodicJob, type Logger, type MetricsRegistry, type PeriodicJob } from '@oms/service-kit';
import { Counter, Gauge } from 'prom-client';
import type { OrderClient, ResolvedPlacement } from '../clients/order.ts';
import type { Command } from '../domain/stock.ts';
import type { HeldReservation } from '../store/held-reservations.ts';
import type { StockWriter } from '../store/transact.ts';

/** The largest number of placements that the order service takes in one call. */
const batchMax = 200;

export type AbandonedReservationsOptions = {
  /** Reservations that were HELD before a time, the oldest first, at most `limit`. */
  findHeld: (before: Date, limit: number) => Promise<HeldReservation[]>;
  order: Pick<OrderClient, 'resolvePlacements'>;
  stock: Pick<StockWriter, 'submit'>;
  /** Age at which the order service is asked about a HELD reservation. */
  holdMs: number;
  intervalMs: number;
  now: () => Date;
  logger: Logger;
  metrics: MetricsRegistry;
};

export function createAbandonedReservations(options: AbandonedReservationsOptions): PeriodicJob {
  const { findHeld, order, stock, holdMs, intervalMs, now, logger, metrics } = options;
  const counts = createHoldMetrics(metrics);
  return createPeriodicJob({ name: 'settling reservations without an order', intervalMs, run, logger });

  async function run(signal: AbortSignal): Promise<void> {
    for (let settled = batchMax; settled === batchMax && !signal.aborted;) settled = await settleOldest();
  }

  /** Returns how many are settled: fewer than a batch means that no more can be settled now. */
  async function settleOldest(): Promise<number> {
    const before = new Date(now().getTime() - holdMs);
    const held = await findHeld(before, batchMax);
    counts.found(held[0] && before.getTime() - held[0].createdAt.getTime());
    if (held.length === 0) return 0;
    failpoint('sweeper.before_asking');
    const answers = new Map((await order.resolvePlacements(held)).map((answer) => [answer.orderId, answer]));
    failpoint('sweeper.answered');
    const commands = held.flatMap((reservation) => commandFor(reservation, answers.get(reservation.orderId), now()));
    const replies = await Promise.all(
      commands.map(async (command) => {
        const reply = await stock.submit(command);
        failpoint('sweeper.half_settled');
        if (reply.changed) counts.settled(command.type);
        return reply;
      }),
    );
    const abandoned = commands.filter(({ type }) => type === 'Release').length;
    logger.info(
      { asked: held.length, abandoned, placed: commands.length - abandoned },
      'reservations without an order settled',
    );
    return replies.length;
  }
}

/** By attempt, so that a late answer touches neither a newer attempt nor an order that was placed meanwhile. */
function commandFor(
  { orderId, attempt }: HeldReservation,
  answer: ResolvedPlacement | undefined,
  at: Date,
): Extract<Command, { type: 'Confirm' | 'Release' }>[] {
  if (!answer) return [];
  if (answer.outcome === 'PLACED') return [{ type: 'Confirm', orderId, attempt, at }];
  const release = { orderId, attempt, orderPlaced: false, restock: true, soldOutItemIds: [] };
  return [{ type: 'Release', ...release, note: 'the placement was abandoned', by: 'inventory', at }];
}

function createHoldMetrics(registry: MetricsRegistry) {
  const registers = [registry];
  const overdue = new Gauge({
    name: 'inventory_hold_overdue_seconds',
    help: 'How long it has been time to ask about the oldest reservation without an order; 0 when there is none',
    registers,
  });
  const settled = new Counter({
    name: 'inventory_holds_settled_total',
    help: 'Reservations without an order that were settled, by the answer of the order service',
    labelNames: ['outcome'] as const,
    registers,
  });
  const outcomes = { Confirm: 'PLACED', Release: 'ABANDONED' } as const;
  for (const outcome of Object.values(outcomes)) settled.inc({ outcome }, 0);
  return {
    found: (overdueMs = 0) => overdue.set(overdueMs / 1_000),
    settled: (command: keyof typeof outcomes) => settled.inc({ outcome: outcomes[command] }),
  };
}
