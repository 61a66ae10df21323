// Reads a piece of a partition without any group, so that looking at a topic leaves no trace at the broker.
//
// kafkajs reads for members of a group only. Its inner cluster, from which its own consumers fetch, does without.

import type { IHeaders, Kafka } from 'kafkajs';
import type { PartitionReading, ReceivedMessage } from './client.ts';
import { headersOf } from './kafka-consumer.ts';
import type { Standing } from './kafka-health.ts';

type Fetched = {
  offset: string;
  key: Buffer | null;
  value: Buffer | null;
  headers?: IHeaders;
  isControlRecord?: boolean;
};
type Broker = {
  fetch(request: object): Promise<{ responses: { partitions: { messages: Fetched[] }[] }[] }>;
};
type Cluster = {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  addMultipleTargetTopics(topics: string[]): Promise<void>;
  findLeaderForPartitions(topic: string, partitions: number[]): Record<string, number[]>;
  findBroker(o: { nodeId: string }): Promise<Broker>;
};
type CreateCluster = (o: { metadataMaxAge: number; allowAutoTopicCreation: boolean }) => Cluster;

const readCommitted = 1;
const bytesMax = 1024 * 1024;
/** With nothing to read before the end, so often: then the rest is gone. */
const emptyMax = 3;

export async function readPartition(client: Kafka, standing: Standing, o: PartitionReading): Promise<void> {
  if (o.from >= o.to) return;
  const wish = `read ${o.topic}`;
  const cluster = createCluster(client);
  try {
    await cluster.connect();
    await cluster.addMultipleTargetTopics([o.topic]);
    const [nodeId] = Object.keys(cluster.findLeaderForPartitions(o.topic, [o.partition]));
    if (nodeId === undefined) throw new Error(`Kafka names no leader for partition ${o.partition} of ${o.topic}.`);
    await readFrom(await cluster.findBroker({ nodeId }), o);
    standing.worked(wish);
  } catch (error) {
    throw standing.failed(wish, error);
  } finally {
    await cluster.disconnect().catch(() => undefined);
  }
}

async function readFrom(broker: Broker, o: PartitionReading): Promise<void> {
  let at = o.from;
  for (let empty = 0; at < o.to && empty < emptyMax;) {
    const fetched = await fetchAt(broker, o, at);
    const last = fetched.at(-1);
    if (last === undefined) {
      empty += 1;
      continue;
    }
    const messages = fetched
      .filter(({ offset, isControlRecord }) => BigInt(offset) >= at && BigInt(offset) < o.to && !isControlRecord)
      .map((message) => receivedOf(o, message));
    at = BigInt(last.offset) + 1n;
    if (messages.length > 0 && !(await o.onMessages(messages))) return;
  }
}

async function fetchAt(broker: Broker, o: PartitionReading, at: bigint): Promise<Fetched[]> {
  const partitions = [{ partition: o.partition, fetchOffset: at.toString(), maxBytes: bytesMax }];
  const { responses } = await broker.fetch({
    ...{ maxWaitTime: 500, minBytes: 1, maxBytes: bytesMax, isolationLevel: readCommitted },
    topics: [{ topic: o.topic, partitions }],
  });
  return responses[0]?.partitions[0]?.messages ?? [];
}

function receivedOf({ topic, partition }: PartitionReading, message: Fetched): ReceivedMessage {
  const { offset, key, value, headers } = message;
  return { topic, partition, offset: BigInt(offset), key, value, headers: headersOf(headers) };
}

function createCluster(client: Kafka): Cluster {
  const name = Object.getOwnPropertySymbols(client).find((each) => each.description === 'private:Kafka:createCluster');
  if (name === undefined) throw new Error('This version of kafkajs keeps its cluster elsewhere than 2.2.4 does.');
  const create = (client as unknown as Record<symbol, CreateCluster>)[name]!;
  return create({ metadataMaxAge: 300_000, allowAutoTopicCreation: false });
}
