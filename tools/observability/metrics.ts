// Every metric of our own, and those of the process that we look at: what it counts, by which labels, and which services have it.
// Alerts and dashboards name only these; the page docs/observability.md lists them; a whole system is asked whether they are there.

import { readServices } from '../contracts/asyncapi/services.ts';
import { databaseServices, services as everyone, type Service } from '../dev/stack/services.ts';

export type Metric = {
  type: 'counter' | 'gauge' | 'histogram';
  /** Beside `service`, which each has. */
  labels: readonly string[];
  services: readonly Service[];
  of: string;
};

const keepers: readonly Service[] = databaseServices;
const said = readServices();
const publishers = everyone.filter((name) =>
  said.some(({ service, publishes }) => service === name && publishes.length > 0),
);
const readers = everyone.filter((name) =>
  said.some(({ service, subscribes }) => service === name && subscribes.length > 0),
);
const batchers: readonly Service[] = ['order', 'inventory', 'notification'];
const gateway: readonly Service[] = ['gateway'];
const order: readonly Service[] = ['order'];
const inventory: readonly Service[] = ['inventory'];
const notification: readonly Service[] = ['notification'];

export const ownMetrics: Readonly<Record<string, Metric>> = {
  http_request_duration_seconds: histogram(
    everyone,
    ['method', 'route', 'status'],
    'each request, by its route: rate, errors, duration',
  ),
  http_problems_total: counter(
    everyone,
    ['method', 'route', 'code'],
    'requests answered with a problem, by its code: `INSUFFICIENT_STOCK`, `TOO_BUSY`, ...',
  ),

  gateway_requests_shed_total: counter(
    gateway,
    ['route', 'kind', 'reason'],
    'requests refused before they were forwarded: `caller` (the share of their caller is used up) or `capacity`; kinds are `change`, `read`, `list`, `wait`, `stream`, and `body` (no memory for it)',
  ),
  gateway_requests_forwarded: gauge(gateway, ['upstream', 'kind'], 'requests that have a connection to a service now'),
  gateway_requests_waiting: gauge(gateway, ['upstream'], 'requests that wait for a connection to a service'),
  gateway_bodies_bytes: gauge(gateway, [], 'memory for bodies that are being received or forwarded'),

  orders_placed_total: counter(order, [], 'orders placed, each once; an answer that repeats an earlier one is none'),
  orders_placed_cents_total: counter(order, [], 'what they come to, in cents, those cancelled later among them'),
  order_status_changes_total: counter(order, ['from', 'to'], 'steps of orders'),
  orders_stuck: gauge(
    order,
    ['cause'],
    'orders that wait for too long: `STEP`, `MESSAGE`, `RESERVATION` or `PROMISE` is overdue; found every 30 s, and each replica reports all',
  ),
  order_streams_open: gauge(order, ['kind'], 'event streams that are open now: of one `order`, or of `all`'),
  order_stream_changes_sent_total: counter(order, ['kind'], 'changes that were sent to event streams'),
  order_stream_starts_total: counter(
    order,
    ['kind', 'result'],
    'first frames of event streams: `CONTINUED`, or a reset and its reason (`NEW`, `GONE`, `BEHIND`, `UNKNOWN`)',
  ),
  order_streams_closed_total: counter(
    order,
    ['kind', 'reason'],
    'event streams that have ended: `CLIENT`, `SHUTDOWN`, `TOKEN_EXPIRED`, `SLOW`',
  ),
  order_streams_refused_total: counter(
    order,
    ['reason'],
    'event streams refused because the `caller`, or the process (`capacity`), has as many as it may have',
  ),
  order_streams_kafka_answer_age_seconds: gauge(
    order,
    [],
    'time since Kafka last answered the reader that tells event streams of changes; below 1 unless Kafka is away',
  ),
  orders_due_total: counter(order, [], 'scheduled orders that were shown to the kitchen'),
  orders_not_accepted_total: counter(
    order,
    [],
    'orders cancelled because the kitchen did not accept them in time (`ACCEPT_MINUTES`)',
  ),
  orders_late_total: counter(
    order,
    ['stage'],
    'promises of orders that were not kept in time: `PREPARING`, `DELIVERY`',
  ),
  order_deadlines_overdue_seconds: gauge(
    order,
    [],
    'how long the oldest deadline of an order is overdue, or how long this process has not looked; 0 when neither is',
  ),
  inventory_reservations_total: counter(
    inventory,
    ['state'],
    'reservations that came to a state: `HELD`, `CONFIRMED`, `SOLD` (taken), then `RELEASED` or `WRITTEN_OFF` if cancelled',
  ),
  inventory_reservations_refused_total: counter(inventory, ['outcome'], 'reservations that were not made, and why'),
  inventory_units_moved_total: counter(
    inventory,
    ['reason'],
    'units of each movement: what came in, left, came back, was counted or written off',
  ),
  inventory_alerts_total: counter(inventory, ['type'], 'alerts raised: `LOW_STOCK`, `OUT_OF_STOCK`'),
  inventory_holds_settled_total: counter(
    inventory,
    ['outcome'],
    'reservations without an order that order was asked about: `PLACED`, `ABANDONED`',
  ),
  inventory_hold_overdue_seconds: gauge(
    inventory,
    [],
    'how long the oldest of them has been due to be asked about; 0 when there is none',
  ),
  notification_attempts_total: counter(
    notification,
    ['channel', 'status'],
    'attempts to deliver, by what they led to: `SENT`, `PENDING` (to be tried again), `FAILED` (given up)',
  ),
  notification_attempt_duration_seconds: histogram(notification, ['channel'], 'time a provider took'),

  group_commit_batch_size: histogram(batchers, ['name'], 'commands in one transaction'),
  group_commit_wait_ms: histogram(batchers, ['name'], 'time a command waits for its transaction'),
  group_commit_commit_ms: histogram(batchers, ['name'], 'time of one transaction'),
  group_commit_splits_total: counter(batchers, ['name'], 'batches that were tried again one command at a time'),
  group_commit_refused_total: counter(batchers, ['name'], 'commands that were not taken in, as a queue was full'),
  group_commit_dropped_total: counter(
    batchers,
    ['name', 'reason'],
    'commands without an outcome in time: `deadline`, `deadline_waiting` (had not begun), `caller_gone` (had not begun)',
  ),

  messaging_relay_leading: gauge(
    publishers,
    [],
    '1 in the process that sends for its database, 0 in those that stand by',
  ),
  messaging_outbox_depth: gauge(
    publishers,
    [],
    'messages that are committed but not yet published; reported by the leader only',
  ),
  messaging_outbox_oldest_age_ms: gauge(publishers, [], 'age of the oldest of them; reported by the leader only'),
  messaging_relay_sent_total: counter(publishers, ['topic'], 'messages that Kafka has acknowledged'),
  messaging_relay_send_failures_total: counter(publishers, [], 'batches that are sent again'),
  messaging_relay_batch_size: histogram(publishers, [], 'messages in one send'),
  messaging_relay_lag_ms: histogram(publishers, [], "from commit to Kafka's acknowledgement"),

  messaging_consumer_lag: gauge(
    readers,
    ['group'],
    'messages not applied yet, in the partitions of the process; absent while Kafka is away',
  ),
  messaging_consumer_partitions: gauge(readers, ['group'], 'partitions that the process was given to read'),
  messaging_consumer_applied_total: counter(readers, ['group', 'topic'], 'messages whose effect was committed'),
  messaging_consumer_repeats_total: counter(readers, ['group', 'topic'], 'messages that had been applied before'),
  messaging_consumer_older_total: counter(
    readers,
    ['group', 'topic'],
    'messages skipped, as their aggregate is past them',
  ),
  messaging_consumer_retries_total: counter(readers, ['group'], 'tries that failed for a passing reason'),
  messaging_consumer_stopped_partitions: gauge(
    readers,
    ['group', 'topic'],
    'partitions of the process that have stopped at a record batch that cannot be read',
  ),
  messaging_consumer_lost_messages_total: counter(
    readers,
    ['group', 'topic'],
    'messages that the log deleted before the group had read them',
  ),
  messaging_consumer_parked_total: counter(readers, ['group', 'topic'], 'messages put aside until it is their turn'),
  messaging_consumer_parked: gauge(readers, ['group'], 'messages put aside at the moment, of the whole group'),
  messaging_consumer_parked_oldest_age_seconds: gauge(readers, ['group'], 'how long the oldest of them has waited'),
  messaging_consumer_dead_letters_total: counter(
    readers,
    ['group', 'topic', 'reason'],
    'messages that could not be read or applied',
  ),
  messaging_consumer_batch_size: histogram(readers, ['group'], 'messages in one transaction'),
  messaging_consumer_apply_ms: histogram(readers, ['group'], 'time of one transaction'),

  pg_pool_connections: gauge(keepers, ['pool', 'state'], 'connections to PostgreSQL, `idle` and `busy`'),
  pg_pool_connections_max: gauge(keepers, ['pool'], 'connections that the pool may have'),
  pg_pool_waiting: gauge(keepers, ['pool'], 'callers that wait for a connection'),
};

