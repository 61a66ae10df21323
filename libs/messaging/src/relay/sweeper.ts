// Reads the table for what did not come by hand-over: on start, after a gap, and every second.

import { failpoint } from '@oms/failpoint';
import type { Logger } from 'pino';
import type { RelayMetrics } from '../metrics.ts';
import type { OutboxTable } from '../outbox/outbox-table.ts';
import type { RelayMemory } from './partition-queues.ts';

export type Sweeper = {
  open(): void;
  close(): void;
  /** There may be rows that no hand-over brought. */
  want(): void;
  /** Memory was freed: goes on with a table that is larger than memory. */
  roomMade(): void;
};

const surveyMax = 1_000;
/** When a failing lane is full, its rows lie in front of the others': look past them, so far. */
const surveyMaxPastFullLanes = 50_000;
/** Such a long look at the table takes this share of the time at most: Kafka may be away for an hour, and all the lanes be full. */
const longLookShare = 0.1;

export function createSweeper(o: {
  table: OutboxTable;
  memory: RelayMemory;
  logger: Logger;
  metrics: RelayMetrics;
  everyMs: number;
  onTaken: () => void;
}): Sweeper {
  let isOpen = false;
  let term = 0;
  let wanted = false;
  let more = false;
  let sweeping = false;
  let restUntilMs = 0;
  let timers: NodeJS.Timeout[] = [];
  tellNothing();

  return {
    open() {
      isOpen = true;
      term += 1;
      more = false;
      restUntilMs = 0;
      timers = [setInterval(want, o.everyMs), setInterval(() => void sample(), 5_000)];
      for (const timer of timers) timer.unref();
      want();
      void sample();
    },
    close() {
      isOpen = false;
      term += 1;
      for (const timer of timers) clearInterval(timer);
      tellNothing();
    },
    want,
    roomMade() {
      if (!o.memory.lanes.anyFull()) restUntilMs = 0;
      if ((more || wanted) && o.memory.room() > surveyMax) want();
    },
  };

  function want(): void {
    wanted = true;
    if (!sweeping && isOpen && performance.now() >= restUntilMs) void run();
  }

  async function run(): Promise<void> {
    sweeping = true;
    try {
      while (wanted && isOpen && performance.now() >= restUntilMs && o.memory.room() > 0) {
        wanted = false;
        await sweep();
      }
    } catch (error) {
      o.logger.warn({ err: error }, 'Cannot read the outbox; trying again');
    } finally {
      sweeping = false;
    }
  }

  async function sweep(): Promise<void> {
    const myTerm = term;
    const startedMs = performance.now();
    const pastFullLanes = o.memory.lanes.anyFull();
    const countMax = pastFullLanes ? surveyMaxPastFullLanes : Math.min(surveyMax, o.memory.room());
    const rows = await o.table.survey(o.memory.beginSweep(), countMax);
    // Memory of an earlier time of leading was thrown away, and with it what this sweep was for.
    if (myTerm !== term) return;
    const choice = o.memory.choose(rows, rows.length === countMax);
    const swept = choice.ids.length > 0 ? await o.table.read(choice.ids) : [];
    if (myTerm !== term) return;
    o.memory.takeSwept(choice, swept);
    more = choice.cut;
    const endedMs = performance.now();
    if (pastFullLanes) restUntilMs = endedMs + (endedMs - startedMs) * (1 / longLookShare - 1);
    if (swept.length === 0) return;
    failpoint('relay.swept');
    o.onTaken();
    if (more && o.memory.room() > surveyMax) wanted = true;
  }

  async function sample(): Promise<void> {
    const myTerm = term;
    try {
      const { depth, oldestAgeMs } = await o.table.sample();
      if (myTerm !== term) return;
      o.metrics.depth.set(depth);
      o.metrics.oldestAgeMs.set(oldestAgeMs);
    } catch {
      // The sweep says that the database is away.
    }
  }

  /** Only the leader looks at the table: what another one saw last would stand there for ever. */
  function tellNothing(): void {
    o.metrics.depth.remove();
    o.metrics.oldestAgeMs.remove();
  }
}
