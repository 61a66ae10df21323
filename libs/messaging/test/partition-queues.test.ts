// After a failure every message of a partition queue is offered again, in order, after the time that `failed` returned.

import fc from 'fast-check';
import { Registry } from 'prom-client';
import { expect, test, vi } from 'vitest';
import type { OutgoingMessage, Producer, StoredMessage } from '../src/index.ts';
import { createRelayMetrics } from '../src/metrics.ts';
import { createPartitionQueues, type Batch, type PartitionQueues } from '../src/relay/partition-queues.ts';
import { createSender } from '../src/relay/sender.ts';

test('every partition of a failed batch is offered again after the returned time', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 5 }), (count, failures) => {
      const queues = createQueues();
      const partitions = Array.from({ length: count }, (_, partition) => String(partition));
      queues.enqueue(
        partitions.map((partition) => messageOf(Number(partition))),
        0,
      );
      let nowMs = 0;
      for (let failure = 0; failure < failures; failure++) {
        const batches = allOffered(queues, nowMs);
        expect(batches.flatMap((batch) => batch.partitions).toSorted()).toEqual(partitions);
        nowMs += Math.max(...batches.map((batch) => queues.failed(batch, nowMs)));
      }
    }),
  );
});

test('messages leave after a failure although nothing new is enqueued and the clock was set back', async () => {
  const sent: string[] = [];
  let failuresLeft = 1;
  const wallClock = vi.spyOn(Date, 'now');
  const producer: Producer = {
    send(messages: readonly OutgoingMessage[]) {
      if (failuresLeft-- > 0) {
        wallClock.mockReturnValue(1_000);
        return Promise.reject(new Error('The broker is away.'));
      }
      sent.push(...messages.map(({ key }) => String(key)));
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
  const queues = createQueues();
  const logger = { info() {}, warn() {}, debug() {} } as never;
  const metrics = createRelayMetrics(new Registry());
  const sender = createSender({ producer, queues, logger, metrics, onSent: () => {} });
  try {
    sender.open();
    queues.enqueue([0, 1, 2, 3].map(messageOf), 0);
    sender.notify();
    await vi.waitFor(() => expect(sent.toSorted()).toEqual(['0', '1', '2', '3']), { timeout: 2_000 });
  } finally {
    wallClock.mockRestore();
    sender.close();
  }
});

/** The partition of a message is its key. */
function createQueues(): PartitionQueues {
  return createPartitionQueues({
    countMax: 100,
    bytesMax: 1e9,
    batchMax: 100,
    batchBytesMax: 1e9,
    partitionOf: (_, key) => key,
  });
}

function allOffered(queues: PartitionQueues, nowMs: number): Batch[] {
  const batches: Batch[] = [];
  for (let batch = queues.nextBatch(nowMs); batch; batch = queues.nextBatch(nowMs)) batches.push(batch);
  return batches;
}

function messageOf(key: number): StoredMessage {
  return {
    id: String(key + 1),
    topic: 'order-events',
    aggregateId: String(key),
    aggregateVersion: 1,
    eventId: String(key),
    eventType: 'ORDER_PLACED',
    payload: Buffer.alloc(1),
    headers: {},
  };
}
