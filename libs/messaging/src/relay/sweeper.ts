// Reads from the outbox table the messages that were not enqueued after their commit: at the start, after a gap, and every second.

import { failpoint } from '@oms/failpoint';
import type { Logger } from 'pino';
import type { RelayMetrics } from '../metrics.ts';
import type { OutboxTable } from '../outbox/outbox.ts';
import type { PartitionQueues } from './partition-queues.ts';

export type Sweeper = {
  open(): void;
  close(): void;
  /** There may be rows that were not enqueued. */
  notify(): void;
  /** Memory was freed: continues with a table that is larger than memory. */
  capacityFreed(): void;
};

const listMax = 1_000;
/** The rows of a full queue may come before those of the other partitions. Then a sweep reads this many rows, to get past them. */
const listMaxPastFullQueues = 50_000;
/** Such a long sweep uses at most this share of the time: Kafka may be away for an hour, with all queues full. */
const longSweepShare = 0.1;

export function createSweeper({
  table,
  queues,
  logger,
  metrics,
  everyMs,
  onSwept,
}: {
  table: OutboxTable;
  queues: PartitionQueues;
  logger: Logger;
  metrics: RelayMetrics;
  everyMs: number;
  onSwept: () => void;
}): Sweeper {
  let isOpen = false;
  let term = 0;
  let requested = false;
  let mayHaveMore = false;
  let sweeping = false;
  let restUntilMs = 0;
  let timers: NodeJS.Timeout[] = [];
  removeGauges();

  return {
    open() {
      isOpen = true;
      term += 1;
      mayHaveMore = false;
      restUntilMs = 0;
      timers = [setInterval(notify, everyMs), setInterval(() => void sample(), 5_000)];
      for (const timer of timers) timer.unref();
      notify();
      void sample();
    },
    close() {
      isOpen = false;
      term += 1;
      for (const timer of timers) clearInterval(timer);
      removeGauges();
    },
    notify,
    capacityFreed() {
      if (!queues.anyFull()) restUntilMs = 0;
      if ((mayHaveMore || requested) && queues.capacityLeft() > listMax) notify();
    },
  };

  function notify(): void {
    requested = true;
    if (!sweeping && isOpen && performance.now() >= restUntilMs) void run();
  }

  async function run(): Promise<void> {
    sweeping = true;
    try {
      while (requested && isOpen && performance.now() >= restUntilMs && queues.capacityLeft() > 0) {
        requested = false;
        await sweep();
      }
    } catch (error) {
      logger.warn({ err: error }, 'Cannot read the outbox; trying again');
    } finally {
      sweeping = false;
    }
  }

  async function sweep(): Promise<void> {
    const startTerm = term;
    const startedMs = performance.now();
    const pastFullQueues = queues.anyFull();
    const countMax = pastFullQueues ? listMaxPastFullQueues : Math.min(listMax, queues.capacityLeft());
    const rows = await table.list(queues.beginSweep(), countMax);
    // The queues of an earlier term were cleared, and this sweep was for them.
    if (startTerm !== term) return;
    const choice = queues.choose(rows, rows.length === countMax);
    const swept = choice.ids.length > 0 ? await table.read(choice.ids) : [];
    if (startTerm !== term) return;
    queues.endSweep(choice, swept);
    mayHaveMore = choice.mayHaveMore;
    const endedMs = performance.now();
    if (pastFullQueues) restUntilMs = endedMs + (endedMs - startedMs) * (1 / longSweepShare - 1);
    if (swept.length === 0) return;
    failpoint('relay.swept');
    onSwept();
    if (mayHaveMore && queues.capacityLeft() > listMax) requested = true;
  }

  async function sample(): Promise<void> {
    const startTerm = term;
    try {
      const { depth, oldestAgeMs } = await table.sample();
      if (startTerm !== term) return;
      metrics.depth.set(depth);
      metrics.oldestAgeMs.set(oldestAgeMs);
    } catch {
      // The sweep logs that the database is away.
    }
  }

  /** Only the leader reads the table. A relay that stands by would show its last values for ever. */
  function removeGauges(): void {
    metrics.depth.remove();
    metrics.oldestAgeMs.remove();
  }
}
