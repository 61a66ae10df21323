/** Counts the events of orders, each once, when it is committed. A repeated reply is no event and is not counted. */

import { Counter } from 'prom-client';
import type { MetricsRegistry } from '@oms/service-kit';
import type { OrderEvent } from '../domain/order.ts';

export type OrderMetrics = { count(event: OrderEvent): void };

export function createOrderMetrics(registry: MetricsRegistry): OrderMetrics {
  const registers = [registry];
  const placed = new Counter({ name: 'orders_placed_total', help: 'Orders that were placed', registers });
  const money = new Counter({
    name: 'orders_placed_cents_total',
    help: 'Sum of the totals of placed orders, in cents, including orders that were cancelled later',
    registers,
  });
  const steps = new Counter({
    name: 'order_status_changes_total',
    help: 'Status changes of orders, including cancellations',
    labelNames: ['from', 'to'] as const,
    registers,
  });
  return {
    count(event) {
      if (event.type === 'StatusChanged') return steps.inc({ from: event.from, to: event.to });
      placed.inc();
      money.inc(event.totalCents);
    },
  };
}
