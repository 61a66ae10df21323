// One membership in a consumer group: batches by partition, offsets committed by hand, no automatic restart.

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
import type { ConsumerOptions, KafkaConsumer, MessageHeaders, ReceivedBatch, ReceivedMessage } from './client.ts';
import type { Standing } from './kafka-health.ts';

/**
 * Between the beginnings of two fetches, when the broker has something each time: what comes meanwhile shares a transaction and a commit
 * of offsets, instead of one of each per message. A fetch that had to wait for its first message is applied at once, and so is a large batch.
 */
const fetchEveryMs = 100;
const largeBatch = 50;

export function createKafkaConsumer(client: Kafka, standing: Standing, o: ConsumerOptions): KafkaConsumer {
  const wish = `read ${o.topics.join(', ')} as group ${o.group}`;
  let stopping = false;
  let fetchedAtMs = 0;
  let cluster: Cluster | undefined;
  const consumer = client.consumer({
    groupId: o.group,
    allowAutoTopicCreation: false,
    // An assigner is given the connections of its consumer, which nothing else tells.
    partitionAssigners: [
      (given) => {
        cluster = given.cluster;
        return PartitionAssigners.roundRobin(given);
      },
    ],
    // A member that is gone without a word holds its partitions for so long; one that only slept loses them, and repeats nothing.
    sessionTimeout: 10_000,
    heartbeatInterval: 2_000,
    rebalanceTimeout: 30_000,
    // Bounds of memory: one fetch is decoded whole before its first message is applied.
    maxBytesPerPartition: 256 * 1024,
    maxBytes: 2 * 1024 * 1024,
    // Stopping waits for the fetch under way; an empty one ends after this.
    maxWaitTimeInMs: 500,
    retry: {
      retries: 5,
      initialRetryTime: 200,
      maxRetryTime: 1_000,
      // The membership ends with its first crash: whoever keeps it begins a fresh one.
      restartOnFailure: () => Promise.resolve(false),
    },
  });
  consumer.on(consumer.events.FETCH_START, () => (fetchedAtMs = performance.now()));
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    standing.worked(wish);
    o.onAssigned(
      Object.entries(payload.memberAssignment).flatMap(([topic, partitions]) =>
        partitions.map((partition) => ({ topic, partition })),
      ),
      payload.memberId,
    );
  });
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    if (!stopping) o.onCrash(standing.failed(wish, payload.error));
  });

  return {
    async start() {
      try {
        await join();
      } catch (error) {
        throw standing.failed(wish, error);
      }
    },
    async stop() {
      stopping = true;
      await consumer.disconnect();
    },
  };

  async function join(): Promise<void> {
    await consumer.connect();
    if (cluster && o.predecessor !== undefined) await sendAway(cluster, o.group, o.predecessor);
    await consumer.subscribe({ topics: [...o.topics], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      async eachBatch(payload) {
        const restMs = fetchedAtMs + fetchEveryMs - performance.now();
        if (restMs >= 1 && payload.batch.messages.length < largeBatch) await wait(restMs);
        await o.onBatch(received(payload));
      },
    });
  }
}

/**
 * A member whose membership broke, as when the broker was away, is still in the group when the broker comes back, and whoever joins
 * waits for its session to end. What it may still be applying is held apart in the database, as that of any member taken for dead.
 */
async function sendAway(cluster: Cluster, groupId: string, memberId: string): Promise<void> {
  const coordinator = (await cluster.findGroupCoordinator({ groupId })) as Broker & {
    leaveGroup(o: { groupId: string; memberId: string }): Promise<unknown>;
  };
  try {
    await coordinator.leaveGroup({ groupId, memberId });
  } catch (error) {
    // Gone already. Anything else is tried again with all of the start.
    if ((error as { type?: string }).type !== 'UNKNOWN_MEMBER_ID') throw error;
  }
}

function received(payload: EachBatchPayload): ReceivedBatch {
  const { batch } = payload;
  const { topic, partition } = batch;
  return {
    topic,
    partition,
    messages: batch.messages.map((message) => messageOf(batch, message)),
    async commitThrough(message) {
      const offset = (message.offset + 1n).toString();
      await payload.commitOffsetsIfNecessary({ topics: [{ topic, partitions: [{ partition, offset }] }] });
      payload.resolveOffset(message.offset.toString());
    },
    heartbeat: () => payload.heartbeat(),
    isRunning: () => payload.isRunning(),
  };
}

function messageOf({ topic, partition }: Batch, message: Batch['messages'][number]): ReceivedMessage {
  return {
    topic,
    partition,
    offset: BigInt(message.offset),
    key: message.key,
    value: message.value,
    headers: headersOf(message.headers),
  };
}

export function headersOf(headers: IHeaders | undefined): MessageHeaders {
  const found: MessageHeaders = {};
  for (const [name, value] of Object.entries(headers ?? {})) if (value !== undefined) found[name] = value;
  return found;
}
