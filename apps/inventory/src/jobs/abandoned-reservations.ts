/**
 * Reservations whose order never came: order is asked, and its answer settles them. The clock only says when to ask; a placement that is
 * merely slow is placed, or fails on the fence that the question put up.
 */
import { failpoint } from '@oms/failpoint';
import type { Logger, MetricsRegistry } from '@oms/service-kit';
import { Counter, Gauge } from 'prom-client';
import type { Command } from '../domain/stock.ts';
import type { Placements, Resolved } from '../clients/placements.ts';
import type { HeldReservation } from '../store/held-reservations.ts';
import type { StockWriter } from '../store/transact.ts';
import { createClockwork, type Clockwork } from './periodic-job.ts';

/** As many as order takes in one call. */
const batchMax = 200;

export function createAbandonedReservations(o: {
  findHeld: (before: Date, limit: number) => Promise<HeldReservation[]>;
  placements: Placements;
  stock: Pick<StockWriter, 'submit'>;
  holdMs: number;
  everyMs: number;
  now: () => Date;
  logger: Logger;
  metrics: MetricsRegistry;
}): Clockwork {
  const counts = createSweepMetrics(o.metrics);
  return createClockwork({
    what: 'settling reservations without an order',
    everyMs: o.everyMs,
    round,
    logger: o.logger,
  });

  async function round(signal: AbortSignal): Promise<void> {
    for (let settled = batchMax; settled === batchMax && !signal.aborted;) settled = await settleOldest();
  }

  /** Tells how many are settled: fewer than a batch means that no more can be done now. */
  async function settleOldest(): Promise<number> {
    const before = new Date(o.now().getTime() - o.holdMs);
    const held = await o.findHeld(before, batchMax);
    counts.found(held[0] && before.getTime() - held[0].createdAt.getTime());
    if (held.length === 0) return 0;
    failpoint('sweeper.before_asking');
    const answers = new Map((await o.placements.resolve(held)).map((answer) => [answer.orderId, answer]));
    failpoint('sweeper.answered');
    const commands = held.flatMap((one) => commandFor(one, answers.get(one.orderId), o.now()));
    const replies = await Promise.all(
      commands.map(async (command) => {
        const reply = await o.stock.submit(command);
        failpoint('sweeper.half_settled');
        if (reply.changed) counts.settled(command.type);
        return reply;
      }),
    );
    const abandoned = commands.filter(({ type }) => type === 'Release').length;
    o.logger.info(
      { asked: held.length, abandoned, placed: commands.length - abandoned },
      'reservations without an order settled',
    );
    return replies.length;
  }
}

/** By attempt, so that an answer that comes late touches neither a newer attempt nor an order that was placed meanwhile. */
function commandFor(
  { orderId, attempt }: HeldReservation,
  answer: Resolved | undefined,
  at: Date,
): Extract<Command, { type: 'Confirm' | 'Release' }>[] {
  if (!answer) return [];
  if (answer.outcome === 'PLACED') return [{ type: 'Confirm', orderId, attempt, at }];
  return [
    { type: 'Release', orderId, attempt, orderPlaced: false, note: 'the placement was abandoned', by: 'inventory', at },
  ];
}

function createSweepMetrics(registry: MetricsRegistry) {
  const registers = [registry];
  const overdue = new Gauge({
    name: 'inventory_hold_overdue_seconds',
    help: 'How long the oldest reservation without an order has been due to be asked about; 0 when there is none',
    registers,
  });
  const settled = new Counter({
    name: 'inventory_holds_settled_total',
    help: 'Reservations without an order that were asked about and settled, by what order answered',
    labelNames: ['outcome'] as const,
    registers,
  });
  const outcomes = { Confirm: 'PLACED', Release: 'ABANDONED' } as const;
  for (const outcome of Object.values(outcomes)) settled.inc({ outcome }, 0);
  return {
    found: (overdueMs = 0) => overdue.set(overdueMs / 1_000),
    settled: (answer: keyof typeof outcomes) => settled.inc({ outcome: outcomes[answer] }),
  };
}
