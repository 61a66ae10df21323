// A topic that other teams write to as well, with clients of their own: one codec or another, transactions, and what nobody can read.

import { topics, type Topic, type TopicPlan } from '@oms/contracts';
import { testStack } from '@oms/test-kit';
import { Producer as OtherClient, type CompressionAlgorithmValue } from '@platformatic/kafka';
import kafkajs, { type Message, type Producer } from 'kafkajs';
import { randomInt } from 'node:crypto';
import type { Fixture } from './fixture.ts';

export type ForeignMessage = { key?: Buffer | null; value?: Buffer | null; headers?: Message['headers'] };

/** A new topic, with the rules of `order-events` unless given, and its dead-letter topic. Removed at the end. */
export async function createForeignTopic(
  fixture: Fixture,
  {
    like = 'order-events',
    partitions = 3,
    config = {},
  }: { like?: Topic; partitions?: number; config?: Record<string, string> } = {},
) {
  const suffix = Array.from({ length: 12 }, () => String.fromCharCode(97 + randomInt(26))).join('');
  const name = `test-${suffix}` as Topic;
  const large = { 'max.message.bytes': String(4 * 1024 * 1024) };
  (topics as Record<string, TopicPlan>)[name] = topics[like];
  const plans = [
    { name, partitions, config: { ...large, ...config } },
    { name: `${name}.dlq`, partitions: 1, config: large },
  ];
  await fixture.kafka.admin.ensureTopics(plans);
  const client = new kafkajs.Kafka({
    clientId: 'another team',
    brokers: testStack().kafkaBrokers,
    logLevel: kafkajs.logLevel.NOTHING,
  });
  const admin = client.admin();
  await admin.connect();
  const other = new OtherClient({ clientId: 'a third team', bootstrapBrokers: testStack().kafkaBrokers });
  fixture.atEnd(async () => {
    await other.close();
    await fixture.kafka.admin.deleteTopics(plans.map((plan) => plan.name));
    await admin.disconnect();
  });

  return {
    name,
    admin,

    async send(messages: readonly ForeignMessage[], { partition = 0, gzip = false } = {}): Promise<void> {
      const producer = client.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
      await producer.connect();
      await sendBy(producer, messages, { partition, gzip });
      await producer.disconnect();
    },

    async sendPacked(compression: CompressionAlgorithmValue, messages: readonly ForeignMessage[], partition = 0) {
      await other.send({
        compression,
        messages: messages.map(({ key, value }) => ({
          topic: name,
          partition,
          ...(key && { key }),
          ...(value && { value }),
        })),
      });
    },

    async transaction(
      messages: readonly ForeignMessage[],
      { partition = 0, commit = true, topic = name }: { partition?: number; commit?: boolean; topic?: string } = {},
    ) {
      const transactionalId = `test-${randomInt(2 ** 40)}`;
      const producer = client.producer({
        transactionalId,
        maxInFlightRequests: 1,
        idempotent: true,
        createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
      });
      await producer.connect();
      const transaction = await producer.transaction();
      await transaction.send({ topic, messages: messages.map((each) => toMessage(each, partition)) });
      await (commit ? transaction.commit() : transaction.abort());
      await producer.disconnect();
    },

    /** A batch that unpacks to more than a reader takes. */
    async sendBomb(partition = 0): Promise<void> {
      await other.send({
        compression: 'zstd',
        messages: [{ topic: name, partition, value: Buffer.alloc(64 * 1024 * 1024) }],
      });
    },
  };

  function sendBy(producer: Producer, messages: readonly ForeignMessage[], { partition = 0, gzip = false }) {
    return producer.send({
      topic: name,
      compression: gzip ? kafkajs.CompressionTypes.GZIP : kafkajs.CompressionTypes.None,
      messages: messages.map((each) => toMessage(each, partition)),
    });
  }

  function toMessage({ key = null, value = null, headers = {} }: ForeignMessage, partition: number): Message {
    return { key, value, headers, partition };
  }
}
