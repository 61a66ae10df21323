/** Counts what happened to stock and reservations: each event once, after it is committed. */
import { Counter } from 'prom-client';
import type { MetricsRegistry } from '@oms/service-kit';
import type { Outcome } from '@oms/group-commit';
import type { AppliedEvent, Reply, Stock } from '../domain/stock.ts';

export type StockMetrics = { committed(batch: CommittedBatch): void };
export type CommittedBatch = {
  before: Stock;
  after: Stock;
  applied: readonly AppliedEvent[];
  outcomes: readonly Outcome<Reply>[];
};

export function createStockMetrics(registry: MetricsRegistry): StockMetrics {
  const registers = [registry];
  const reservations = new Counter({
    name: 'inventory_reservations_total',
    help: 'Reservations that reached a state: HELD when they are made, CONFIRMED when the order is placed, SOLD when it is taken, then RELEASED or WRITTEN_OFF when it is cancelled',
    labelNames: ['state'] as const,
    registers,
  });
  const refused = new Counter({
    name: 'inventory_reservations_refused_total',
    help: 'Reservations that were not made, by outcome',
    labelNames: ['outcome'] as const,
    registers,
  });
  const moved = new Counter({
    name: 'inventory_units_moved_total',
    help: 'Units of each movement, by reason: added to stock, taken from it or written off',
    labelNames: ['reason'] as const,
    registers,
  });
  const alerts = new Counter({
    name: 'inventory_alerts_total',
    help: 'Alerts raised: items that ran low, and items that ran out',
    labelNames: ['type'] as const,
    registers,
  });
  for (const type of ['LOW_STOCK', 'OUT_OF_STOCK']) alerts.inc({ type }, 0);

  return {
    committed({ before, after, applied, outcomes }) {
      for (const [orderId, { state, attempt }] of after.reservations) {
        const earlier = before.reservations.get(orderId);
        if (earlier?.state !== state || earlier.attempt !== attempt) reservations.inc({ state });
      }
      for (const outcome of outcomes) {
        if (!('value' in outcome) || !('outcome' in outcome.value)) continue;
        if (outcome.value.outcome !== 'RESERVED') refused.inc({ outcome: outcome.value.outcome });
      }
      for (const { event } of applied) {
        if (event.type === 'StockMoved') moved.inc({ reason: event.reason }, unitsOf(event));
        if (event.type === 'StockRanLow') alerts.inc({ type: 'LOW_STOCK' });
        if (event.type === 'StockRanOut') alerts.inc({ type: 'OUT_OF_STOCK' });
      }
    },
  };
}

function unitsOf({ delta, shortDelta, writtenOff }: Extract<AppliedEvent['event'], { type: 'StockMoved' }>): number {
  return writtenOff > 0 ? writtenOff : Math.abs(delta - shortDelta);
}
