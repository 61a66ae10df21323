// Reads part of a partition without a consumer group, so that reading a topic leaves no group at the broker.

import type { Kafka } from 'kafkajs';
import type { PartitionOffset, PartitionReading, ReceivedMessage } from './client.ts';
import { createCluster } from './cluster.ts';
import { fetchBatches, readCommitted, type InnerBroker } from './fetch.ts';
import type { KafkaHealth } from './kafka-health.ts';
import { readRecordBatch, UnreadableBatchError, type RecordBatch } from './record-batch.ts';

const bytesMax = 1024 * 1024;
const messagesMax = 1_000;
/** After so many fetches without a batch the rest counts as deleted. */
const emptyFetchesMax = 3;

/** Returns the offset that was reached: `to`, unless `onMessages` ended it or Kafka had no more. */
export async function readPartition(client: Kafka, health: KafkaHealth, reading: PartitionReading): Promise<bigint> {
  const { topic, partition, from, to } = reading;
  if (from >= to) return from;
  const operation = `read ${topic}`;
  const cluster = createCluster(client);
  try {
    await cluster.connect();
    await cluster.addMultipleTargetTopics([topic]);
    const [nodeId] = Object.keys(cluster.findLeaderForPartitions(topic, [partition]));
    if (nodeId === undefined) throw new Error(`Kafka names no leader for partition ${partition} of ${topic}.`);
    const position = await readFrom((await cluster.findBroker({ nodeId })) as InnerBroker, reading);
    health.succeeded(operation);
    return position;
  } catch (error) {
    // One that a batch or a caller causes says nothing about Kafka.
    if (error instanceof UnreadableBatchError) throw error;
    throw health.failed(operation, error);
  } finally {
    await cluster.disconnect().catch(() => undefined);
  }
}

async function readFrom(broker: InnerBroker, reading: PartitionReading): Promise<bigint> {
  const { topic, partition, from, to } = reading;
  let position = from;
  for (let emptyFetches = 0; position < to && emptyFetches < emptyFetchesMax;) {
    const batches = await fetchAt(broker, { topic, partition, offset: position });
    if (batches.length === 0) emptyFetches += 1;
    for (const batch of batches) {
      if (position >= to) break;
      const end = await readBatch(batch, reading);
      if (end === undefined) return position;
      position = end < to ? end : to;
    }
  }
  return position;
}

/** Returns the end of the batch; undefined when `onMessages` does not want to continue. */
async function readBatch(batch: RecordBatch, { to, onMessages, onUnreadable }: PartitionReading) {
  const end = batch.last + 1n;
  if (batch.holds === 'nothing') return end;
  let messages: ReceivedMessage[] = [];
  try {
    const records = await readRecordBatch(batch);
    for (let next = records.next(); !next.done && next.value.offset < to; next = records.next()) {
      messages.push(next.value);
      if (messages.length < messagesMax) continue;
      if (!(await onMessages(messages))) return undefined;
      messages = [];
    }
  } catch (error) {
    if (!(error instanceof UnreadableBatchError) || !onUnreadable) throw error;
    onUnreadable(error);
  }
  if (messages.length > 0 && !(await onMessages(messages))) return undefined;
  return end;
}

async function fetchAt(broker: InnerBroker, { topic, partition, offset }: PartitionOffset): Promise<RecordBatch[]> {
  const { batches } = await fetchBatches(broker, {
    maxWaitTime: 500,
    minBytes: 1,
    maxBytes: bytesMax,
    isolationLevel: readCommitted,
    topics: [{ topic, partitions: [{ partition, fetchOffset: offset.toString(), maxBytes: bytesMax }] }],
  });
  return batches[0]?.batches ?? [];
}
