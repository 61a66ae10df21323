import { expect, test } from 'vitest';
import type { Kafka, PartitionReading, ReceivedMessage } from '../src/index.ts';
import { readFromTimestamp } from '../src/consumer/read-from-timestamp.ts';

const topic = 'order-events';

/** Partition 0 has offsets 0 to 9; what was published since is from 4 on. It gives messages up to `gives`. */
function kafkaThat(gives: bigint): Pick<Kafka, 'admin' | 'read'> {
  const admin = {
    offsetsAt: () => Promise.resolve([{ topic, partition: 0, offset: 4n }]),
    offsetRanges: () => Promise.resolve([{ topic, partition: 0, first: 2n, end: 10n }]),
  };
  return {
    admin: admin as unknown as Kafka['admin'],
    async read({ from, to, onMessages }: PartitionReading) {
      for (let at = from; at < to && at < gives; at += 1n) await onMessages([{ offset: at } as ReceivedMessage]);
      return gives < to ? gives : to;
    },
  };
}

async function offsetsRead({ gives, endOf }: { gives: bigint; endOf?: () => bigint }): Promise<bigint[]> {
  const offsets: bigint[] = [];
  const onMessages = (messages: readonly ReceivedMessage[]) => {
    offsets.push(...messages.map((m) => m.offset));
    return Promise.resolve();
  };
  await readFromTimestamp({
    kafka: kafkaThat(gives),
    topics: [topic],
    since: new Date(),
    onMessages,
    ...(endOf && { endOf }),
  });
  return offsets;
}

test('what was published since a moment is read to its end', async () => {
  expect(await offsetsRead({ gives: 10n })).toEqual([4n, 5n, 6n, 7n, 8n, 9n]);
});

test('or to where the reader says', async () => {
  expect(await offsetsRead({ gives: 10n, endOf: () => 6n })).toEqual([4n, 5n]);
  expect(await offsetsRead({ gives: 10n, endOf: () => -1n })).toEqual([]);
});

test('a partition that ends before its end is an error, because skipped messages must not look like messages that do not exist', async () => {
  await expect(offsetsRead({ gives: 7n })).rejects.toThrow('Partition 0 of order-events was read to offset 7');
});
