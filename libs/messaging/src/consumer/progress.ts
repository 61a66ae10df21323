// Measures the consumer's lag, and detects when the consumer has stalled without an error.

import { partitionKey, type KafkaAdmin, type PartitionOffset, type TopicPartition } from '../kafka/client.ts';
import type { ConsumerMetrics } from '../metrics.ts';

export type ProgressState = {
  /** Partitions that this process reads; 0 until it has joined the group. */
  assigned: number;
  /** Messages not applied yet, measured every few seconds; null while unknown. */
  lag: number | null;
  /** For how long there has been lag; 0 when there is none, null while unknown. */
  lagMs: number | null;
  lastProgressAt: Date | null;
};

export type Progress = {
  assigned(partitions: readonly TopicPartition[]): void;
  /** Something was attempted, successfully or not. */
  alive(): void;
  /** The group has committed this offset. */
  committed(next: PartitionOffset): void;
  state(): ProgressState;
  start(): void;
  stop(): void;
};

export type ProgressOptions = {
  group: string;
  topics: readonly string[];
  admin: KafkaAdmin;
  metrics: ConsumerMetrics;
  /** With lag and without an attempt for so long, the consumer counts as stalled. */
  stallMs: number;
  onStall: (error: Error) => void;
};

export function createProgress({ group, topics, admin, metrics, stallMs, onStall }: ProgressOptions): Progress {
  const everyMs = Math.min(5_000, Math.ceil(stallMs / 4));
  /** The partitions of this process; null until it has joined the group. */
  let assigned: Set<string> | null = null;
  /** All partitions at the assignment; null until they were looked up. One that came later is nobody's yet, and counts everywhere. */
  let known: Set<string> | null = null;
  const positions = new Map<string, bigint>();
  let lag: number | null = null;
  let lagSinceMs: number | null = null;
  let lastProgressAt: Date | null = null;
  let signsOfLife = 0;
  let signsAtLastCheck = 0;
  let committedTotal = 0n;
  let stalledMs = 0;
  let timer: NodeJS.Timeout | undefined;
  let checking = false;

  return {
    assigned(partitions) {
      assigned = new Set(partitions.map(partitionKey));
      known = null;
      metrics.partitions.set({ group }, assigned.size);
      // Another member may have read further since: only committed offsets count now.
      positions.clear();
      signsOfLife += 1;
    },
    alive() {
      signsOfLife += 1;
    },
    committed(next) {
      signsOfLife += 1;
      lastProgressAt = new Date();
      positions.set(partitionKey(next), next.offset);
    },
    state: () => ({
      assigned: assigned?.size ?? 0,
      lag,
      lagMs: lag === null ? null : lagSinceMs === null ? 0 : Date.now() - lagSinceMs,
      lastProgressAt,
    }),
    start() {
      timer = setInterval(() => void check(), everyMs);
      timer.unref();
    },
    stop: () => clearInterval(timer),
  };

  async function check(): Promise<void> {
    if (checking) return;
    checking = true;
    try {
      await measureLag();
    } catch {
      // Kafka is away: the lag is unknown, and the consumer is not at fault.
      lag = null;
      lagSinceMs = null;
      metrics.lag.remove({ group });
    } finally {
      checking = false;
    }
    checkForStall(signsOfLife !== signsAtLastCheck);
    signsAtLastCheck = signsOfLife;
  }

  async function measureLag(): Promise<void> {
    const [ranges, committed] = await Promise.all([admin.offsetRanges(topics), admin.committedOffsets(group, topics)]);
    const committedAt = new Map(committed.map((each) => [partitionKey(each), each.offset]));
    const total = committed.reduce((sum, each) => sum + each.offset, 0n);
    // Another member may be working while this process has not joined: that too is a sign of life.
    if (assigned === null && total !== committedTotal) signsOfLife += 1;
    committedTotal = total;
    known ??= new Set(ranges.map(partitionKey));
    let sum = 0n;
    for (const { topic, partition, first, end } of ranges) {
      const key = partitionKey({ topic, partition });
      if (assigned !== null && !assigned.has(key) && known.has(key)) continue;
      const position = larger(first, larger(positions.get(key) ?? 0n, committedAt.get(key) ?? 0n));
      sum += end > position ? end - position : 0n;
    }
    lag = Number(sum);
    lagSinceMs = lag === 0 ? null : (lagSinceMs ?? Date.now());
    metrics.lag.set({ group }, lag);
  }

  /** Counts checks, not the clock: a process that was suspended for an hour has not stalled for an hour. */
  function checkForStall(isAlive: boolean): void {
    stalledMs = isAlive || !lag ? 0 : stalledMs + everyMs;
    if (stalledMs < stallMs) return;
    stalledMs = 0;
    onStall(
      new Error(
        `The consumer group "${group}" has ${lag} messages to apply and nothing has been tried for ${Math.round(stallMs / 1000)} s. Only a fresh process gets out of that.`,
      ),
    );
  }
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
