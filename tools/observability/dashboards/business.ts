// What the business does: orders, money, stock and who was told. The rows are shown on the services' own pages as well.

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
      'What these orders come to, those cancelled later among them.',
    ),
    lines(
      'Steps a minute',
      'short',
      [[perMinute('order_status_changes_total', 'to'), '{{to}}']],
      'To which status orders went.',
    ),
    lines(
      'Placements refused a minute, by code',
      'short',
      [[perMinute('http_problems_total{service="order",method="POST",route="/v1/orders"}', 'code'), '{{code}}']],
      'What customers heard instead of "placed".',
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
      'And why.',
    ),
    lines(
      'Units moved a minute',
      'short',
      [[perMinute('inventory_units_moved_total', 'reason'), '{{reason}}']],
      'Off the shelf and back.',
    ),
    lines(
      'Alerts and lost holds, in the time shown',
      'short',
      [
        ['sum by (type) (increase(inventory_alerts_total[$__range]))', '{{type}}'],
        ['sum by (outcome) (increase(inventory_holds_settled_total[$__range]))', 'hold settled: {{outcome}}'],
      ],
      'Alerts raised, and reservations whose order did not come in time.',
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
      'PENDING: to be tried again. FAILED: given up.',
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
          'By the counters of all processes; Prometheus reckons between two looks, so it may be one more or less.',
        ),
        figure(
          'Money placed',
          'short',
          'round(sum(increase(orders_placed_cents_total[$__range])) / 100)',
          'What they come to.',
        ),
        figure(
          'Placements refused',
          'short',
          'round(sum(increase(http_problems_total{service="order",method="POST",route="/v1/orders"}[$__range])))',
          'For whatever reason.',
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
          'Given up',
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
