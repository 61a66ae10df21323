// A single message is sent at once. In a stream, messages of the same moment share a request, and their rows a deletion.

import type { Topic } from '@oms/contracts';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { StoredMessage } from '../src/index.ts';
import { createRelayMetrics } from '../src/metrics.ts';
import { createPartitionQueues } from '../src/relay/partition-queues.ts';
import { createRemover } from '../src/relay/remover.ts';
import { createSender } from '../src/relay/sender.ts';

const quiet = { info() {}, warn() {}, debug() {} } as never;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

test('a message after a pause leaves at once', async () => {
  const { sizes, enqueue } = relay();
  for (let at = 0; at < 3; at++) {
    enqueue(1);
    await vi.advanceTimersByTimeAsync(0);
    expect(sizes).toHaveLength(at + 1);
    await vi.advanceTimersByTimeAsync(1_000);
  }
});

test('a hundred messages in a hundred milliseconds leave in a few requests, the last within 30 ms', async () => {
  const { sizes, enqueue } = relay();
  for (let at = 0; at < 100; at++) {
    enqueue(1);
    await vi.advanceTimersByTimeAsync(1);
  }
  await vi.advanceTimersByTimeAsync(30);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(100);
  expect(sizes.length).toBeLessThanOrEqual(6);
});

test('a full batch does not wait', async () => {
  const { sizes, enqueue } = relay();
  enqueue(1);
  await vi.advanceTimersByTimeAsync(0);
  enqueue(1_200);
  await vi.advanceTimersByTimeAsync(0);
  expect(sizes).toEqual([1, 500, 500]);
  await vi.advanceTimersByTimeAsync(30);
  expect(sizes).toEqual([1, 500, 500, 200]);
});

test('stopping does not wait for the time of the next batch', async () => {
  const { sizes, enqueue, sender } = relay();
  enqueue(1);
  await vi.advanceTimersByTimeAsync(0);
  enqueue(1);
  await vi.advanceTimersByTimeAsync(0);
  expect(sizes).toEqual([1]);
  const drained = sender.drain(3_000);
  await vi.advanceTimersByTimeAsync(0);
  await drained;
  expect(sizes).toEqual([1, 1]);
});

test('rows of messages sent within a tenth of a second are deleted together; of many, or at the end, at once', async () => {
  vi.useRealTimers();
  const removed: number[] = [];
  const remover = createRemover({
    table: { remove: (ids: readonly string[]) => Promise.resolve(void removed.push(ids.length)) },
    logger: quiet,
    onRemoved: () => {},
  });
  for (let at = 0; at < 10; at++) remover.add([String(at)]);
  expect(removed).toEqual([]);
  await vi.waitFor(() => expect(removed).toEqual([10]));
  remover.add(['a']);
  remover.add(Array.from({ length: 600 }, (_, at) => String(at)));
  await vi.waitFor(() => expect(removed).toEqual([10, 601]), { timeout: 90, interval: 5 });
  remover.add(['b', 'c']);
  await remover.drain();
  expect(removed).toEqual([10, 601, 2]);
});

function relay() {
  const sizes: number[] = [];
  const producer = {
    send: (messages: readonly unknown[]) => Promise.resolve(void sizes.push(messages.length)),
    close: () => Promise.resolve(),
  };
  const queues = createPartitionQueues({
    countMax: 5_000,
    bytesMax: 1e9,
    batchMax: 500,
    batchBytesMax: 1e9,
    partitionOf: (_, key) => String(Number(key) % 6),
  });
  const sender = createSender({
    producer,
    queues,
    logger: quiet,
    metrics: createRelayMetrics(new Registry()),
    onSent: (ids) => queues.deleted(ids),
  });
  sender.open();
  let last = 0;
  return {
    sizes,
    sender,
    enqueue: (count: number) => {
      queues.enqueue(
        Array.from({ length: count }, () => messageOf((last += 1))),
        0,
      );
      sender.notify();
    },
  };
}

function messageOf(at: number): StoredMessage {
  const message = { id: String(at), topic: 'order-events' as Topic, aggregateId: String(at), aggregateVersion: 1 };
  return { ...message, eventId: String(at), eventType: 'ORDER_PLACED', payload: Buffer.alloc(1), headers: {} };
}
