// What is on the topics since a moment: every message that was said, by whoever, and where it lies.
import { topics, type Codec, type Message } from '@oms/contracts';
import type { Kafka, PartitionRange } from '@oms/messaging';

const names = Object.keys(topics);

/** Where the messages lie that `say` brings to the topics. */
export async function placesOf<T>(kafka: Kafka, say: () => Promise<T>): Promise<{ said: T; places: PartitionRange[] }> {
  const before = await kafka.admin.offsetRanges(names);
  const said = await say();
  const after = await kafka.admin.offsetRanges(names);
  const startOf = ({ topic, partition }: PartitionRange) =>
    before.find((place) => place.topic === topic && place.partition === partition)?.end ?? 0n;
  const places = after.map((place) => ({ ...place, first: startOf(place) })).filter(({ first, end }) => first < end);
  return { said, places };
}

/** As the programs take them. */
export function argumentsOf(places: readonly PartitionRange[]): string[] {
  return places.map(({ topic, partition, first, end }) => `${topic}/${partition}/${first}/${end}`);
}

/** The bytes, and what our own codec reads in them. */
export async function readBack(kafka: Kafka, codec: Codec, places: readonly PartitionRange[]) {
  const heard: { bytes: Buffer; message: Message }[] = [];
  for (const { topic, partition, first: from, end: to } of places) {
    await kafka.read({
      topic,
      partition,
      from,
      to,
      async onMessages(received) {
        for (const { value } of received) {
          const bytes = value ?? Buffer.alloc(0);
          heard.push({ bytes, message: await codec.decode(bytes) });
        }
        return true;
      },
    });
  }
  return heard;
}
