// The metrics of relay and consumer. Several relays or consumers of one process share each metric.

import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

export type RelayMetrics = {
  leading: Gauge;
  depth: Gauge;
  oldestAgeMs: Gauge;
  sent: Counter<'topic'>;
  sendFailures: Counter;
  batchSize: Histogram;
  lagMs: Histogram;
};

export type ConsumerMetrics = {
  applied: Counter<'group' | 'topic'>;
  repeats: Counter<'group' | 'topic'>;
  older: Counter<'group' | 'topic'>;
  buffered: Counter<'group' | 'topic'>;
  bufferedNow: Gauge<'group'>;
  bufferedOldest: Gauge<'group'>;
  deadLetters: Counter<'group' | 'topic' | 'reason'>;
  retries: Counter<'group'>;
  stopped: Gauge<'group' | 'topic'>;
  lost: Counter<'group' | 'topic'>;
  batchSize: Histogram<'group'>;
  applyMs: Histogram<'group'>;
  lag: Gauge<'group'>;
  partitions: Gauge<'group'>;
};

const msBuckets = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 30_000, 300_000];
const sizeBuckets = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512];

export function createRelayMetrics(registry: Registry): RelayMetrics {
  return {
    leading: gauge(
      registry,
      'messaging_relay_leading',
      '1 while this process is the leader that sends for its database',
    ),
    depth: gauge(registry, 'messaging_outbox_depth', 'Rows in the outbox, sampled by the leader; counted up to 100000'),
    oldestAgeMs: gauge(registry, 'messaging_outbox_oldest_age_ms', 'Age of the oldest row in the outbox'),
    sent: counter(registry, 'messaging_relay_sent_total', 'Messages that the broker has acknowledged', ['topic']),
    sendFailures: counter(
      registry,
      'messaging_relay_send_failures_total',
      'Batches that failed and are sent again',
      [],
    ),
    batchSize: histogram(registry, 'messaging_relay_batch_size', 'Messages in one send', sizeBuckets, []),
    lagMs: histogram(registry, 'messaging_relay_lag_ms', 'Time from commit to acknowledgement', msBuckets, []),
  };
}

export function createConsumerMetrics(registry: Registry): ConsumerMetrics {
  const group = ['group'] as const;
  const topic = ['group', 'topic'] as const;
  const reason = ['group', 'topic', 'reason'] as const;
  return {
    applied: counter(registry, 'messaging_consumer_applied_total', 'Messages whose effect was committed', topic),
    repeats: counter(registry, 'messaging_consumer_repeats_total', 'Messages that had been applied before', topic),
    older: counter(
      registry,
      'messaging_consumer_older_total',
      'Messages skipped because their aggregate has a later version',
      topic,
    ),
    buffered: counter(
      registry,
      'messaging_consumer_parked_total',
      'Messages that arrived before an earlier version and were buffered',
      topic,
    ),
    bufferedNow: gauge(registry, 'messaging_consumer_parked', 'Messages in the out-of-order buffer', group),
    bufferedOldest: gauge(
      registry,
      'messaging_consumer_parked_oldest_age_seconds',
      'Age of the oldest message in the out-of-order buffer',
      group,
    ),
    deadLetters: counter(
      registry,
      'messaging_consumer_dead_letters_total',
      'Messages sent to the dead letters',
      reason,
    ),
    retries: counter(
      registry,
      'messaging_consumer_retries_total',
      'Attempts that failed with a transient error',
      group,
    ),
    stopped: gauge(
      registry,
      'messaging_consumer_stopped_partitions',
      'Partitions of this process that have stopped at a record batch that cannot be read',
      topic,
    ),
    lost: counter(
      registry,
      'messaging_consumer_lost_messages_total',
      'Messages that the log deleted before the group had read them',
      topic,
    ),
    batchSize: histogram(registry, 'messaging_consumer_batch_size', 'Messages in one transaction', sizeBuckets, group),
    applyMs: histogram(registry, 'messaging_consumer_apply_ms', 'Duration of one transaction', msBuckets, group),
    lag: gauge(registry, 'messaging_consumer_lag', 'Messages not applied yet in the partitions of this process', group),
    partitions: gauge(registry, 'messaging_consumer_partitions', 'Partitions assigned to this process', group),
  };
}

/** A counter that first appears with its first event shows no increase for that event. */
export function startCountersAtZero(
  metrics: ConsumerMetrics,
  {
    group,
    topics,
    deadLetterReasons,
  }: { group: string; topics: readonly string[]; deadLetterReasons: readonly string[] },
): void {
  metrics.retries.inc({ group }, 0);
  for (const topic of topics) {
    metrics.stopped.set({ group, topic }, 0);
    for (const what of ['applied', 'repeats', 'older', 'buffered', 'lost'] as const)
      metrics[what].inc({ group, topic }, 0);
    for (const reason of deadLetterReasons) metrics.deadLetters.inc({ group, topic, reason }, 0);
  }
}

function counter<L extends string>(registry: Registry, name: string, help: string, labelNames: readonly L[]) {
  const known = registry.getSingleMetric(name) as Counter<L> | undefined;
  return known ?? new Counter({ name, help, labelNames, registers: [registry] });
}

function gauge<L extends string = string>(
  registry: Registry,
  name: string,
  help: string,
  labelNames: readonly L[] = [],
) {
  const known = registry.getSingleMetric(name) as Gauge<L> | undefined;
  return known ?? new Gauge({ name, help, labelNames, registers: [registry] });
}

function histogram<L extends string>(
  registry: Registry,
  name: string,
  help: string,
  buckets: number[],
  labelNames: readonly L[],
) {
  const known = registry.getSingleMetric(name) as Histogram<L> | undefined;
  return known ?? new Histogram({ name, help, buckets, labelNames, registers: [registry] });
}
