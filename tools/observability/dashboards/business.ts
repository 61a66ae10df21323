// The business dashboard: orders, money, stock and notifications. The services' own pages show the same rows.

import { figure, lines, quantile, type Page, type Row } from './page.ts';

const perMinute = (series: string, by?: string) =>
  `${by === undefined ? 'sum' : `sum by (${by})`} (rate(${series}[$__rate_interval])) * 60`;

export const ordersRow: Row = {
  title: 'Orders',
  panels: [
    lines(
      'Orders placed a minute',
      'short',
      [[perMinute('orders_placed_total'), 'placed']],
      'Each once, when it is committed.',
    ),
    lines(
      'Money placed a minute',
      'short',
      [[`${perMinute('orders_placed_cents_total')} / 100`, 'placed']],
      'The total of these orders, including those cancelled later.',
    ),
    lines(
      'Steps a minute',
      'short',
      [[perMinute('order_status_changes_total', 'to'), '{{to}}']],
      'The new status of the orders.',
    ),
    lines(
      'Placements refused a minute, by code',
      'short',
      [[perMinute('http_problems_total{service="order",method="POST",route="/v1/orders"}', 'code'), '{{code}}']],
      'The error codes of refused orders.',
    ),
  ],
};

export const stockRow: Row = {
  title: 'Stock',
  panels: [
    lines(
      'Reservations a minute, by state',
      'short',
      [[perMinute('inventory_reservations_total', 'state'), '{{state}}']],
      'HELD when it is made, CONFIRMED when the order is placed, SOLD or RELEASED at the end.',
    ),
    lines(
      'Reservations not made a minute',
      'short',
      [[perMinute('inventory_reservations_refused_total', 'outcome'), '{{outcome}}']],
      'By reason.',
    ),
    lines(
      'Units moved a minute',
      'short',
      [[perMinute('inventory_units_moved_total', 'reason'), '{{reason}}']],
      'Taken from stock, and returned.',
    ),
    lines(
      'Alerts and lost holds, in the time shown',
      'short',
      [
        ['sum by (type) (increase(inventory_alerts_total[$__range]))', '{{type}}'],
        ['sum by (outcome) (increase(inventory_holds_settled_total[$__range]))', 'hold settled: {{outcome}}'],
      ],
      'Alerts raised, and reservations whose order was not placed in time.',
    ),
  ],
};

export const deliveriesRow: Row = {
  title: 'Notifications',
  panels: [
    lines(
      'Attempts a minute',
      'short',
      [[perMinute('notification_attempts_total', 'channel, status'), '{{channel}} {{status}}']],
      'PENDING: will be retried. FAILED: no more attempts.',
    ),
    lines(
      'How long providers take, 99 of 100',
      's',
      [[quantile(0.99, 'notification_attempt_duration_seconds', 'channel'), '{{channel}}']],
      'One attempt.',
    ),
  ],
};

export const business: Page = {
  uid: 'oms-business',
  title: 'OMS: business',
  about: 'Orders, money, stock and notifications.',
  rows: [
    {
      title: 'In the time shown',
      panels: [
        figure(
          'Orders placed',
          'short',
          'round(sum(increase(orders_placed_total[$__range])))',
          'By the counters of all processes. Prometheus interpolates between scrapes, so it may be one more or less.',
        ),
        figure(
          'Money placed',
          'short',
          'round(sum(increase(orders_placed_cents_total[$__range])) / 100)',
          'Their total.',
        ),
        figure(
          'Placements refused',
          'short',
          'round(sum(increase(http_problems_total{service="order",method="POST",route="/v1/orders"}[$__range])))',
          'For any reason.',
        ),
        figure(
          'Alerts raised',
          'short',
          'round(sum(increase(inventory_alerts_total[$__range])))',
          'LOW_STOCK and OUT_OF_STOCK.',
        ),
        figure(
          'Notifications sent',
          'short',
          'round(sum(increase(notification_attempts_total{status="SENT"}[$__range])))',
          'By all channels.',
        ),
        figure(
          'Failed for good',
          'short',
          'round(sum(increase(notification_attempts_total{status="FAILED"}[$__range])))',
          'After the last attempt.',
        ),
      ],
    },
    ordersRow,
    stockRow,
    deliveriesRow,
  ],
};

export const businessOf: Readonly<Record<string, Row>> = {
  order: ordersRow,
  inventory: stockRow,
  notification: deliveriesRow,
};
