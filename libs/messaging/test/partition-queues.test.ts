// What a lane owes after a failure: everything it holds is offered again, in order, at the time that was told.

import type { Topic } from '@oms/contracts';
import fc from 'fast-check';
import { Registry } from 'prom-client';
import { expect, test, vi } from 'vitest';
import type { OutgoingMessage, Producer, StoredMessage } from '../src/index.ts';
import { createRelayMetrics } from '../src/metrics.ts';
import { createRelayMemory } from '../src/relay/partition-queues.ts';
import { createSender } from '../src/relay/sender.ts';
import { createSendLanes, type SendBatch, type SendLanes } from '../src/relay/send-lanes.ts';

const limits = { countMax: 100, bytesMax: 1e9, failingLaneMax: 100 };

test('every lane of a failed batch is offered again by the time that was told', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 5 }), (count, failures) => {
      const lanes = createSendLanes(limits);
      for (let lane = 0; lane < count; lane++) lanes.push(entryOf(lane));
      let nowMs = 0;
      for (let failure = 0; failure < failures; failure++) {
        const batches = allOffered(lanes, nowMs);
        expect(batches.flatMap((batch) => batch.lanes).toSorted()).toEqual(
          Array.from({ length: count }, (_, lane) => String(lane)),
        );
        nowMs += Math.max(...batches.map((batch) => lanes.failed(batch, nowMs)));
      }
    }),
  );
});

test('messages leave after a failure although nothing new is handed over and the clock was set back', async () => {
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
  const memory = createRelayMemory({
    ...{ countMax: 100, bytesMax: 1e9, batchMax: 100, batchBytesMax: 1e9 },
    laneOf: (_, key) => key,
  });
  const quiet = { info() {}, warn() {}, debug() {} };
  const sender = createSender({
    ...{ producer, memory, metrics: createRelayMetrics(new Registry()), onSent: () => {} },
    logger: quiet as never,
  });
  try {
    sender.open();
    memory.takeHandedOver([0, 1, 2, 3].map(messageOf), 0);
    sender.wake();
    await vi.waitFor(() => expect(sent.toSorted()).toEqual(['0', '1', '2', '3']), { timeout: 2_000 });
  } finally {
    wallClock.mockRestore();
    sender.close();
  }
});

function allOffered(lanes: SendLanes, nowMs: number): SendBatch[] {
  const batches: SendBatch[] = [];
  for (let batch = lanes.next(nowMs); batch; batch = lanes.next(nowMs)) batches.push(batch);
  return batches;
}

function entryOf(lane: number) {
  return { message: messageOf(lane), lane: String(lane), bytes: 1, sinceMs: 0 };
}

function messageOf(at: number): StoredMessage {
  const message = { id: String(at + 1), topic: 'order-events' as Topic, aggregateId: String(at), aggregateVersion: 1 };
  return { ...message, eventId: String(at), eventType: 'ORDER_PLACED', payload: Buffer.alloc(1), headers: {} };
}
