// The cases of alerts on the deadlines of orders.

import type { AlertCase } from './alert-case.ts';

export const orderAlertCases: Readonly<Record<string, readonly AlertCase[]>> = {
  OrderDeadlinesOverdue: [
    {
      when: 'no replica sweeps',
      series: {
        'order_deadlines_overdue_seconds{service="order",instance="1"}': '0+15x60',
        'order_deadlines_overdue_seconds{service="order",instance="2"}': '0+15x60',
      },
      minutes: 10,
      raised: [{ service: 'order' }],
    },
    {
      when: 'one of two replicas sweeps',
      series: {
        'order_deadlines_overdue_seconds{service="order",instance="1"}': '0+15x60',
        'order_deadlines_overdue_seconds{service="order",instance="2"}': '0x60',
      },
      minutes: 10,
      raised: null,
    },
  ],
  OrdersNotAccepted: [
    {
      when: 'nobody looks at new orders',
      series: { 'orders_not_accepted_total{service="order"}': '0x20 0+1x40' },
      minutes: 14,
      raised: [{}],
    },
    {
      when: 'one was forgotten',
      series: { 'orders_not_accepted_total{service="order"}': '0x20 1x40' },
      minutes: 14,
      raised: null,
    },
  ],
  OrdersLate: [
    {
      when: 'the kitchen is too slow',
      series: {
        'orders_late_total{service="order",stage="PREPARING"}': '0+1x80',
        'orders_placed_total{service="order"}': '0+2x80',
      },
      minutes: 20,
      raised: [{ stage: 'PREPARING' }],
    },
    {
      when: 'a few of many orders are late',
      series: {
        'orders_late_total{service="order",stage="DELIVERY"}': '0+1x80',
        'orders_placed_total{service="order"}': '0+20x80',
      },
      minutes: 20,
      raised: null,
    },
  ],
};
