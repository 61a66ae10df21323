// One membership in a consumer group: partitions read independently of each other, offsets committed by the caller, no automatic restart.

import { setTimeout as wait } from 'node:timers/promises';
import kafkajs, {
  PartitionAssigners,
  type Broker,
  type Cluster,
  type EachBatchPayload,
  type Kafka,
  type KafkaMessage,
} from 'kafkajs';
import { backoffMs } from '../backoff.ts';
import { createAssignedPartitions, type Assignment, type PartitionStep } from './assigned-partitions.ts';
import {
  partitionKey,
  type KafkaConsumer,
  type KafkaConsumerOptions,
  type PartitionWork,
  type TopicPartition,
} from './client.ts';
import { fetchBatches, type FetchRequest, type InnerBroker } from './fetch.ts';
import type { KafkaHealth } from './kafka-health.ts';
import type { RecordBatch } from './record-batch.ts';

/**
 * The least time between the starts of two fetches while the broker always has messages. Messages that arrive in between share one
 * transaction and one offset commit. A fetch that waited for its first message is applied at once, and so is a large batch.
 */
const fetchEveryMs = 100;
const largeBatch = 50;
/** While a partition waits for capacity, the others are asked for a shorter time, so that it is soon asked again. */
const shortWaitMs = 100;
/** A rebalance that a step noticed shows to kafkajs at its next heartbeat. If nothing follows for so long, the membership ends. */
const rejoinMs = 60_000;
const commitAttemptsMax = 4;

/** kafkajs passes on what it takes for a message: here a whole batch, at its last offset. */
type BatchAsMessage = KafkaMessage & { recordBatch: RecordBatch };

type Options = KafkaConsumerOptions & {
  /** The client id of a process that has died: its members are removed from the group first. */
  predecessorId?: string;
};

export function createKafkaConsumer(client: Kafka, health: KafkaHealth, options: Options): KafkaConsumer {
  const { group, topics, predecessorId, previousMemberId, onBatch, onUnreadable, onOutOfRange, onAssigned, onCrash } =
    options;
  const operation = `read ${topics.join(', ')} as group ${group}`;
  let stopping = false;
  let fetchedAtMs = 0;
  let cluster: Cluster | undefined;
  /** kafkajs gives the member's requests together with its first batch. */
  const member = Promise.withResolvers<Pick<EachBatchPayload, 'heartbeat' | 'commitOffsetsIfNecessary'>>();
  const partitions = createAssignedPartitions({ onStep, onFailure });
  const consumer = client.consumer({
    groupId: group,
    allowAutoTopicCreation: false,
    // Only an assigner is given the connections (the cluster) of its consumer.
    partitionAssigners: [
      (given) => {
        cluster = given.cluster;
        fetchOurselves(given.cluster);
        return PartitionAssigners.roundRobin(given);
      },
    ],
    // A member that dies silently holds its partitions for this long. A suspended process loses them; the inbox prevents repeats.
    sessionTimeout: 10_000,
    heartbeatInterval: 2_000,
    rebalanceTimeout: 30_000,
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
    const assigned = Object.entries(payload.memberAssignment).flatMap(([topic, numbers]) =>
      numbers.map((partition) => ({ topic, partition })),
    );
    partitions.assign(assigned);
    onAssigned(assigned, payload.memberId);
  });
  consumer.on(consumer.events.CRASH, ({ payload }) => crash(payload.error));

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
      await partitions.stop();
      await consumer.disconnect();
    },
  };

  function crash(error: Error): void {
    if (!stopping) onCrash(health.failed(operation, error));
  }

  async function join(): Promise<void> {
    await consumer.connect();
    if (cluster && predecessorId !== undefined) await removeMembersOf(cluster, group, predecessorId);
    if (cluster && previousMemberId !== undefined) await removeMember(cluster, group, previousMemberId);
    await consumer.subscribe({ topics: [...topics], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch,
    });
  }

  /** The batches are queued already: kafkajs waits here for the next fetch, and no partition for the work on another one. */
  async function eachBatch(payload: EachBatchPayload): Promise<void> {
    member.resolve(payload);
    const batches = payload.batch.messages.map((message) => (message as BatchAsMessage).recordBatch);
    const restMs = fetchedAtMs + fetchEveryMs - performance.now();
    const records = batches.reduce((sum, batch) => sum + batch.records, 0);
    if (restMs >= 1 && records < largeBatch) await wait(restMs);
  }

  async function onStep(step: PartitionStep, assignment: Assignment): Promise<void> {
    const { topic, partition, end } = step;
    const work: PartitionWork = {
      topic,
      partition,
      end,
      commit: (next) => commit({ topic, partition, offset: next.toString() }, assignment),
      async heartbeat() {
        if (assignment.isRunning()) await (await member.promise).heartbeat();
      },
      isRunning: () => assignment.isRunning(),
    };
    if ('messages' in step) await onBatch({ ...work, messages: step.messages });
    else await onUnreadable({ ...work, first: step.first, bytes: step.bytes, error: step.error });
  }

  async function commit(
    { topic, partition, offset }: { topic: string; partition: number; offset: string },
    assignment: Assignment,
  ): Promise<void> {
    const { commitOffsetsIfNecessary } = await member.promise;
    for (let attempts = 1; ; attempts++) {
      // The partition may be another member's by now, whose offset this would set back.
      if (!assignment.isCurrent()) throw new Error(`Partition ${partition} of ${topic} was assigned anew.`);
      try {
        await commitOffsetsIfNecessary({ topics: [{ topic, partitions: [{ partition, offset }] }] });
        return;
      } catch (error) {
        if (isRebalance(error) || attempts === commitAttemptsMax) throw error;
        await wait(backoffMs(attempts));
      }
    }
  }

  function onFailure(error: Error, assignment: Assignment): void {
    if (!isRebalance(error)) return crash(error);
    setTimeout(() => {
      if (assignment.isRunning()) crash(error);
    }, rejoinMs).unref();
  }

  /** The requests of kafkajs without the partitions that have no capacity; the answers as whole batches. */
  function fetchOurselves(given: Cluster): void {
    const findBroker = given.findBroker.bind(given);
    given.findBroker = async (node) => {
      const broker = (await findBroker(node)) as InnerBroker;
      return Object.create(broker, { fetch: { value: (request: FetchRequest) => fetch(broker, request) } }) as Broker;
    };
  }

  async function fetch(broker: InnerBroker, request: FetchRequest) {
    const wanted = request.topics.map(({ topic, partitions: all }) => ({
      topic,
      partitions: all
        .filter(({ partition }) => !partitions.isFull({ topic, partition }))
        .map((each) => ({
          ...each,
          fetchOffset: partitions.nextOffset({ topic, partition: each.partition }, each.fetchOffset),
        })),
    }));
    const someWait = wanted.some(({ partitions: left }, at) => left.length < request.topics[at]!.partitions.length);
    const topicsLeft = wanted.filter(({ partitions: left }) => left.length > 0);
    if (topicsLeft.length === 0) {
      await partitions.capacity(request.maxWaitTime);
      return { responses: [] };
    }
    const maxWaitTime = someWait ? shortWaitMs : request.maxWaitTime;
    const assignment = partitions.assignment();
    const { responses, batches } = await fetchBatches(broker, { ...request, maxWaitTime, topics: topicsLeft }).catch(
      (error: unknown) => {
        if (error instanceof kafkajs.KafkaJSOffsetOutOfRange) outOfRange(error, topicsLeft);
        throw error;
      },
    );
    if (partitions.assignment() !== assignment) return { responses: [] };
    for (const each of batches) partitions.enqueue(each);
    const batchesOf = new Map(batches.map((each) => [partitionKey(each), each.batches]));
    return {
      responses: responses.map(({ topicName, partitions: found }) => ({
        topicName,
        partitions: found.map((each) => ({
          ...each,
          abortedTransactions: [],
          messages: (batchesOf.get(partitionKey({ topic: topicName, partition: each.partition })) ?? []).map(
            (recordBatch) => ({
              offset: recordBatch.last.toString(),
              recordBatch,
            }),
          ),
        })),
      })),
    };
  }

  function outOfRange({ topic, partition }: TopicPartition, requested: FetchRequest['topics']): void {
    const all = requested.find((each) => each.topic === topic)?.partitions ?? [];
    const wanted = all.find((each) => each.partition === partition)?.fetchOffset;
    partitions.forgetNextOffset({ topic, partition });
    if (wanted !== undefined) onOutOfRange({ topic, partition, offset: BigInt(wanted) });
  }
}

