// The alerts: symptoms that customers feel first. Each has a runbook of its own: docs/runbooks/<its name in kebab-case>.md.
//
// Nothing here depends on what a Prometheus calls its jobs. Our metrics tell their `service` themselves; `up` and those of the process
// are distinguished by `service` and `part_of="oms"`, which the ServiceMonitor and docker/prometheus.yml give to what they scrape.

import { services } from '../dev/stack/services.ts';

export type Alert = {
  name: string;
  /** critical: customers are affected now, call somebody. warning: they may be soon, look today. */
  severity: 'critical' | 'warning';
  expr: string;
  /** How long the condition must hold before the alert fires; at once unless given. */
  for?: string;
  /** One line, and what is behind it; both may name labels as Prometheus' templates do. */
  summary: string;
  description: string;
};

/** Of 1,000 requests one may fail: what the objective leaves. */
const errorBudget = 0.001;
const ours = 'part_of="oms"';
const atTheGateway = 'service="gateway",route=~"/v1/.*"';
const requests = (more = '') => `http_request_duration_seconds_count{${atTheGateway}${more}}`;
const failed = requests(',status=~"5.."');

const failing = (window: string) => `sum(rate(${failed}[${window}])) / sum(rate(${requests()}[${window}]))`;

/** The long window says that it matters, the short one that it still continues. Few requests prove nothing: ten must have failed. */
function burns(times: number, long: string, short: string): string {
  const share = Number((times * errorBudget).toFixed(6));
  return `${failing(long)} > ${share} and ${failing(short)} > ${share} and sum(increase(${failed}[${long}])) > 10`;
}

const lag = (when = '') => `sum by (service, group) (messaging_consumer_lag${when})`;
const attempts = (more: string) => `sum by (channel) (rate(notification_attempts_total{${more}}[10m]))`;

