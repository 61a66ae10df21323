// The message log of a real Kafka: read without a consumer group, so that no offsets move and no group must form.

import type { Kafka, PartitionRange, ReceivedMessage } from '@oms/messaging';
import type { MessageLog } from './evidence.ts';

export function createKafkaLog(kafka: Pick<Kafka, 'admin' | 'read'>): MessageLog {
  return {
    read: (topics, onMessage) => readKafka(kafka, topics, onMessage),
    async lagOf(group, topics) {
      return lagOf(kafka, group, await kafka.admin.offsetRanges([...topics]));
    },
  };
}

/** Every message that is in these topics now, each partition in its order. @throws Error when a partition could not be read to its end */
export async function readKafka(
  kafka: Pick<Kafka, 'admin' | 'read'>,
  topics: readonly string[],
  onMessage: (message: ReceivedMessage) => void | Promise<void>,
): Promise<void> {
  for (const { topic, partition, first, end } of await kafka.admin.offsetRanges([...topics])) {
    let next = first;
    await kafka.read({
      topic,
      partition,
      from: first,
      to: end,
      async onMessages(messages) {
        for (const message of messages) await onMessage(message);
        next = messages.at(-1)!.offset + 1n;
        return true;
      },
    });
    if (next < end) throw new Error(`${topic}/${partition} was read to offset ${next}, and ends at ${end}.`);
  }
}

/** How many messages of these ranges the group has not committed. */
export async function lagOf(
  { admin }: Pick<Kafka, 'admin'>,
  group: string,
  ranges: readonly PartitionRange[],
): Promise<bigint> {
  const committed = await admin.committedOffsets(group, [...new Set(ranges.map(({ topic }) => topic))]);
  const offsets = new Map(committed.map(({ topic, partition, offset }) => [`${topic}/${partition}`, offset]));
  return ranges.reduce((sum, { topic, partition, first, end }) => {
    const offset = offsets.get(`${topic}/${partition}`) ?? -1n;
    const read = offset > first ? offset : first;
    return read < end ? sum + (end - read) : sum;
  }, 0n);
}
