// Everything that was said on some topics since a moment, up to where they end now: read without any group, and to the end or not at all.

import type { Kafka, PartitionRange, ReceivedMessage } from '../kafka/client.ts';

export type ReadFromTimestampOptions = {
  kafka: Pick<Kafka, 'admin' | 'read'>;
  topics: readonly string[];
  since: Date;
  /** Where to stop in each partition; at its end unless given. */
  endOf?: (range: PartitionRange) => bigint;
  /** Consecutive messages of one partition. */
  onMessages: (messages: readonly ReceivedMessage[]) => Promise<void>;
};

/**
 * Topic after topic, in the order given, and partition after partition. Answers how many messages that were.
 * Throws Error when a partition could not be read to its end: what is left out must not pass for what was never said.
 */
export async function readFromTimestamp(o: ReadFromTimestampOptions): Promise<number> {
  let read = 0;
  for (const range of await rangesSince(o)) {
    const { topic, partition, first: from, end: to } = range;
    let at = from;
    await o.kafka.read({
      ...{ topic, partition, from, to },
      async onMessages(messages) {
        await o.onMessages(messages);
        read += messages.length;
        at = messages.at(-1)!.offset + 1n;
        return true;
      },
    });
    if (at < to) {
      throw new Error(
        `Partition ${partition} of ${topic} was read to offset ${at} and ends at ${to}: Kafka gave no more. Look after Kafka, then run it again.`,
      );
    }
  }
  return read;
}

async function rangesSince({ kafka, topics, since, endOf }: ReadFromTimestampOptions): Promise<PartitionRange[]> {
  const starts = await kafka.admin.offsetsAt(topics, since);
  const startOf = new Map(starts.map(({ topic, partition, offset }) => [`${topic}/${partition}`, offset]));
  // Asked after the starts, so that no partition ends before its start.
  const ranges = await kafka.admin.offsetRanges(topics);
  return ranges.flatMap((range) => {
    const start = startOf.get(`${range.topic}/${range.partition}`) ?? range.first;
    const first = start > range.first ? start : range.first;
    const wanted = endOf?.(range) ?? range.end;
    const end = wanted < range.end ? wanted : range.end;
    return first < end ? [{ ...range, first, end }] : [];
  });
}
