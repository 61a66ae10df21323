// Sends what the lanes offer, one train of healthy lanes at a time and failing lanes by themselves.

import { failpoint, failpointSoon } from '@oms/failpoint';
import type { Logger } from 'pino';
import type { OutgoingMessage, Producer } from '../kafka/client.ts';
import type { RelayMetrics } from '../metrics.ts';
import type { RelayMemory } from './partition-queues.ts';
import type { Entry, SendBatch } from './send-lanes.ts';
import { startSending, type Sending } from '../tracing.ts';

export type Sender = {
  open(): void;
  /** Nothing more leaves from this moment; what is under way is still accounted for. */
  close(): void;
  wake(): void;
  /** Resolves when all is sent, or a send has failed, or the time is over. */
  drain(timeoutMs: number): Promise<void>;
  /** Waits for sends under way and closes the producer. */
  end(): Promise<void>;
};

/**
 * Between the departures of two trains, unless so many wait: what is committed meanwhile leaves with one request, and arrives with one.
 * After a pause a message leaves at once.
 */
const trainEveryMs = 25;
const fullTrain = 500;

export function createSender(o: {
  producer: Producer;
  memory: RelayMemory;
  logger: Logger;
  metrics: RelayMetrics;
  onSent: (ids: readonly string[]) => void;
}): Sender {
  let isOpen = false;
  /** Counts the times of leading: the outcome of a send that began in an earlier one must not touch the memory of this. */
  let term = 0;
  let failing = false;
  let woken = false;
  let draining = false;
  let leftAtMs = -Infinity;
  let departure: NodeJS.Timeout | undefined;
  const underWay = new Set<Promise<void>>();

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
      clearTimeout(departure);
      departure = undefined;
    },
    wake() {
      if (woken) return;
      woken = true;
      // Hand-overs of the same moment share a batch.
      queueMicrotask(() => {
        woken = false;
        pump();
      });
    },
    async drain(timeoutMs) {
      const endMs = performance.now() + timeoutMs;
      draining = true;
      pump();
      while (isOpen && underWay.size > 0 && !failing && performance.now() < endMs) {
        await Promise.race([...underWay, pause(endMs - performance.now())]);
      }
      isOpen = false;
      await Promise.race([Promise.all(underWay), pause(Math.max(0, endMs - performance.now()))]);
    },
    async end() {
      await Promise.race([Promise.all(underWay).then(() => o.producer.close()), pause(2_000)]);
    },
  };

  function pump(): void {
    for (let batch; isOpen && (batch = nextBatch());) {
      const sending = send(batch).finally(() => {
        underWay.delete(sending);
        pump();
      });
      underWay.add(sending);
    }
  }

  function nextBatch(): SendBatch | undefined {
    const nowMs = performance.now();
    const dueMs = leftAtMs + trainEveryMs;
    const mayLeave = nowMs >= dueMs || draining || o.memory.queued() >= fullTrain;
    const batch = o.memory.lanes.next(nowMs, mayLeave);
    if (batch && !batch.alone) leftAtMs = nowMs;
    if (!batch && !mayLeave) {
      departure ??= setTimeout(
        () => {
          departure = undefined;
          pump();
        },
        dueMs - nowMs + 1,
      );
    }
    return batch;
  }

  async function send(batch: SendBatch): Promise<void> {
    const myTerm = term;
    const sendings = batch.entries.map(({ message, sinceMs }) => startSending(message, sinceMs));
    try {
      failpoint('relay.before_send');
      const answer = o.producer.send(batch.entries.map((entry, at) => outgoing(entry, sendings[at]!)));
      failpointSoon('relay.send_in_flight');
      await answer;
      failpoint('relay.after_ack');
    } catch (error) {
      for (const sending of sendings) sending.end(error as Error);
      o.metrics.sendFailures.inc();
      if (myTerm !== term) return;
      const waitMs = o.memory.lanes.failed(batch, performance.now());
      tellFailure(error as Error, batch);
      setTimeout(pump, waitMs + 1).unref();
      return;
    }
    for (const sending of sendings) sending.end();
    observe(batch);
    if (failing && !o.memory.lanes.anyFailing()) o.logger.info('Kafka takes messages again');
    const mine = myTerm === term;
    o.onSent(mine ? o.memory.sent(batch) : batch.entries.map((entry) => entry.message.id));
    if (mine) failing = o.memory.lanes.anyFailing();
  }

  function tellFailure(error: Error, batch: SendBatch): void {
    const told = { err: error, messages: batch.entries.length, lanes: batch.lanes };
    if (!failing) o.logger.warn(told, 'Kafka did not take a batch; it stays in the outbox and is sent again');
    else o.logger.debug(told, 'Kafka did not take a batch again');
    failing = true;
  }

  function observe(batch: SendBatch): void {
    const nowMs = Date.now();
    o.metrics.batchSize.observe(batch.entries.length);
    for (const { message, sinceMs } of batch.entries) {
      o.metrics.sent.inc({ topic: message.topic });
      o.metrics.lagMs.observe(Math.max(0, nowMs - sinceMs));
    }
  }
}

function outgoing({ message }: Entry, { headers }: Sending): OutgoingMessage {
  return { topic: message.topic, key: message.aggregateId, value: message.payload, headers };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(1, ms)).unref());
}
