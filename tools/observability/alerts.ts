// What wakes or bothers somebody, symptoms that customers feel first. Each has a runbook of its own: docs/runbooks/<its name in kebab-case>.md.
//
// Nothing here depends on what a Prometheus calls its jobs. Our metrics tell their `service` themselves; `up` and those of the process
// are told apart by `service` and `part_of="oms"`, which the ServiceMonitor and docker/prometheus.yml give to what they scrape.

import { services } from '../dev/stack/services.ts';

export type Alert = {
  name: string;
  /** critical: customers are hurt now, wake somebody. warning: they will be, look today. */
  severity: 'critical' | 'warning';
  expr: string;
  /** How long it must be so before it is said; at once unless given. */
  for?: string;
  /** One line, and what is behind it; both may name labels as Prometheus' templates do. */
  summary: string;
  description: string;
};

/** Of 1,000 requests one may fail: what the objective leaves. */
const errorBudget = 0.001;
const ours = 'part_of="oms"';
const atTheDoor = 'service="gateway",route=~"/v1/.*"';
const requests = (more = '') => `http_request_duration_seconds_count{${atTheDoor}${more}}`;
const failed = requests(',status=~"5.."');

const failing = (window: string) => `sum(rate(${failed}[${window}])) / sum(rate(${requests()}[${window}]))`;

/** The long window says that it matters, the short one that it still goes on. Few requests prove nothing: ten must have failed. */
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
    description: 'Measured at the front door, refusals among them.',
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
    description: 'None is there to be asked for its metrics, or none gives an answer.',
  },
  {
    name: 'ServiceRestarts',
    severity: 'warning',
    expr: `sum by (service) (changes(process_start_time_seconds{${ours}}[15m])) > 2`,
    summary: '{{ $labels.service }} has started anew {{ $value }} times in a quarter of an hour',
    description: 'It ends itself where only a fresh process helps, and comes back to the same trouble.',
  },
  {
    name: 'OutboxOld',
    severity: 'critical',
    expr: 'max by (service) (messaging_outbox_oldest_age_ms) / 1000 > 60',
    for: '1m',
    summary: 'What {{ $labels.service }} committed {{ $value | humanizeDuration }} ago has not left',
    description: 'Nothing is lost, but nobody hears of it: no confirmation, no kitchen ticket, no figures.',
  },
  {
    name: 'RelayWithoutLeader',
    severity: 'critical',
    expr: 'sum by (service) (messaging_relay_leading) == 0',
    for: '1m',
    summary: 'No process of {{ $labels.service }} sends its messages',
    description:
      'One of them should hold the lock within a second. Meanwhile the outbox grows unseen: its age is told by the leader.',
  },
  {
    name: 'ConsumerLagNotShrinking',
    severity: 'warning',
    expr: `${lag()} > 100 and ${lag()} >= ${lag(' offset 10m')}`,
    for: '5m',
    summary: '{{ $labels.service }} has {{ $value }} messages to apply, and not fewer than ten minutes ago',
    description: 'It reads more slowly than others write, or it does not get on at all.',
  },
  {
    name: 'AnalyticsBehind',
    severity: 'warning',
    expr:
      'sum(messaging_consumer_lag{service="analytics"}) / clamp_min(sum(rate(messaging_consumer_applied_total{service="analytics"}[5m])), 0.1) > 120 ' +
      'and sum(messaging_consumer_lag{service="analytics"}) > 50',
    for: '5m',
    summary: 'The figures of analytics are {{ $value | humanizeDuration }} behind',
    description: 'So long it takes to apply what waits, at the pace of the last minutes.',
  },
  {
    name: 'DeadLettersCame',
    severity: 'warning',
    expr: 'sum by (service, topic, reason) (increase(messaging_consumer_dead_letters_total[15m])) > 0',
    summary: '{{ $labels.service }} could not apply messages of {{ $labels.topic }}: {{ $labels.reason }}',
    description: 'They are in {{ $labels.topic }}.dlq, with the reason. The partition goes on without them.',
  },
  {
    name: 'ParkedTooLong',
    severity: 'warning',
    expr: 'max by (service, group) (messaging_consumer_parked_oldest_age_seconds) > 300',
    for: '1m',
    summary: 'A message waits in {{ $labels.service }} for an earlier one since {{ $value | humanizeDuration }}',
    description: 'After half a minute it should be applied or among the dead letters.',
  },
  {
    name: 'HoldsOverdue',
    severity: 'warning',
    expr: 'max by (service) (inventory_hold_overdue_seconds) > 300',
    for: '1m',
    summary: 'Stock is held for an order that has not come, {{ $value | humanizeDuration }} longer than it may be',
    description:
      'Inventory asks order about such reservations every few seconds; order does not answer, or the answer cannot be written.',
  },
  {
    name: 'NotificationsFailing',
    severity: 'warning',
    expr:
      'sum by (channel) (increase(notification_attempts_total{status="FAILED"}[15m])) > 0 ' +
      `or ${attempts('status!="SENT"')} / ${attempts('')} > 0.5 and ${attempts('status!="SENT"')} > 0.01`,
    for: '2m',
    summary: 'Notifications do not go out by {{ $labels.channel }}',
    description: 'Some were given up after their last attempt, or most attempts fail.',
  },
  {
    name: 'CommandsRefused',
    severity: 'warning',
    expr: 'sum by (service, name) (increase(group_commit_refused_total[5m])) > 0',
    for: '1m',
    summary: '{{ $labels.service }} refuses commands: its queue "{{ $labels.name }}" is full',
    description:
      'Callers hear 503 TOO_BUSY and come back. More comes in than is committed, or one caller has filled their half.',
  },
  {
    name: 'EventLoopLags',
    severity: 'warning',
    expr: `max by (service, instance) (nodejs_eventloop_lag_p99_seconds{${ours}}) > 0.2`,
    for: '5m',
    summary:
      'Work in {{ $labels.service }} ({{ $labels.instance }}) waits {{ $value | humanizeDuration }} for its turn',
    description: 'The process has more to do than one processor can, or something in it blocks.',
  },
  {
    name: 'PoolExhausted',
    severity: 'warning',
    expr: 'max by (service, pool) (pg_pool_waiting) > 0',
    for: '2m',
    summary: 'In {{ $labels.service }} {{ $value }} callers wait for a connection to PostgreSQL',
    description: 'All connections of its pool "{{ $labels.pool }}" are busy. Who waits longer than 5 s is refused.',
  },
  {
    name: 'FileDescriptorsLow',
    severity: 'warning',
    expr: `max by (service, instance) (process_open_fds{${ours}} / process_max_fds{${ours}}) > 0.8`,
    for: '5m',
    summary:
      '{{ $labels.service }} ({{ $labels.instance }}) has {{ $value | humanizePercentage }} of its file descriptors open',
    description: 'When none is left it takes no connection more.',
  },
];

/** `HoldsOverdue` -> `holds-overdue`: its runbook, and the way to link there. */
export function runbookOf({ name }: Pick<Alert, 'name'>): string {
  return `docs/runbooks/${name.replace(/(?<=.)[A-Z]/g, '-$&').toLowerCase()}.md`;
}
