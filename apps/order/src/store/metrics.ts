/** Counts the events of orders, each once, when it is committed. A repeated reply is no event and is not counted. */

import { Counter } from 'prom-client';
import type { MetricsRegistry } from '@oms/service-kit';
import { promiseStages, type OrderMark } from '../domain/deadlines.ts';
import type { OrderEvent } from '../domain/order.ts';

export type OrderMetrics = { count(event: OrderEvent | OrderMark): void };

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
  const late = new Counter({
    name: 'orders_late_total',
    help: 'Promises of orders that were not kept in time, by stage; each once',
    labelNames: ['stage'] as const,
    registers,
  });
  const notAccepted = new Counter({
    name: 'orders_not_accepted_total',
    help: 'Orders that were cancelled because the kitchen did not accept them in time',
    registers,
  });
  const due = new Counter({
    name: 'orders_due_total',
    help: 'Scheduled orders that were shown to the kitchen',
    registers,
  });
  for (const stage of promiseStages) late.inc({ stage }, 0);
  return {
    count(event) {
      if (event.type === 'PromiseBroken') return late.inc({ stage: event.stage });
      if (event.type === 'OrderDue') return due.inc();
      if (event.type === 'StatusChanged' && event.reason === 'NOT_ACCEPTED' && event.by.role === 'service')
        notAccepted.inc();
      if (event.type === 'StatusChanged') steps.inc({ from: event.from, to: event.to });
      if (event.type !== 'OrderPlaced') return;
      placed.inc();
      money.inc(event.totalCents);
    },
  };
}
