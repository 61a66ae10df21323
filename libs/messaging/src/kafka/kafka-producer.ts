// Sends batches and checks, partition by partition, that all in-sync replicas have acknowledged them.

import { Partitioners, type Kafka, type Message, type Producer as KafkaJsProducer, type TopicMessages } from 'kafkajs';
import type { OutgoingMessage, Producer } from './client.ts';
import type { KafkaHealth } from './kafka-health.ts';
import { partitionOf } from './murmur2.ts';
import { withNullHeaders } from './null-headers.ts';

export function createKafkaProducer(client: Kafka, health: KafkaHealth): Producer {
  // The partition chosen for each message, to compare with the acknowledged partitions.
  const chosenPartition = new WeakMap<Message, number>();
  let live: Promise<KafkaJsProducer> | undefined;

  return {
    async send(messages) {
      if (messages.length === 0) return;
      const connecting = (live ??= connect());
      try {
        const topicMessages = groupByTopic(messages);
        // Not compressed: gzip lowered the rate by a tenth, and the messages are small.
        const results = await (await connecting).sendBatch({ acks: -1, timeout: 8_000, topicMessages });
        const acknowledged = new Set(
          results
            .filter(({ errorCode }) => errorCode === 0)
            .map(({ topicName, partition }) => partitionKey(topicName, partition)),
        );
        requireAcknowledged(topicMessages, acknowledged);
        for (const { topic } of topicMessages) health.succeeded(writeTo(topic));
      } catch (error) {
        // kafkajs does not always recover from a broken connection, so the next batch uses a new one.
        if (live === connecting) live = undefined;
        void disconnect(connecting);
        throw reportFailure(messages, error);
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
      // When only part of a batch was acknowledged, kafkajs' own retry counts a partition whose leader moved as sent.
      // So no retry here: the caller sends the whole batch again.
      retry: { retries: 0 },
      createPartitioner: () => {
        const chooseWithoutKey = Partitioners.DefaultPartitioner();
        return (args) => {
          const { key } = args.message;
          // The hash of kafkajs gives the same partition, ten times slower.
          const hasKey = key !== null && key !== undefined;
          const partition = hasKey ? partitionOf(key, args.partitionMetadata.length) : chooseWithoutKey(args);
          chosenPartition.set(args.message, partition);
          return partition;
        };
      },
    });
    await producer.connect();
    return producer;
  }

  function reportFailure(messages: readonly OutgoingMessage[], error: unknown): Error {
    const topics = [...new Set(messages.map(({ topic }) => topic))];
    // Reported per topic: the caller retries each topic on its own, and each recovers on its own.
    const reported = topics.map((topic) => health.failed(writeTo(topic), error));
    return reported[0] ?? (error as Error);
  }

  function requireAcknowledged(topicMessages: readonly TopicMessages[], acknowledged: ReadonlySet<string>): void {
    for (const { topic, messages } of topicMessages) {
      for (const message of messages) {
        const key = partitionKey(topic, chosenPartition.get(message));
        if (!acknowledged.has(key)) throw new Error(`The broker did not acknowledge the messages for ${key}.`);
      }
    }
  }
}

/** The operation, as kafka-health.ts words it. */
function writeTo(topic: string): string {
  return `write to ${topic}`;
}

function groupByTopic(messages: readonly OutgoingMessage[]): TopicMessages[] {
  const found = new Map<string, Message[]>();
  for (const { topic, key, value, headers } of messages) {
    const message = { key, value, headers: withNullHeaders(headers) };
    const list = found.get(topic);
    if (list) list.push(message);
    else found.set(topic, [message]);
  }
  return [...found].map(([topic, list]) => ({ topic, messages: list }));
}

function partitionKey(topic: string, partition: number | undefined): string {
  return `${topic}/${partition ?? '?'}`;
}

/** Waits at most two seconds for a broker that does not answer. */
async function disconnect(producer: Promise<KafkaJsProducer>): Promise<void> {
  try {
    const closing = producer.then((connected) => connected.disconnect());
    await Promise.race([closing, new Promise((resolve) => setTimeout(resolve, 2_000).unref())]);
  } catch {
    // It was never connected, or is no longer.
  }
}
