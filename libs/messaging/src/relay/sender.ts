// Sends what the partition queues offer: one batch of all healthy partitions at a time, and retries of failing partitions beside it.

import { failpoint, failpointSoon } from '@oms/failpoint';
import type { Logger } from 'pino';
import type { OutgoingMessage, Producer } from '../kafka/client.ts';
import type { RelayMetrics } from '../metrics.ts';
import { startSending, type Sending } from '../tracing.ts';
import type { Batch, PartitionQueues, QueuedMessage } from './partition-queues.ts';

export type Sender = {
  open(): void;
  /** Nothing more is sent from now on. Sends in progress are still counted. */
  close(): void;
  /** There may be something to send. */
  notify(): void;
  /** Resolves when everything is sent, a send has failed, or the time is over. */
  drain(timeoutMs: number): Promise<void>;
  /** Waits for sends in progress and closes the producer. */
  end(): Promise<void>;
};

/**
 * The least time between the starts of two batches, unless a full batch waits. Messages committed in between share a request, and arrive
 * together. After a pause a message is sent at once.
 */
const batchEveryMs = 25;
const fullBatch = 500;

export function createSender({
  producer,
  queues,
  logger,
  metrics,
  onSent,
}: {
  producer: Producer;
  queues: PartitionQueues;
  logger: Logger;
  metrics: RelayMetrics;
  onSent: (ids: readonly string[]) => void;
}): Sender {
  let isOpen = false;
  /** Counts the terms of leadership: a send that began in an earlier term must not change the queues of this one. */
  let term = 0;
  let failing = false;
  let notified = false;
  let draining = false;
  let lastBatchAtMs = -Infinity;
  let nextBatchTimer: NodeJS.Timeout | undefined;
  const sends = new Set<Promise<void>>();

  return {
    open() {
      term += 1;
      isOpen = true;
      failing = false;
      draining = false;
    },
    close() {
      isOpen = false;
      term += 1;
      clearTimeout(nextBatchTimer);
      nextBatchTimer = undefined;
    },
    notify() {
      if (notified) return;
      notified = true;
      // Messages enqueued at the same moment share a batch.
      queueMicrotask(() => {
        notified = false;
        sendAll();
      });
    },
    async drain(timeoutMs) {
      const endMs = performance.now() + timeoutMs;
      draining = true;
      sendAll();
      while (isOpen && sends.size > 0 && !failing && performance.now() < endMs) {
        await Promise.race([...sends, pause(endMs - performance.now())]);
      }
      isOpen = false;
      await Promise.race([Promise.all(sends), pause(Math.max(0, endMs - performance.now()))]);
    },
    async end() {
      await Promise.race([Promise.all(sends).then(() => producer.close()), pause(2_000)]);
    },
  };

  function sendAll(): void {
    for (let batch; isOpen && (batch = nextBatch());) {
      const sending = send(batch).finally(() => {
        sends.delete(sending);
        sendAll();
      });
      sends.add(sending);
    }
  }

  function nextBatch(): Batch | undefined {
    const nowMs = performance.now();
    const dueMs = lastBatchAtMs + batchEveryMs;
    const isDue = nowMs >= dueMs || draining || queues.queued() >= fullBatch;
    const batch = queues.nextBatch(nowMs, isDue);
    if (batch && !batch.isRetry) lastBatchAtMs = nowMs;
    if (!batch && !isDue) {
      nextBatchTimer ??= setTimeout(
        () => {
          nextBatchTimer = undefined;
          sendAll();
        },
        dueMs - nowMs + 1,
      );
    }
    return batch;
  }

  async function send(batch: Batch): Promise<void> {
    const startTerm = term;
    const spans = batch.entries.map(({ message, sinceMs }) => startSending(message, sinceMs));
    try {
      failpoint('relay.before_send');
      const acknowledged = producer.send(batch.entries.map((entry, i) => toOutgoing(entry, spans[i]!)));
      failpointSoon('relay.send_in_flight');
      await acknowledged;
      failpoint('relay.after_ack');
    } catch (error) {
      for (const span of spans) span.end(error as Error);
      metrics.sendFailures.inc();
      if (startTerm !== term) return;
      const delayMs = queues.failed(batch, performance.now());
      logFailure(error as Error, batch);
      setTimeout(sendAll, delayMs + 1).unref();
      return;
    }
    for (const span of spans) span.end();
    observe(batch);
    if (failing && !queues.anyFailing()) logger.info('Kafka takes messages again');
    const sameTerm = startTerm === term;
    onSent(sameTerm ? queues.sent(batch) : batch.entries.map((entry) => entry.message.id));
    if (sameTerm) failing = queues.anyFailing();
  }

  function logFailure(error: Error, { entries, partitions }: Batch): void {
    const fields = { err: error, messages: entries.length, partitions };
    if (!failing) logger.warn(fields, 'Kafka did not take a batch; it stays in the outbox and is sent again');
    else logger.debug(fields, 'Kafka did not take a batch again');
    failing = true;
  }

  function observe({ entries }: Batch): void {
    const nowMs = Date.now();
    metrics.batchSize.observe(entries.length);
    for (const { message, sinceMs } of entries) {
      metrics.sent.inc({ topic: message.topic });
      metrics.lagMs.observe(Math.max(0, nowMs - sinceMs));
    }
  }
}

function toOutgoing({ message }: QueuedMessage, { headers }: Sending): OutgoingMessage {
  return { topic: message.topic, key: message.aggregateId, value: message.payload, headers };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(1, ms)).unref());
}