export const alerts: readonly Alert[] = [
  {
    name: 'ErrorBudgetBurnsFast',
    severity: 'critical',
    expr: burns(14.4, '1h', '5m'),
    for: '1m',
    summary: '{{ $value | humanizePercentage }} of the requests fail',
    description: 'At this rate the errors that a month may have are used up within two days.',
  },
  {
    name: 'ErrorBudgetBurnsSlowly',
    severity: 'warning',
    expr: burns(6, '6h', '30m'),
    for: '5m',
    summary: '{{ $value | humanizePercentage }} of the requests fail, for hours',
    description: 'At this rate the errors that a month may have are used up within five days.',
  },
  {
    name: 'PlacementsSlow',
    severity: 'warning',
    expr: 'histogram_quantile(0.99, sum by (le) (rate(http_request_duration_seconds_bucket{service="gateway",method="POST",route="/v1/orders"}[5m]))) > 1',
    for: '5m',
    summary: 'Of 100 orders one takes {{ $value | humanizeDuration }} or longer to be placed',
    description: 'Measured at the gateway, including refusals.',
  },
  {
    name: 'OrdersStuck',
    severity: 'warning',
    expr: 'max by (cause) (orders_stuck) > 0',
    for: '5m',
    summary: '{{ $value }} orders wait for too long: {{ $labels.cause }}',
    description:
      'Their step, a message, their reservation or their promise is overdue. `GET /v1/orders?stuck=true` lists them, `oms order explain` says what each waits for.',
  },
  {
    name: 'ServiceDown',
    severity: 'critical',
    expr: [
      `max by (service) (up{${ours}}) == 0`,
      ...services.map((one) => `absent(up{${ours},service="${one}"})`),
    ].join(' or '),
    for: '1m',
    summary: 'No process of {{ $labels.service }} answers',
    description: 'No process exists whose metrics could be read, or none answers.',
  },
  {
    name: 'ServiceRestarts',
    severity: 'warning',
    expr: `sum by (service) (changes(process_start_time_seconds{${ours}}[15m])) > 2`,
    summary: '{{ $labels.service }} has restarted {{ $value }} times in 15 minutes',
    description: 'It ends itself when only a new process can help, and then has the same problem again.',
  },
  {
    name: 'OutboxOld',
    severity: 'critical',
    expr: 'max by (service) (messaging_outbox_oldest_age_ms) / 1000 > 60',
    for: '1m',
    summary: 'The oldest message in the outbox of {{ $labels.service }} is {{ $value | humanizeDuration }} old',
    description:
      'Nothing is lost, but other services do not get the messages: no confirmations, no kitchen tickets, no analytics.',
  },
  {
    name: 'RelayWithoutLeader',
    severity: 'critical',
    expr: 'sum by (service) (messaging_relay_leading) == 0',
    for: '1m',
    summary: 'No process of {{ $labels.service }} sends its messages',
    description:
      'One of them should hold the lock within a second. Meanwhile the outbox grows without a metric: only the leader reports its age.',
  },
  {
    name: 'RelayWithTwoLeaders',
    severity: 'critical',
    expr: 'sum by (service) (messaging_relay_leading) > 1',
    for: '1m',
    summary: '{{ $value }} processes of {{ $labels.service }} send its messages',
    description:
      'Each sends what the other has sent, and the messages of an order may come out of sequence. The lock that should prevent this is held twice.',
  },
  {
    name: 'ConsumerLagNotShrinking',
    severity: 'warning',
    expr: `${lag()} > 100 and ${lag()} >= ${lag(' offset 10m')}`,
    for: '5m',
    summary: '{{ $labels.service }} has {{ $value }} messages to apply, and not fewer than ten minutes ago',
    description: 'It consumes more slowly than others publish, or it has stopped.',
  },
  {
    name: 'AnalyticsBehind',
    severity: 'warning',
    expr:
      'sum(messaging_consumer_lag{service="analytics"}) / clamp_min(sum(rate(messaging_consumer_applied_total{service="analytics"}[5m])), 0.1) > 120 ' +
      'and sum(messaging_consumer_lag{service="analytics"}) > 50',
    for: '5m',
    summary: 'The figures of analytics are {{ $value | humanizeDuration }} behind',
    description: 'This is the time to apply all waiting messages at the current rate.',
  },
  {
    name: 'DeadLettersCame',
    severity: 'warning',
    expr: 'sum by (service, topic, reason) (increase(messaging_consumer_dead_letters_total[15m])) > 0',
    summary: '{{ $labels.service }} could not apply messages of {{ $labels.topic }}: {{ $labels.reason }}',
    description: 'They are in {{ $labels.topic }}.dlq, with the reason. The partition continues without them.',
  },
  {
    name: 'PartitionStopped',
    severity: 'critical',
    expr: 'max by (service, group, topic) (messaging_consumer_stopped_partitions) > 0',
    for: '1m',
    summary: '{{ $labels.service }} has stopped {{ $value }} partitions of {{ $labels.topic }}',
    description:
      'A record batch in each of them cannot be read. The other partitions go on; an admin can skip the batch.',
  },
  {
    name: 'MessagesLost',
    severity: 'critical',
    // A process that starts finds out before it is first asked for its metrics: the counter then begins above zero.
    expr:
      'sum by (service, group, topic) (increase(messaging_consumer_lost_messages_total[1h])) > 0 or ' +
      'sum by (service, group, topic) (messaging_consumer_lost_messages_total unless messaging_consumer_lost_messages_total offset 1h) > 0',
    summary: '{{ $labels.service }} has missed {{ $value }} messages of {{ $labels.topic }}',
    description: 'The log deleted them before the service had read them. The error in the log gives their offsets.',
  },
  {
    name: 'ParkedTooLong',
    severity: 'warning',
    expr: 'max by (service, group) (messaging_consumer_parked_oldest_age_seconds) > 300',
    for: '1m',
    summary: 'A message waits in {{ $labels.service }} for an earlier one since {{ $value | humanizeDuration }}',
    description: 'After 30 s it should be applied, or be a dead letter.',
  },
  {
    name: 'HoldsOverdue',
    severity: 'warning',
    expr: 'max by (service) (inventory_hold_overdue_seconds) > 300',
    for: '1m',
    summary: 'Stock is held for an order that was not placed, {{ $value | humanizeDuration }} longer than allowed',
    description:
      'Inventory asks order about such reservations every few seconds. Order does not answer, or inventory cannot save the answer.',
  },
  {
    name: 'OrderDeadlinesOverdue',
    severity: 'critical',
    // One replica that sweeps is enough.
    expr: 'min by (service) (order_deadlines_overdue_seconds) > 60',
    for: '1m',
    summary: 'Deadlines of orders are overdue since {{ $value | humanizeDuration }}',
    description:
      'Order looks for them every second. Scheduled orders are not shown to the kitchen, and orders that nobody accepts are not cancelled.',
  },
  {
    name: 'OrdersNotAccepted',
    severity: 'warning',
    expr: 'sum(increase(orders_not_accepted_total[30m])) > 3',
    summary: '{{ $value | humanize }} orders in 30 minutes were cancelled because the kitchen did not accept them',
    description: 'Nobody looks at new orders, or the kitchen does not get them.',
  },
  {
    name: 'OrdersLate',
    severity: 'warning',
    expr:
      'sum by (stage) (increase(orders_late_total[1h])) > 5 and ' +
      'sum by (stage) (increase(orders_late_total[1h])) > on() group_left() 0.2 * sum(increase(orders_placed_total[1h]))',
    for: '5m',
    summary: '{{ $value | humanize }} orders in an hour were late: {{ $labels.stage }}',
    description: 'Compared with the orders placed in this hour, these are more than a fifth.',
  },
  {
    name: 'NotificationsFailing',
    severity: 'warning',
    expr:
      'sum by (channel) (increase(notification_attempts_total{status="FAILED"}[15m])) > 0 ' +
      `or ${attempts('status!="SENT"')} / ${attempts('')} > 0.5 and ${attempts('status!="SENT"')} > 0.01`,
    for: '2m',
    summary: 'Notifications over {{ $labels.channel }} fail',
    description: 'Some have failed for good after their last attempt, or most attempts fail.',
  },
  {
    name: 'CommandsRefused',
    severity: 'warning',
    expr: 'sum by (service, name) (increase(group_commit_refused_total[5m])) > 0',
    for: '1m',
    summary: '{{ $labels.service }} refuses commands: its queue "{{ $labels.name }}" is full',
    description:
      'Callers get 503 TOO_BUSY and retry. Commands arrive faster than they are committed, or one caller has filled its half of the queue.',
  },
  {
    name: 'RequestsShed',
    severity: 'warning',
    expr: 'sum by (route, kind) (increase(gateway_requests_shed_total{reason="capacity"}[5m])) > 0',
    for: '1m',
    summary:
      'The gateway refuses requests ({{ $labels.kind }}) to {{ $labels.route }}: the capacity of their service is used up',
    description:
      'Callers get 503 TOO_BUSY and retry. Lists are refused first; changes, such as placements, are refused last.',
  },
  {
    name: 'StreamsRefused',
    severity: 'warning',
    expr: 'sum by (service) (increase(order_streams_refused_total{reason="capacity"}[5m])) > 0',
    for: '1m',
    summary: 'A process of {{ $labels.service }} has as many event streams as it may have',
    description: 'Who wants to follow orders gets 503 TOO_BUSY and retries. Nothing else is affected.',
  },
  {
    name: 'StreamsBehind',
    severity: 'warning',
    expr: 'max by (service, instance) (order_streams_kafka_answer_age_seconds) > 60',
    for: '1m',
    summary: 'A process of {{ $labels.service }} has not read order-events for {{ $value | humanizeDuration }}',
    description:
      'Its event streams are open and show only what this process itself commits. They get what they missed when Kafka answers.',
  },
  {
    name: 'DeadlinesExceeded',
    severity: 'warning',
    expr: 'sum by (service, route) (increase(http_problems_total{code=~"UPSTREAM_TIMEOUT|DEADLINE_EXCEEDED"}[5m])) > 5',
    for: '1m',
    summary: 'Requests to {{ $labels.route }} of {{ $labels.service }} are not answered within their deadline',
    description:
      'Callers get 504 or 503 at the deadline. The service behind the route, or something that it uses, does not answer.',
  },
  {
    name: 'EventLoopLags',
    severity: 'warning',
    expr: `max by (service, instance) (nodejs_eventloop_lag_p99_seconds{${ours}}) > 0.2`,
    for: '5m',
    summary: 'The event loop of {{ $labels.service }} ({{ $labels.instance }}) is {{ $value | humanizeDuration }} late',
    description: 'The process has more work than one processor can do, or some code blocks.',
  },
  {
    name: 'PoolExhausted',
    severity: 'warning',
    expr: 'max by (service, pool) (pg_pool_waiting) > 0',
    for: '2m',
    summary: 'In {{ $labels.service }} {{ $value }} callers wait for a connection to PostgreSQL',
    description:
      'All connections of its pool "{{ $labels.pool }}" are busy. A caller that waits longer than 5 s gets an error.',
  },
  {
    name: 'FileDescriptorsLow',
    severity: 'warning',
    expr: `max by (service, instance) (process_open_fds{${ours}} / process_max_fds{${ours}}) > 0.8`,
    for: '5m',
    summary:
      '{{ $labels.service }} ({{ $labels.instance }}) has {{ $value | humanizePercentage }} of its file descriptors open',
    description: 'When none is left, it accepts no more connections.',
  },
];

/** `HoldsOverdue` -> `holds-overdue`: its runbook, and the way to link there. */
export function runbookOf({ name }: Pick<Alert, 'name'>): string {
  return `docs/runbooks/${name.replace(/(?<=.)[A-Z]/g, '-$&').toLowerCase()}.md`;
}
