// Keeps one membership in the consumer group, and starts a new one whenever it ends by itself.

import type { Logger } from 'pino';
import { backoffMs, longBackoffMs } from '../backoff.ts';
import type { Kafka, KafkaConsumer, KafkaConsumerOptions } from '../kafka/client.ts';

const leaveMs = 5_000;

export type Membership = { start(): void; stop(): Promise<void> };

export type MembershipOptions = Omit<KafkaConsumerOptions, 'previousMemberId' | 'onCrash'> & {
  kafka: Pick<Kafka, 'createConsumer'>;
  logger: Logger;
};

/**
 * Never gives up; the pauses grow while memberships achieve nothing. An error that kafkajs calls final ("failed to find group coordinator") is also what a broker answers during its shutdown,
 * and a process that ended then would take its HTTP server with it. A consumer that really stalls is found by the watchdog of progress.ts.
 */
export function createMembership({ kafka, logger, onBatch, onAssigned, ...options }: MembershipOptions): Membership {
  const stopping = new AbortController();
  const stopped = new Promise<undefined>((resolve) => {
    stopping.signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  let running: Promise<void> | undefined;
  let failures = 0;
  /** Memberships one after another that joined and ended without anything read. Each costs the whole group a rebalance. */
  let fruitless = 0;
  let previousMemberId: string | undefined;

  return {
    start() {
      running ??= run();
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const error = await runOneMembership();
      if (!error) return;
      failures += 1;
      const waitMs = Math.max(backoffMs(failures), fruitless > 1 ? longBackoffMs(fruitless) : 0);
      if (failures === 1 || failures % 20 === 0) {
        logger.warn({ err: error, failures, waitMs }, 'Not in the consumer group for now; joining again');
      }
      await atMost(waitMs, stopped);
    }
  }

  /** Resolves with the error that ended it, or with undefined when it was stopped. */
  async function runOneMembership(): Promise<Error | undefined> {
    let consumer: KafkaConsumer | undefined;
    let joined = false;
    const ended = new Promise<Error>((resolve) => {
      consumer = kafka.createConsumer({
        ...options,
        async onBatch(batch) {
          await onBatch(batch);
          fruitless = 0;
        },
        ...(previousMemberId !== undefined && { previousMemberId }),
        onAssigned(partitions, memberId) {
          failures = 0;
          if (!joined) fruitless += 1;
          joined = true;
          previousMemberId = memberId;
          onAssigned(partitions, memberId);
        },
        onCrash: resolve,
      });
    });
    // A failed start may succeed later: the broker is away, or the topics do not exist yet.
    const failed = consumer!.start().then(
      () => new Promise<never>(() => {}),
      (error: Error) => error,
    );
    const error = await Promise.race([ended, failed, stopped]);
    const leaving = consumer!
      .stop()
      .catch((err: unknown) => logger.debug({ err }, 'Leaving the consumer group failed'));
    // A broker that does not answer must not keep the process from ending: the group detects by itself that this member is gone.
    await atMost(leaveMs, leaving);
    return error;
  }

  async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([work, new Promise((resolve) => (timer = setTimeout(resolve, ms)))]);
    clearTimeout(timer);
  }
}
