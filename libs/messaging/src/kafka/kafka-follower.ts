// Reads a topic on and on without a consumer group: every process gets every message, and nothing is committed.

import { setTimeout as wait } from 'node:timers/promises';
import kafkajs, { type Kafka } from 'kafkajs';
import type { FollowedBatch, Following } from './client.ts';
import { createCluster, type Cluster } from './cluster.ts';
import { fetchBatches, readCommitted, type InnerBroker } from './fetch.ts';
import type { KafkaHealth } from './kafka-health.ts';
import { readRecordBatch, UnreadableBatchError, type RecordBatch } from './record-batch.ts';

/** A fetch waits for its first message for so long. */
const waitMs = 500;
/** The least time between two fetches of one broker: messages that arrive in between share one batch. */
const fetchEveryMs = 20;
/** New partitions, and partitions with another leader, are found after so long. */
const replanEveryMs = 10_000;
const partitionBytesMax = 256 * 1024;
const bytesMax = 2 * 1024 * 1024;

type Plan = { nodeId: string; partitions: number[] }[];

/** One connection to the brokers: resolves when `signal` aborts, rejects when a request fails or an offset is gone. */
export async function followTopic(client: Kafka, health: KafkaHealth, following: Following): Promise<void> {
  const { topic, signal } = following;
  const operation = `read ${topic}`;
  const cluster = createCluster(client);
  const ending = new AbortController();
  // A request to a broker that hangs is not waited for.
  const aborted = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true, signal: ending.signal });
  });
  const handedOut = new Map<string, Promise<void>>();
  try {
    if (!signal.aborted) await Promise.race([follow(), aborted]);
  } catch (error) {
    if (!signal.aborted) throw health.failed(operation, error);
  } finally {
    ending.abort();
    void cluster.disconnect().catch(() => undefined);
    // The next connection begins after what this one has handed out, also for the partitions of other brokers.
    await Promise.allSettled(handedOut.values());
  }

  async function follow(): Promise<void> {
    await cluster.connect();
    await cluster.addMultipleTargetTopics([topic]);
    while (!ending.signal.aborted) {
      const plan = planOf(cluster, topic);
      if (plan.length === 0) throw new Error(`Kafka names no leader for the partitions of ${topic}.`);
      let isCurrent = true;
      const watching = watchPlan(plan).finally(() => (isCurrent = false));
      const reading = plan.map(async (part) => {
        const broker = (await cluster.findBroker({ nodeId: part.nodeId })) as InnerBroker;
        while (isCurrent && !ending.signal.aborted) {
          await readOnce(broker, part.partitions, async (batch) => {
            if (ending.signal.aborted) return;
            handedOut.set(part.nodeId, following.onBatch(batch));
            await handedOut.get(part.nodeId);
          });
          health.succeeded(operation);
          following.onAnswer();
        }
      });
      await Promise.all([watching, ...reading]);
    }
  }

  /** Resolves when the partitions have other leaders. */
  async function watchPlan(plan: Plan): Promise<void> {
    while (!ending.signal.aborted) {
      await wait(replanEveryMs, undefined, { signal: ending.signal }).catch(() => undefined);
      if (ending.signal.aborted) return;
      await cluster.refreshMetadataIfNecessary();
      if (JSON.stringify(planOf(cluster, topic)) !== JSON.stringify(plan)) return;
    }
  }

  async function readOnce(
    broker: InnerBroker,
    partitions: readonly number[],
    handOut: (batch: FollowedBatch) => Promise<void>,
  ): Promise<void> {
    const startedMs = performance.now();
    const { batches } = await fetchBatches(broker, {
      maxWaitTime: waitMs,
      minBytes: 1,
      maxBytes: bytesMax,
      isolationLevel: readCommitted,
      topics: [{ topic, partitions: partitions.map(requestOf) }],
    }).catch((error: unknown) => {
      if (error instanceof kafkajs.KafkaJSOffsetOutOfRange) following.onOutOfRange(error.partition);
      throw error;
    });
    for (const each of batches) await handOut(await unpack(each.partition, each.batches));
    const restMs = startedMs + fetchEveryMs - performance.now();
    if (batches.length > 0 && restMs >= 1) await wait(restMs);
  }

  function requestOf(partition: number) {
    return { partition, fetchOffset: following.nextOffset(partition).toString(), maxBytes: partitionBytesMax };
  }
}

function planOf(cluster: Cluster, topic: string): Plan {
  const byLeader = new Map<number, number[]>();
  for (const { partitionId, leader } of cluster.findTopicPartitionMetadata(topic)) {
    if (leader >= 0) byLeader.set(leader, [...(byLeader.get(leader) ?? []), partitionId]);
  }
  return [...byLeader]
    .map(([leader, partitions]) => ({ nodeId: String(leader), partitions: partitions.sort((a, b) => a - b) }))
    .sort((a, b) => (a.nodeId < b.nodeId ? -1 : 1));
}

/** A batch that cannot be read is passed and reported: its changes can be read elsewhere. */
async function unpack(partition: number, batches: readonly RecordBatch[]): Promise<FollowedBatch> {
  const messages = [];
  let unreadable: Error | undefined;
  for (const batch of batches) {
    if (batch.holds === 'nothing') continue;
    try {
      const records = await readRecordBatch(batch);
      for (let next = records.next(); !next.done; next = records.next()) messages.push(next.value);
    } catch (error) {
      if (!(error instanceof UnreadableBatchError)) throw error;
      unreadable = error;
    }
  }
  return { partition, messages, end: batches.at(-1)!.last + 1n, ...(unreadable && { unreadable }) };
}
