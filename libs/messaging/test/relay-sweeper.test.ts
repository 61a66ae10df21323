import { expect, test } from 'vitest';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { until } from '@oms/test-kit';
import { createRelayMetrics } from '../src/metrics.ts';
import type { OutboxTable } from '../src/outbox-table.ts';
import type { RelayMemory } from '../src/relay-memory.ts';
import { createSweeper } from '../src/relay-sweeper.ts';

type Look = { startMs: number; endMs: number };

function rig() {
  const looks: Look[] = [];
  const table = {
    async survey() {
      const startMs = performance.now();
      await new Promise((resolve) => setTimeout(resolve, 20));
      looks.push({ startMs, endMs: performance.now() });
      return [];
    },
    sample: () => Promise.resolve({ depth: 0, oldestAgeMs: 0 }),
  } as unknown as OutboxTable;
  const memory = {
    lanes: { anyFull: () => true },
    room: () => 5_000,
    beginSweep: () => [],
    choose: () => ({ ids: [], skippedAggregates: new Set(), cut: false }),
    takeSwept: () => undefined,
  } as unknown as RelayMemory;
  const sweeper = createSweeper({
    ...{ table, memory, logger: pino({ level: 'silent' }), metrics: createRelayMetrics(new Registry()) },
    ...{ everyMs: 10_000, onTaken: () => undefined },
  });
  sweeper.open();
  return { sweeper, looks };
}

/** As every commit does whose messages do not fit into memory. */
async function wantUntil(sweeper: { want(): void }, done: () => boolean): Promise<void> {
  await until('it has looked often enough', () => {
    sweeper.want();
    return done();
  });
}

test('with lanes full for long, looking past them takes a tenth of the time', async () => {
  const { sweeper, looks } = rig();
  await wantUntil(sweeper, () => looks.length === 3);
  sweeper.close();
  const took =
    looks.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0) - (looks[2]!.endMs - looks[2]!.startMs);
  expect(took / (looks[2]!.startMs - looks[0]!.startMs)).toBeLessThanOrEqual(0.101);
});
