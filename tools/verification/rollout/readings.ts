// Which version of a service has read which message of order-events, by what its group had committed when instances came and went.

import { groupOf, type Kafka } from '@oms/messaging';
import { until } from '@oms/test-kit';
import type { Version } from './version.ts';

/** `both`: an instance of each was at work, and either may have read it. */
export type Reader = Version | 'both';
export const readers = ['inventory', 'analytics', 'notification'] as const;
export type ReaderService = (typeof readers)[number];

export type Readings = {
  /** From here on `reader` reads; called while no other instance of the service is running that could read on. */
  begin(service: string, reader: Reader): Promise<void>;
  /** Resolves when every reader has committed all that was in the log when it was called, and `messages` more. */
  readOn(messages: number): Promise<void>;
  readerOf(service: ReaderService, at: { partition: number; offset: bigint }): Reader;
};

type Span = { reader: Reader; from: ReadonlyMap<number, bigint> };

const topic = 'order-events';
const readOnMsMax = 60_000;

export function createReadings(kafka: Kafka): Readings {
  const spans = new Map<ReaderService, Span[]>(readers.map((service) => [service, []]));
  return {
    async begin(service, reader) {
      const own = spans.get(service as ReaderService);
      if (!own) return;
      // Kafka does not know a new group at once.
      const committed = await until(`Kafka knows what ${service} has committed`, () =>
        kafka.admin.committedOffsets(groupOf({ service }), [topic]),
      );
      own.push({ reader, from: new Map(committed.map(({ partition, offset }) => [partition, offset])) });
    },
    async readOn(messages) {
      const ends = new Map((await kafka.admin.offsetRanges([topic])).map(({ partition, end }) => [partition, end]));
      const readPast = async (service: ReaderService) => {
        const committed = await kafka.admin.committedOffsets(groupOf({ service }), [topic]);
        const past = committed.map(({ partition, offset }) => offset - (ends.get(partition) ?? 0n));
        return past.length > 0 && past.every((each) => each >= 0n) && past.reduce((a, b) => a + b, 0n) >= messages;
      };
      const all = readers.map((service) =>
        until(`${service} has read ${messages} more messages`, () => readPast(service), readOnMsMax),
      );
      await Promise.all(all);
    },
    readerOf(service, { partition, offset }) {
      const own = spans.get(service) ?? [];
      const last = own.findLast(({ from }) => (from.get(partition) ?? -1n) <= offset);
      if (!last) throw new Error(`No version is known to have read ${topic}/${partition}/${offset} for ${service}.`);
      return last.reader;
    },
  };
}
