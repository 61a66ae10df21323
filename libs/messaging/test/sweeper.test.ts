import { expect, test } from 'vitest';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { until } from '@oms/test-kit';
import { createRelayMetrics } from '../src/metrics.ts';
import type { OutboxTable } from '../src/outbox/outbox-table.ts';
import type { RelayMemory } from '../src/relay/partition-queues.ts';
import { createSweeper } from '../src/relay/sweeper.ts';

type Look = { startMs: number; endMs: number };

function rig(sample = () => Promise.resolve({ depth: 0, oldestAgeMs: 0 })) {
  const looks: Look[] = [];
  const registry = new Registry();
  const table = {
    async survey() {
      const startMs = performance.now();
      await new Promise((resolve) => setTimeout(resolve, 20));
      looks.push({ startMs, endMs: performance.now() });
      return [];
    },
    sample,
  } as unknown as OutboxTable;
  const memory = {
    lanes: { anyFull: () => true },
    room: () => 5_000,
    beginSweep: () => [],
    choose: () => ({ ids: [], skippedAggregates: new Set(), cut: false }),
    takeSwept: () => undefined,
  } as unknown as RelayMemory;
  const sweeper = createSweeper({
    ...{ table, memory, logger: pino({ level: 'silent' }), metrics: createRelayMetrics(registry) },
    ...{ everyMs: 10_000, onTaken: () => undefined },
  });
  sweeper.open();
  const told = async () =>
    (await registry.getSingleMetric('messaging_outbox_depth')?.get())?.values.map((one) => one.value);
  return { sweeper, looks, told };
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

test('who leads no more tells nothing of the outbox, not even what it was about to', async () => {
  const { promise: late, resolve } = Promise.withResolvers<{ depth: number; oldestAgeMs: number }>();
  const answers = [Promise.resolve({ depth: 7, oldestAgeMs: 1 }), late];
  const { sweeper, told } = rig(() => answers.shift() ?? late);
  await until('it tells what it saw', async () => (await told())?.[0] === 7);
  sweeper.open();
  sweeper.close();
  expect(await told()).toEqual([]);
  resolve({ depth: 9, oldestAgeMs: 1 });
  await late;
  expect(await told()).toEqual([]);
});
