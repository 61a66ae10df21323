/** What happened to orders, counted once each, as it is committed. Answers that repeat an earlier one are no event, and so not counted. */

import { Counter } from 'prom-client';
import type { MetricsRegistry } from '@oms/service-kit';
import type { OrderEvent } from '../domain/order.ts';

export type OrderMetrics = { happened(event: OrderEvent): void };

export function createOrderMetrics(registry: MetricsRegistry): OrderMetrics {
  const registers = [registry];
  const placed = new Counter({ name: 'orders_placed_total', help: 'Orders that were placed', registers });
  const money = new Counter({
    name: 'orders_placed_cents_total',
    help: 'What placed orders come to, in cents, those cancelled later among them',
    registers,
  });
  const steps = new Counter({
    name: 'order_status_changes_total',
    help: 'Steps of orders, cancelling among them',
    labelNames: ['from', 'to'] as const,
    registers,
  });
  return {
    happened(event) {
      if (event.type === 'StatusChanged') return steps.inc({ from: event.from, to: event.to });
      placed.inc();
      money.inc(event.totalCents);
    },
  };
}