const rebalanceTypes = [
  'REBALANCE_IN_PROGRESS',
  'NOT_COORDINATOR_FOR_GROUP',
  'ILLEGAL_GENERATION',
  'UNKNOWN_MEMBER_ID',
];

function isRebalance(error: unknown): boolean {
  return rebalanceTypes.includes((error as { type?: string }).type ?? '');
}

type Coordinator = Broker & {
  leaveGroup(request: { groupId: string; memberId: string }): Promise<unknown>;
};
type Description = { groups: { members: { memberId: string; clientId: string }[] }[] };

/** Saves time only: without it, the group waits until the session of the dead process expires. */
async function removeMembersOf(cluster: Cluster, groupId: string, clientId: string): Promise<void> {
  try {
    const coordinator = await cluster.findGroupCoordinator({ groupId });
    const { groups } = (await coordinator.describeGroups({ groupIds: [groupId] })) as Description;
    const left = groups.flatMap(({ members }) => members.filter((member) => member.clientId === clientId));
    for (const { memberId } of left) await removeMember(cluster, groupId, memberId);
  } catch {
    // A group that this user may not describe, or a broker that is away: joining says what is wrong.
  }
}

/**
 * A member whose connection broke, for example while the broker was away, is still in the group when the broker returns, and a new member
 * would wait until its session expires. If the old member still applies messages, the row lock of the partition keeps the two apart.
 */
async function removeMember(cluster: Cluster, groupId: string, memberId: string): Promise<void> {
  const coordinator = (await cluster.findGroupCoordinator({ groupId })) as Coordinator;
  try {
    await coordinator.leaveGroup({ groupId, memberId });
  } catch (error) {
    // Already removed. After any other error the whole start is retried.
    if ((error as { type?: string }).type !== 'UNKNOWN_MEMBER_ID') throw error;
  }
}
