// Reads all messages of some topics from a moment up to their present ends, without a consumer group: completely, or not at all.

import { partitionKey, type Kafka, type PartitionRange, type ReceivedMessage } from '../kafka/client.ts';

export type ReadFromTimestampOptions = {
  kafka: Pick<Kafka, 'admin' | 'read'>;
  topics: readonly string[];
  since: Date;
  /** Where to stop in a partition; at its end unless given. */
  endOf?: (range: PartitionRange) => bigint;
  /** Called with consecutive messages of one partition. */
  onMessages: (messages: readonly ReceivedMessage[]) => Promise<void>;
  /** Called for a record batch that cannot be read, which is then passed; unless given, such a batch is an error. */
  onUnreadable?: (error: Error) => void;
};

/**
 * Reads topic after topic, in the given order, and partition after partition. Returns the number of messages.
 * Throws Error when a partition could not be read to its end: a message that was not read must not count as one that was never published.
 */
export async function readFromTimestamp(options: ReadFromTimestampOptions): Promise<number> {
  const { kafka, onMessages, onUnreadable } = options;
  let read = 0;
  for (const { topic, partition, first: from, end: to } of await rangesFromTimestamp(options)) {
    const position = await kafka.read({
      topic,
      partition,
      from,
      to,
      async onMessages(messages) {
        await onMessages(messages);
        read += messages.length;
        return true;
      },
      ...(onUnreadable && { onUnreadable }),
    });
    if (position < to) {
      throw new Error(
        `Partition ${partition} of ${topic} was read to offset ${position} and ends at ${to}: Kafka returned no more messages. Check Kafka, then run this again.`,
      );
    }
  }
  return read;
}

async function rangesFromTimestamp({
  kafka,
  topics,
  since,
  endOf,
}: ReadFromTimestampOptions): Promise<PartitionRange[]> {
  const starts = await kafka.admin.offsetsAt(topics, since);
  const startOf = new Map(starts.map((start) => [partitionKey(start), start.offset]));
  // Requested after the starts, so that no partition ends before its start.
  const ranges = await kafka.admin.offsetRanges(topics);
  return ranges.flatMap((range) => {
    const start = startOf.get(partitionKey(range)) ?? range.first;
    const first = start > range.first ? start : range.first;
    const wanted = endOf?.(range) ?? range.end;
    const end = wanted < range.end ? wanted : range.end;
    return first < end ? [{ ...range, first, end }] : [];
  });
}
