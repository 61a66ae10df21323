// Knows how far the consumer lags, and notices when it has stopped working without saying so.

import type { Logger } from 'pino';
import type { KafkaAdmin, ReceivedMessage, TopicPartition } from '../kafka/client.ts';
import type { ConsumerMetrics } from '../metrics.ts';
import type { ConsumerState } from './consumer.ts';

export type Progress = {
  assigned(partitions: readonly TopicPartition[]): void;
  /** Something was tried, successfully or not. */
  alive(): void;
  applied(last: ReceivedMessage): void;
  state(): ConsumerState;
  start(): void;
  stop(): void;
};

export type ProgressOptions = {
  group: string;
  topics: readonly string[];
  admin: KafkaAdmin;
  logger: Logger;
  metrics: ConsumerMetrics;
  /** With lag and without a sign of life for so long, the consumer counts as stalled. */
  stallMs: number;
  onStall: (error: Error) => void;
};

export function createProgress(o: ProgressOptions): Progress {
  const everyMs = Math.min(5_000, Math.ceil(o.stallMs / 4));
  /** Null until the group is joined; then the partitions of this process. */
  let mine: Set<string> | null = null;
  const positions = new Map<string, bigint>();
  let lag: number | null = null;
  let lagSinceMs: number | null = null;
  let lastProgressAt: Date | null = null;
  let signs = 0;
  let signsAtLastCheck = 0;
  let committedTotal = 0n;
  let stalledMs = 0;
  let timer: NodeJS.Timeout | undefined;
  let checking = false;

  return {
    assigned(partitions) {
      mine = new Set(partitions.map(keyOf));
      o.metrics.partitions.set({ group: o.group }, mine.size);
      // Another member may have gone on from here: what is committed counts.
      positions.clear();
      signs += 1;
    },
    alive() {
      signs += 1;
    },
    applied(last) {
      signs += 1;
      lastProgressAt = new Date();
      positions.set(keyOf(last), last.offset + 1n);
    },
    state: () => ({
      assigned: mine?.size ?? 0,
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
      await measure();
    } catch {
      // Kafka is away: then no lag is known, and standing still is no fault of the consumer.
      lag = null;
      lagSinceMs = null;
      o.metrics.lag.remove({ group: o.group });
    } finally {
      checking = false;
    }
    judge(signs !== signsAtLastCheck);
    signsAtLastCheck = signs;
  }

  async function measure(): Promise<void> {
    const [ranges, committed] = await Promise.all([
      o.admin.offsetRanges(o.topics),
      o.admin.committedOffsets(o.group, o.topics),
    ]);
    const committedAt = new Map(committed.map((each) => [keyOf(each), each.offset]));
    const total = committed.reduce((sum, each) => sum + each.offset, 0n);
    // Another member may be at work while this one has not joined: that too is life in the group.
    if (mine === null && total !== committedTotal) signs += 1;
    committedTotal = total;
    let sum = 0n;
    for (const { first, end, ...place } of ranges) {
      const key = keyOf(place);
      if (mine !== null && !mine.has(key)) continue;
      const position = larger(first, larger(positions.get(key) ?? 0n, committedAt.get(key) ?? 0n));
      sum += end > position ? end - position : 0n;
    }
    lag = Number(sum);
    lagSinceMs = lag === 0 ? null : (lagSinceMs ?? Date.now());
    o.metrics.lag.set({ group: o.group }, lag);
  }

  /** Counts checks, not the clock: a process that was suspended for an hour has not stalled for an hour. */
  function judge(alive: boolean): void {
    stalledMs = alive || !lag ? 0 : stalledMs + everyMs;
    if (stalledMs < o.stallMs) return;
    stalledMs = 0;
    o.onStall(
      new Error(
        `The consumer group "${o.group}" has ${lag} messages to apply and nothing has been tried for ${Math.round(o.stallMs / 1000)} s. Only a fresh process gets out of that.`,
      ),
    );
  }
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
