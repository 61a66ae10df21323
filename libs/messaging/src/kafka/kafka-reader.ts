// Reads part of a partition without a consumer group, so that reading a topic leaves no group at the broker.
//
// The public API of kafkajs reads only as a member of a group. The internal cluster object that its consumers use needs no group.

import type { IHeaders, Kafka } from 'kafkajs';
import type { PartitionOffset, PartitionReading } from './client.ts';
import { toMessageHeaders } from './kafka-consumer.ts';
import type { KafkaHealth } from './kafka-health.ts';

type FetchedMessage = {
  offset: string;
  key: Buffer | null;
  value: Buffer | null;
  headers?: IHeaders;
  isControlRecord?: boolean;
};
type Broker = {
  fetch(request: object): Promise<{ responses: { partitions: { messages: FetchedMessage[] }[] }[] }>;
};
type Cluster = {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  addMultipleTargetTopics(topics: string[]): Promise<void>;
  findLeaderForPartitions(topic: string, partitions: number[]): Record<string, number[]>;
  findBroker(options: { nodeId: string }): Promise<Broker>;
};
type CreateCluster = (options: { metadataMaxAge: number; allowAutoTopicCreation: boolean }) => Cluster;

const readCommitted = 1;
const bytesMax = 1024 * 1024;
/** After so many fetches without a message the rest counts as deleted. */
const emptyFetchesMax = 3;

export async function readPartition(client: Kafka, health: KafkaHealth, reading: PartitionReading): Promise<void> {
  const { topic, partition, from, to } = reading;
  if (from >= to) return;
  const operation = `read ${topic}`;
  const cluster = createCluster(client);
  try {
    await cluster.connect();
    await cluster.addMultipleTargetTopics([topic]);
    const [nodeId] = Object.keys(cluster.findLeaderForPartitions(topic, [partition]));
    if (nodeId === undefined) throw new Error(`Kafka names no leader for partition ${partition} of ${topic}.`);
    await readFrom(await cluster.findBroker({ nodeId }), reading);
    health.succeeded(operation);
  } catch (error) {
    throw health.failed(operation, error);
  } finally {
    await cluster.disconnect().catch(() => undefined);
  }
}

async function readFrom(broker: Broker, { topic, partition, from, to, onMessages }: PartitionReading): Promise<void> {
  let position = from;
  for (let emptyFetches = 0; position < to && emptyFetches < emptyFetchesMax;) {
    const fetched = await fetchAt(broker, { topic, partition, offset: position });
    const last = fetched.at(-1);
    if (last === undefined) {
      emptyFetches += 1;
      continue;
    }
    const messages = fetched
      .filter(({ offset, isControlRecord }) => BigInt(offset) >= position && BigInt(offset) < to && !isControlRecord)
      .map(({ offset, key, value, headers }) => ({
        topic,
        partition,
        offset: BigInt(offset),
        key,
        value,
        headers: toMessageHeaders(headers),
      }));
    position = BigInt(last.offset) + 1n;
    if (messages.length > 0 && !(await onMessages(messages))) return;
  }
}

async function fetchAt(broker: Broker, { topic, partition, offset }: PartitionOffset): Promise<FetchedMessage[]> {
  const { responses } = await broker.fetch({
    maxWaitTime: 500,
    minBytes: 1,
    maxBytes: bytesMax,
    isolationLevel: readCommitted,
    topics: [{ topic, partitions: [{ partition, fetchOffset: offset.toString(), maxBytes: bytesMax }] }],
  });
  return responses[0]?.partitions[0]?.messages ?? [];
}

function createCluster(client: Kafka): Cluster {
  const symbol = Object.getOwnPropertySymbols(client).find(
    ({ description }) => description === 'private:Kafka:createCluster',
  );
  if (symbol === undefined) throw new Error('This version of kafkajs has no private createCluster, as 2.2.4 has.');
  const create = (client as unknown as Record<symbol, CreateCluster>)[symbol]!;
  return create({ metadataMaxAge: 300_000, allowAutoTopicCreation: false });
}
