// Keeps one membership in the consumer group, and begins a fresh one when it ends by itself.

import type { Logger } from 'pino';
import { backoffMs } from './backoff.ts';
import type { ConsumerOptions, Kafka, KafkaConsumer } from './broker.ts';

export type Membership = { start(): void; stop(): Promise<void> };

type End = { error: Error; retriable: boolean };

export function createMembership(
  o: Omit<ConsumerOptions, 'onCrash'> & { kafka: Kafka; logger: Logger; onFatal: (error: Error) => void },
): Membership {
  const stopping = new AbortController();
  let running: Promise<void> | undefined;
  let failures = 0;

  return {
    start() {
      running ??= keep();
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };

  async function keep(): Promise<void> {
    while (!stopping.signal.aborted) {
      const end = await oneMembership();
      if (!end) return;
      if (!end.retriable) {
        o.onFatal(new Error(`The consumer group "${o.group}" cannot be joined or read again`, { cause: end.error }));
        return;
      }
      failures += 1;
      const waitMs = backoffMs(failures);
      if (failures === 1 || failures % 20 === 0) {
        o.logger.warn({ err: end.error, failures, waitMs }, 'Not in the consumer group for now; joining again');
      }
      await pause(waitMs);
    }
  }

  /** Answers how it ended by itself, or nothing when it was stopped. */
  async function oneMembership(): Promise<End | undefined> {
    let consumer: KafkaConsumer | undefined;
    const ended = new Promise<End>((resolve) => {
      consumer = o.kafka.createConsumer({
        ...o,
        onAssigned(partitions) {
          failures = 0;
          o.onAssigned(partitions);
        },
        onCrash: (error, retriable) => resolve({ error, retriable }),
      });
    });
    // A start that fails may succeed later: the broker is away, or the topics are not made yet.
    const failed = consumer!.start().then(
      () => new Promise<never>(() => {}),
      (error: Error) => ({ error, retriable: true }),
    );
    const end = await Promise.race([ended, failed, stopped()]);
    await consumer!
      .stop()
      .catch((error: unknown) => o.logger.debug({ err: error }, 'Leaving the consumer group failed'));
    return end;
  }

  function stopped(): Promise<undefined> {
    return new Promise((resolve) => {
      if (stopping.signal.aborted) resolve(undefined);
      else stopping.signal.addEventListener('abort', () => resolve(undefined), { once: true });
    });
  }

  async function pause(ms: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([stopped(), new Promise((resolve) => (timer = setTimeout(resolve, ms)))]);
    clearTimeout(timer);
  }
}
