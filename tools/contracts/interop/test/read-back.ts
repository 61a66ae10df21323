// The messages that were published on the topics meanwhile: their places, and their content.
import { topics, type Codec, type Message } from '@oms/contracts';
import type { Kafka, PartitionRange } from '@oms/messaging';

const names = Object.keys(topics);

/** Runs `publish`, and returns the places of the messages that came onto the topics meanwhile. */
export async function placesOf<T>(
  kafka: Kafka,
  publish: () => Promise<T>,
): Promise<{ result: T; places: PartitionRange[] }> {
  const before = await kafka.admin.offsetRanges(names);
  const result = await publish();
  const after = await kafka.admin.offsetRanges(names);
  const startOf = ({ topic, partition }: PartitionRange) =>
    before.find((place) => place.topic === topic && place.partition === partition)?.end ?? 0n;
  const places = after.map((place) => ({ ...place, first: startOf(place) })).filter(({ first, end }) => first < end);
  return { result, places };
}

/** As the programs take them. */
export function argumentsOf(places: readonly PartitionRange[]): string[] {
  return places.map(({ topic, partition, first, end }) => `${topic}/${partition}/${first}/${end}`);
}

/** The bytes, and what our own codec reads in them. */
export async function readBack(kafka: Kafka, codec: Codec, places: readonly PartitionRange[]) {
  const messages: { bytes: Buffer; message: Message }[] = [];
  for (const { topic, partition, first: from, end: to } of places) {
    await kafka.read({
      topic,
      partition,
      from,
      to,
      async onMessages(received) {
        for (const { value } of received) {
          const bytes = value ?? Buffer.alloc(0);
          messages.push({ bytes, message: await codec.decode(bytes) });
        }
        return true;
      },
    });
  }
  return messages;
}
