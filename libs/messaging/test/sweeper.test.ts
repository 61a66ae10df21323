import { expect, test } from 'vitest';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { until } from '@oms/test-kit';
import { createRelayMetrics } from '../src/metrics.ts';
import type { OutboxTable } from '../src/outbox/outbox.ts';
import type { PartitionQueues } from '../src/relay/partition-queues.ts';
import { createSweeper } from '../src/relay/sweeper.ts';

type Sweep = { startMs: number; endMs: number };

function createTestSweeper(sample = () => Promise.resolve({ depth: 0, oldestAgeMs: 0 })) {
  const sweeps: Sweep[] = [];
  const registry = new Registry();
  const table = {
    async list() {
      const startMs = performance.now();
      await new Promise((resolve) => setTimeout(resolve, 20));
      sweeps.push({ startMs, endMs: performance.now() });
      return [];
    },
    sample,
  } as unknown as OutboxTable;
  const queues = {
    anyFull: () => true,
    capacityLeft: () => 5_000,
    beginSweep: () => [],
    choose: () => ({ ids: [], skippedAggregates: new Set(), mayHaveMore: false }),
    endSweep: () => undefined,
  } as unknown as PartitionQueues;
  const sweeper = createSweeper({
    table,
    queues,
    logger: pino({ level: 'silent' }),
    metrics: createRelayMetrics(registry),
    everyMs: 10_000,
    onSwept: () => undefined,
  });
  sweeper.open();
  const depths = async () =>
    (await registry.getSingleMetric('messaging_outbox_depth')?.get())?.values.map((one) => one.value);
  return { sweeper, sweeps, depths };
}

/** As every commit does whose messages do not fit into memory. */
async function notifyUntil(sweeper: { notify(): void }, done: () => boolean): Promise<void> {
  await until('it has swept often enough', () => {
    sweeper.notify();
    return done();
  });
}

test('while partition queues stay full, sweeping past them takes a tenth of the time', async () => {
  const { sweeper, sweeps } = createTestSweeper();
  await notifyUntil(sweeper, () => sweeps.length === 3);
  sweeper.close();
  const took =
    sweeps.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0) - (sweeps[2]!.endMs - sweeps[2]!.startMs);
  expect(took / (sweeps[2]!.startMs - sweeps[0]!.startMs)).toBeLessThanOrEqual(0.101);
});

test('a relay that no longer leads reports nothing about the outbox, not even a sample in progress', async () => {
  const { promise: late, resolve } = Promise.withResolvers<{ depth: number; oldestAgeMs: number }>();
  const answers = [Promise.resolve({ depth: 7, oldestAgeMs: 1 }), late];
  const { sweeper, depths } = createTestSweeper(() => answers.shift() ?? late);
  await until('it reports its sample', async () => (await depths())?.[0] === 7);
  sweeper.open();
  sweeper.close();
  expect(await depths()).toEqual([]);
  resolve({ depth: 9, oldestAgeMs: 1 });
  await late;
  expect(await depths()).toEqual([]);
});
