// The business dashboard: orders, money, stock and notifications. The services' own pages show the same rows.

import { emptyWhenWell, figure, lines, quantile, rate, type Page, type Row } from './page.ts';

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
      'Orders that wait for too long',
      'short',
      [['max by (cause) (orders_stuck)', '{{cause}}']],
      'Their step, a message, their reservation or their promise is overdue.',
    ),
    lines(
      'Late, due and not accepted a minute',
      'short',
      [
        [perMinute('orders_late_total', 'stage'), 'late: {{stage}}'],
        [perMinute('orders_not_accepted_total'), 'not accepted'],
        [perMinute('orders_due_total'), 'scheduled, due'],
      ],
      'Promises that were not kept, orders cancelled because nobody accepted them, and scheduled orders that the kitchen was shown.',
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
      'HELD when it is made, CONFIRMED when the order is placed, SOLD when it is taken; RELEASED or WRITTEN_OFF when it is cancelled.',
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

const loadRow: Row = {
  title: 'Load',
  panels: [
    lines(
      'Requests under way',
      'short',
      [['sum by (upstream, kind) (gateway_requests_forwarded)', '{{upstream}} {{kind}}']],
      'By service, and by kind: change, read, list, wait.',
    ),
    lines(
      'Requests that wait for a connection',
      'short',
      [['sum by (upstream) (gateway_requests_waiting)', '{{upstream}}']],
      'By service. They wait when a service answers slowly.',
    ),
    emptyWhenWell(
      lines(
        'Requests refused a second',
        'reqps',
        [[rate('gateway_requests_shed_total', 'route, kind, reason'), '{{route}} {{kind}} {{reason}}']],
        'caller: the share of one caller is used up. capacity: that of the service is; lists are refused first.',
      ),
    ),
    lines('Memory for bodies', 'bytes', [['sum(gateway_bodies_bytes)', 'bodies']], 'At most 64 MiB.'),
  ],
};

export const streamsRow: Row = {
  title: 'Event streams',
  panels: [
    lines('Open', 'short', [['sum by (kind) (order_streams_open)', '{{kind}}']], 'Of one order, and of all orders.'),
    lines(
      'Changes sent a minute',
      'short',
      [[perMinute('order_stream_changes_sent_total', 'kind'), '{{kind}}']],
      'A change that ten clients follow is sent ten times.',
    ),
    lines(
      'Begun and ended a minute',
      'short',
      [
        [perMinute('order_stream_starts_total', 'result'), 'begun: {{result}}'],
        [perMinute('order_streams_closed_total', 'reason'), 'ended: {{reason}}'],
      ],
      'NEW is a client without a position. SLOW read more slowly than changes came.',
    ),
    emptyWhenWell(
      lines(
        'Refused a minute',
        'short',
        [[perMinute('order_streams_refused_total', 'reason'), '{{reason}}']],
        'caller: one caller has as many as it may have. capacity: the process has.',
      ),
    ),
    lines(
      'Since the last answer of Kafka',
      's',
      [['max by (instance) (order_streams_kafka_answer_age_seconds)', '{{instance}}']],
      'Below one second unless Kafka is away.',
    ),
  ],
};

export const businessOf: Readonly<Record<string, Row>> = {
  gateway: loadRow,
  order: ordersRow,
  inventory: stockRow,
  notification: deliveriesRow,
};
