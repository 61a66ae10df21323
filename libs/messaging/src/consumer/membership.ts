// Keeps one membership in the consumer group, and begins a fresh one whenever it ends by itself.

import type { Logger } from 'pino';
import { backoffMs } from '../backoff.ts';
import type { ConsumerOptions, Kafka, KafkaConsumer } from '../kafka/client.ts';

const leaveMs = 5_000;

export type Membership = { start(): void; stop(): Promise<void> };

/**
 * Never gives up: what the client calls final ("failed to find group coordinator") is what a broker says on its way out, and a
 * process that ended over it would take its HTTP door with it. A reader that stands still all the same is the watchdog's matter.
 */
export function createMembership(
  o: Omit<ConsumerOptions, 'onCrash' | 'predecessor'> & { kafka: Kafka; logger: Logger },
): Membership {
  const stopping = new AbortController();
  const stopped = new Promise<undefined>((resolve) => {
    stopping.signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  let running: Promise<void> | undefined;
  let failures = 0;
  let predecessor: string | undefined;

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
      const error = await oneMembership();
      if (!error) return;
      failures += 1;
      const waitMs = backoffMs(failures);
      if (failures === 1 || failures % 20 === 0) {
        o.logger.warn({ err: error, failures, waitMs }, 'Not in the consumer group for now; joining again');
      }
      await atMost(waitMs, stopped);
    }
  }

  /** Answers how it ended by itself, or nothing when it was stopped. */
  async function oneMembership(): Promise<Error | undefined> {
    let consumer: KafkaConsumer | undefined;
    const ended = new Promise<Error>((resolve) => {
      consumer = o.kafka.createConsumer({
        ...o,
        ...(predecessor !== undefined && { predecessor }),
        onAssigned(partitions, member) {
          failures = 0;
          predecessor = member;
          o.onAssigned(partitions, member);
        },
        onCrash: resolve,
      });
    });
    // A start that fails may succeed later: the broker is away, or the topics are not made yet.
    const failed = consumer!.start().then(
      () => new Promise<never>(() => {}),
      (error: Error) => error,
    );
    const error = await Promise.race([ended, failed, stopped]);
    const leaving = consumer!
      .stop()
      .catch((err: unknown) => o.logger.debug({ err }, 'Leaving the consumer group failed'));
    // A broker that hangs must keep nobody from ending: the group notices by itself that this member is gone.
    await atMost(leaveMs, leaving);
    return error;
  }

  async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([work, new Promise((resolve) => (timer = setTimeout(resolve, ms)))]);
    clearTimeout(timer);
  }
}
