// Which version of a service has read which message of order-events, told by what its group had committed when instances came and went.

import { groupOf, type Kafka } from '@oms/messaging';
import { until } from '@oms/test-kit';
import type { Version } from './instances.ts';

/** `both`: an instance of each was at work, and either may have read it. */
export type Reader = Version | 'both';
export const readers = ['inventory', 'analytics', 'notification'] as const;
export type ReaderService = (typeof readers)[number];

export type Readings = {
  /** From here on it is `reader` that reads; to be said while nobody else of the service is alive who could read on. */
  begin(service: string, reader: Reader): Promise<void>;
  readerOf(service: ReaderService, at: { partition: number; offset: bigint }): Reader;
};

type Stretch = { reader: Reader; from: ReadonlyMap<number, bigint> };

const topic = 'order-events';

export function createReadings(kafka: Kafka): Readings {
  const stretches = new Map<ReaderService, Stretch[]>(readers.map((service) => [service, []]));
  return {
    async begin(service, reader) {
      const own = stretches.get(service as ReaderService);
      if (!own) return;
      // A group that Kafka has just taken up is not known at once.
      const committed = await until(`Kafka tells what ${service} has committed`, () =>
        kafka.admin.committedOffsets(groupOf({ service }), [topic]),
      );
      own.push({ reader, from: new Map(committed.map(({ partition, offset }) => [partition, offset])) });
    },
    readerOf(service, { partition, offset }) {
      const own = stretches.get(service) ?? [];
      const last = own.findLast(({ from }) => (from.get(partition) ?? -1n) <= offset);
      if (!last) throw new Error(`Nobody is known to have read ${topic}/${partition}/${offset} for ${service}.`);
      return last.reader;
    },
  };
}
