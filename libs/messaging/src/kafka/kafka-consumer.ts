// One membership in a consumer group: one batch per partition, offsets committed by the caller, no automatic restart.

import { setTimeout as wait } from 'node:timers/promises';
import {
  PartitionAssigners,
  type Batch,
  type Broker,
  type Cluster,
  type EachBatchPayload,
  type IHeaders,
  type Kafka,
} from 'kafkajs';
import type { KafkaConsumer, KafkaConsumerOptions, MessageHeaders, ReceivedBatch, ReceivedMessage } from './client.ts';
import type { KafkaHealth } from './kafka-health.ts';

/**
 * The least time between the starts of two fetches while the broker always has messages. Messages that arrive in between share one
 * transaction and one offset commit. A fetch that waited for its first message is applied at once, and so is a large batch.
 */
const fetchEveryMs = 100;
const largeBatch = 50;

export function createKafkaConsumer(client: Kafka, health: KafkaHealth, options: KafkaConsumerOptions): KafkaConsumer {
  const { group, topics, previousMemberId, onBatch, onAssigned, onCrash } = options;
  const operation = `read ${topics.join(', ')} as group ${group}`;
  let stopping = false;
  let fetchedAtMs = 0;
  let cluster: Cluster | undefined;
  const consumer = client.consumer({
    groupId: group,
    allowAutoTopicCreation: false,
    // Only an assigner is given the connections (the cluster) of its consumer.
    partitionAssigners: [
      (given) => {
        cluster = given.cluster;
        return PartitionAssigners.roundRobin(given);
      },
    ],
    // A member that dies silently holds its partitions for this long. A suspended process loses them; the inbox prevents repeats.
    sessionTimeout: 10_000,
    heartbeatInterval: 2_000,
    rebalanceTimeout: 30_000,
    // Bounds of memory: a fetch is decoded as a whole before its first message is applied.
    maxBytesPerPartition: 256 * 1024,
    maxBytes: 2 * 1024 * 1024,
    // Stopping waits for the current fetch; an empty one ends after this time.
    maxWaitTimeInMs: 500,
    retry: {
      retries: 5,
      initialRetryTime: 200,
      maxRetryTime: 1_000,
      // The first crash ends the membership; membership.ts then starts a new one.
      restartOnFailure: () => Promise.resolve(false),
    },
  });
  consumer.on(consumer.events.FETCH_START, () => (fetchedAtMs = performance.now()));
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    health.succeeded(operation);
    onAssigned(
      Object.entries(payload.memberAssignment).flatMap(([topic, partitions]) =>
        partitions.map((partition) => ({ topic, partition })),
      ),
      payload.memberId,
    );
  });
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    if (!stopping) onCrash(health.failed(operation, payload.error));
  });

  return {
    async start() {
      try {
        await join();
      } catch (error) {
        throw health.failed(operation, error);
      }
    },
    async stop() {
      stopping = true;
      await consumer.disconnect();
    },
  };

  async function join(): Promise<void> {
    await consumer.connect();
    if (cluster && previousMemberId !== undefined) await removeMember(cluster, group, previousMemberId);
    await consumer.subscribe({ topics: [...topics], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      async eachBatch(payload) {
        const restMs = fetchedAtMs + fetchEveryMs - performance.now();
        if (restMs >= 1 && payload.batch.messages.length < largeBatch) await wait(restMs);
        await onBatch(toReceivedBatch(payload));
      },
    });
  }
}

/**
 * A member whose connection broke, for example while the broker was away, is still in the group when the broker returns, and a new member
 * would wait until its session expires. If the old member still applies messages, the row lock of the partition keeps the two apart.
 */
async function removeMember(cluster: Cluster, groupId: string, memberId: string): Promise<void> {
  const coordinator = (await cluster.findGroupCoordinator({ groupId })) as Broker & {
    leaveGroup(request: { groupId: string; memberId: string }): Promise<unknown>;
  };
  try {
    await coordinator.leaveGroup({ groupId, memberId });
  } catch (error) {
    // Already removed. After any other error the whole start is retried.
    if ((error as { type?: string }).type !== 'UNKNOWN_MEMBER_ID') throw error;
  }
}

function toReceivedBatch(payload: EachBatchPayload): ReceivedBatch {
  const { batch } = payload;
  const { topic, partition } = batch;
  return {
    topic,
    partition,
    messages: batch.messages.map((message) => toReceivedMessage(batch, message)),
    async commitThrough(message) {
      const offset = (message.offset + 1n).toString();
      await payload.commitOffsetsIfNecessary({ topics: [{ topic, partitions: [{ partition, offset }] }] });
      payload.resolveOffset(message.offset.toString());
    },
    heartbeat: () => payload.heartbeat(),
    isRunning: () => payload.isRunning(),
  };
}

function toReceivedMessage({ topic, partition }: Batch, message: Batch['messages'][number]): ReceivedMessage {
  return {
    topic,
    partition,
    offset: BigInt(message.offset),
    key: message.key,
    value: message.value,
    headers: toMessageHeaders(message.headers),
  };
}

export function toMessageHeaders(headers: IHeaders | undefined): MessageHeaders {
  const found: MessageHeaders = {};
  for (const [name, value] of Object.entries(headers ?? {})) if (value !== undefined) found[name] = value;
  return found;
}
