// Messages per second through each stage and through all at once, in one process. Needs the stack that OMS_TEST_STACK names:
//   OMS_TEST_STACK=... node libs/messaging/test/throughput.ts [messages, 40000] [messages per transaction, 64]

import { randomUUID } from 'node:crypto';
import { until } from '@oms/test-kit';
import type { Relay } from '../src/index.ts';
import { newOrder, newOrderId, placed } from './messages.ts';
import { createFixture, type Fixture } from './fixture.ts';

const total = Number(process.argv[2] ?? 40_000);
const perTransaction = Number(process.argv[3] ?? 64);
const writers = 4;

const fixture = await createFixture();
try {
  await fixture.pool.query('TRUNCATE effects');
  await measure('table -> outbox rows', () => append());
  await measure('outbox rows -> Kafka (by sweeps)', async () => {
    const relay = await fixture.relay();
    await emptied();
    await relay.stop();
  });
  const group = `bench-${randomUUID()}`;
  await measure('Kafka -> inbox (a group from the beginning)', () => consumed(fixture, group, 0));
  const before = await inboxRows(group);
  await measure('all at once (by hand-over)', async () => {
    const relay = await fixture.relay();
    const started = consumed(fixture, group, before);
    await append(relay);
    await emptied();
    await started;
    await relay.stop();
  });
} finally {
  await fixture.end();
}

async function append(relay?: Relay): Promise<void> {
  let left = total;
  const write = async () => {
    while (left > 0) {
      left -= perTransaction;
      const messages = Array.from({ length: perTransaction / 2 }, () => {
        const orderId = newOrderId();
        return [placed(orderId), newOrder(orderId)];
      }).flat();
      const stored = await fixture.commit(messages);
      relay?.enqueue(stored);
    }
  };
  await Promise.all(Array.from({ length: writers }, write));
}

async function emptied(): Promise<void> {
  await until('the outbox is empty', async () => (await fixture.depth()) === 0, 120_000);
}

async function consumed(from: Fixture, group: string, before: number): Promise<void> {
  const consumer = from.consumer({
    group,
    topics: ['order-events', 'analytics-events'],
    apply: () => Promise.resolve(),
  });
  await consumer.start();
  await until('all is applied', async () => (await inboxRows(group)) >= before + total, 120_000);
  await consumer.stop();
}

async function inboxRows(group: string): Promise<number> {
  const { rows } = await fixture.pool.query<{ n: number }>(
    'SELECT count(*)::int AS n FROM messaging.inbox WHERE "consumer" = $1',
    [group],
  );
  return rows[0]!.n;
}

async function measure(what: string, work: () => Promise<void>): Promise<void> {
  const [startMs, startCpu] = [performance.now(), process.cpuUsage()];
  await work();
  const seconds = (performance.now() - startMs) / 1000;
  const cpu = process.cpuUsage(startCpu);
  const rate = Math.round(total / seconds);
  const ownMs = Math.round((cpu.user + cpu.system) / 1000);
  process.stdout.write(`${what}: ${rate} messages/s (${seconds.toFixed(2)} s, of this process's CPU ${ownMs} ms)\n`);
}
