// Sends batches and is sure of their arrival: acknowledged by all in-sync replicas, partition by partition.

import { Partitioners, type Kafka, type Message, type Producer as KafkaJsProducer, type TopicMessages } from 'kafkajs';
import type { OutgoingMessage, Producer } from './client.ts';
import type { Standing } from './kafka-health.ts';
import { partitionOf } from './murmur2.ts';

export function createKafkaProducer(client: Kafka, standing: Standing): Producer {
  // Where the partitioner put each message, to compare with what was acknowledged.
  const placed = new WeakMap<Message, number>();
  let live: Promise<KafkaJsProducer> | undefined;

  return {
    async send(messages) {
      if (messages.length === 0) return;
      const connecting = (live ??= connect());
      try {
        const topicMessages = byTopic(messages);
        // Not compressed: gzip took a tenth of the rate, and the messages are small.
        const answers = await (await connecting).sendBatch({ acks: -1, timeout: 8_000, topicMessages });
        const acknowledged = new Set(
          answers.filter((a) => a.errorCode === 0).map((a) => placeOf(a.topicName, a.partition)),
        );
        refuseGaps(topicMessages, acknowledged);
        for (const { topic } of topicMessages) standing.worked(wishOf(topic));
      } catch (error) {
        // kafkajs does not always come back from a broken connection: begin the next batch with a fresh one.
        if (live === connecting) live = undefined;
        void disconnect(connecting);
        throw tell(messages, error);
      }
    },
    async close() {
      const closing = live;
      live = undefined;
      if (closing) await disconnect(closing);
    },
  };

  async function connect(): Promise<KafkaJsProducer> {
    const producer = client.producer({
      allowAutoTopicCreation: false,
      // kafkajs' own retry of a half-acknowledged batch takes a partition whose leader moved for sent. So no retry: the caller sends the whole batch again.
      retry: { retries: 0 },
      createPartitioner: () => {
        const choose = Partitioners.DefaultPartitioner();
        return (args) => {
          const { key } = args.message;
          // The library's own hash gives the same, ten times slower.
          const keyed = key !== null && key !== undefined;
          const partition = keyed ? partitionOf(key, args.partitionMetadata.length) : choose(args);
          placed.set(args.message, partition);
          return partition;
        };
      },
    });
    await producer.connect();
    return producer;
  }

  function tell(messages: readonly OutgoingMessage[], error: unknown): Error {
    const topics = [...new Set(messages.map(({ topic }) => topic))];
    // Each topic is asked for by itself once it fails, and so is well again by itself.
    const told = topics.map((topic) => standing.failed(wishOf(topic), error));
    return told[0] ?? (error as Error);
  }

  function refuseGaps(topicMessages: readonly TopicMessages[], acknowledged: ReadonlySet<string>): void {
    for (const { topic, messages } of topicMessages) {
      for (const message of messages) {
        const place = placeOf(topic, placed.get(message));
        if (!acknowledged.has(place)) throw new Error(`The broker did not acknowledge the messages for ${place}.`);
      }
    }
  }
}

function wishOf(topic: string): string {
  return `write to ${topic}`;
}

function byTopic(messages: readonly OutgoingMessage[]): TopicMessages[] {
  const found = new Map<string, Message[]>();
  for (const { topic, key, value, headers } of messages) {
    const list = found.get(topic);
    if (list) list.push({ key, value, headers });
    else found.set(topic, [{ key, value, headers }]);
  }
  return [...found].map(([topic, list]) => ({ topic, messages: list }));
}

function placeOf(topic: string, partition: number | undefined): string {
  return `${topic}/${partition ?? '?'}`;
}

/** Does not wait longer than a moment for a broker that hangs. */
async function disconnect(producer: Promise<KafkaJsProducer>): Promise<void> {
  try {
    const closing = producer.then((connected) => connected.disconnect());
    await Promise.race([closing, new Promise((resolve) => setTimeout(resolve, 2_000).unref())]);
  } catch {
    // It never was connected, or is not any more.
  }
}