/** Of prom-client and Node; the process has more of them. */
export const processMetrics: Readonly<Record<string, Metric>> = {
  nodejs_eventloop_lag_p99_seconds: gauge(everyone, [], "how late the process's own work is"),
  nodejs_heap_size_used_bytes: gauge(everyone, [], 'memory that JavaScript uses'),
  nodejs_gc_duration_seconds: histogram(everyone, ['kind'], 'pauses to collect garbage'),
  process_cpu_seconds_total: counter(everyone, [], 'time on the processor'),
  process_resident_memory_bytes: gauge(everyone, [], 'memory that the process has'),
  process_open_fds: gauge(everyone, [], 'files and connections that are open'),
  process_max_fds: gauge(everyone, [], 'how many may be open'),
  process_start_time_seconds: gauge(everyone, [], 'when the process began'),
};

export const metrics: Readonly<Record<string, Metric>> = { ...ownMetrics, ...processMetrics };

function counter(services: readonly Service[], labels: readonly string[], of: string): Metric {
  return { type: 'counter', labels, services, of };
}

function gauge(services: readonly Service[], labels: readonly string[], of: string): Metric {
  return { type: 'gauge', labels, services, of };
}

function histogram(services: readonly Service[], labels: readonly string[], of: string): Metric {
  return { type: 'histogram', labels, services, of };
}
