/** Metrics: the size of batches, the time that commands wait for their batch, and the time of a commit. */

import { Counter, Histogram, type Registry } from 'prom-client';

export type CommitMetrics = {
  started(batch: readonly { sinceMs: number }[]): void;
  committed(tookMs: number): void;
  splits(): void;
  refused(): void;
  dropped(reason: string): void;
};

const droppedName = 'group_commit_dropped_total';
const dropReasons = ['caller_gone', 'deadline_waiting', 'deadline'];
const msBuckets = [0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000];

export function createCommitMetrics(name: string, registry: Registry | undefined): CommitMetrics {
  if (!registry) return { started() {}, committed() {}, splits() {}, refused() {}, dropped() {} };
  const size = histogram(
    registry,
    'group_commit_batch_size',
    'Commands in one batch',
    [1, 2, 4, 8, 16, 32, 64, 128, 256, 512],
  );
  const wait = histogram(registry, 'group_commit_wait_ms', 'Time a command waits for its batch', msBuckets);
  const commit = histogram(registry, 'group_commit_commit_ms', 'Time one commit takes', msBuckets);
  const split = counter(registry, 'group_commit_splits_total', 'Batches that were retried one command at a time');
  const refused = countRefused(name, registry);
  const dropped =
    (registry.getSingleMetric(droppedName) as Counter<'name' | 'reason'> | undefined) ??
    new Counter({
      name: droppedName,
      help: 'Commands whose caller was answered without an outcome, or had gone, by reason',
      labelNames: ['name', 'reason'],
      registers: [registry],
    });
  for (const reason of dropReasons) dropped.inc({ name, reason }, 0);
  split.inc({ name }, 0);
  return {
    started(batch) {
      const nowMs = performance.now();
      size.observe({ name }, batch.length);
      for (const { sinceMs } of batch) wait.observe({ name }, nowMs - sinceMs);
    },
    committed: (tookMs) => commit.observe({ name }, tookMs),
    splits: () => split.inc({ name }),
    refused,
    dropped: (reason) => dropped.inc({ name, reason }),
  };
}

/** Returns a function to call with each QueueFullError. The counter begins with 0, so that a rate sees the first one. */
export function countRefused(name: string, registry: Registry): () => void {
  const refused = counter(
    registry,
    'group_commit_refused_total',
    'Commands that were refused because a queue was full',
  );
  refused.inc({ name }, 0);
  return () => refused.inc({ name });
}

// The queues of one process share each metric; the label `name` distinguishes them.
function histogram(registry: Registry, name: string, help: string, buckets: number[]): Histogram<'name'> {
  const known = registry.getSingleMetric(name) as Histogram<'name'> | undefined;
  return known ?? new Histogram({ name, help, buckets, labelNames: ['name'], registers: [registry] });
}

function counter(registry: Registry, name: string, help: string): Counter<'name'> {
  const known = registry.getSingleMetric(name) as Counter<'name'> | undefined;
  return known ?? new Counter({ name, help, labelNames: ['name'], registers: [registry] });
}
