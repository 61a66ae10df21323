// What one consumer group knows of the messages of one aggregate: applied, waiting, dead letters, stopped partitions, and how far it has read.
//
// The outbox deletes a message when Kafka has acknowledged it, so a publisher does not know where its messages are. The inboxes of the
// consumers do. Every look-up is by an index, and Kafka is given a limited time to answer.

import type pg from 'pg';
import { groupOf, type ConsumerState } from '../consumer/consumer.ts';
import { partitionKey, type KafkaAdmin, type TopicPartition } from '../kafka/client.ts';
import { partitionOf } from '../kafka/murmur2.ts';
import { readRows, type EvidenceRows } from './evidence-rows.ts';

export type AggregateEvidence = Omit<EvidenceRows, 'stopped'> & {
  consumer: ConsumerEvidence;
  /** The partition of each topic that the aggregate's messages are in. */
  partitions: PartitionEvidence[];
  /** What could not be found out, and why. */
  missing: { what: string; reason: string }[];
};

/** The state of the process that answers: another replica may read the partition. */
export type ConsumerEvidence = {
  group: string;
  assignedPartitions: number;
  lastProgressAt: string | null;
};

export type PartitionEvidence = TopicPartition & {
  /** The offset from which the group continues. */
  committed: string;
  /** The offset after the last message. */
  end: string;
  lag: number;
  stopped: { offset: string; error: string; since: string } | null;
};

export type AggregateEvidenceOptions = {
  pool: pg.Pool;
  kafka: { admin: Pick<KafkaAdmin, 'offsetRanges' | 'committedOffsets'> };
  service: string;
  /** The group of the consumer, if it was given one. */
  group?: string;
  topics: readonly string[];
  state: () => ConsumerState;
  /** How long Kafka may take to answer; 600 ms unless given. */
  kafkaTimeoutMs?: number;
};

/** @param eventIds the messages of the aggregate, as its publisher knows them */
export type ReadAggregateEvidence = (aggregateId: string, eventIds: readonly string[]) => Promise<AggregateEvidence>;

export function createAggregateEvidence(options: AggregateEvidenceOptions): ReadAggregateEvidence {
  const { pool, kafka, service, topics, state, kafkaTimeoutMs = 600 } = options;
  const group = groupOf({ service, ...(options.group !== undefined && { group: options.group }) });

  return async (aggregateId, eventIds) => {
    const [rows, positions] = await Promise.all([
      readRows(pool, { group, aggregateId, eventIds }),
      inTime(readPositions(aggregateId), kafkaTimeoutMs).catch((error: unknown) => error as Error),
    ]);
    const { stopped, ...found } = rows;
    const { assigned, lastProgressAt } = state();
    const consumer = { group, assignedPartitions: assigned, lastProgressAt: lastProgressAt?.toISOString() ?? null };
    if (positions instanceof Error) {
      const missing = [{ what: `the position of ${group} in Kafka`, reason: positions.message }];
      return { ...found, consumer, partitions: [], missing };
    }
    const stoppedAt = new Map(stopped.map((each) => [partitionKey(each), each]));
    const partitions = positions.map((position) => {
      const stop = stoppedAt.get(partitionKey(position));
      // A partition that was continued by other means has passed the batch.
      const isStopped = stop !== undefined && BigInt(position.committed) <= BigInt(stop.offset);
      return { ...position, stopped: isStopped ? { offset: stop.offset, error: stop.error, since: stop.since } : null };
    });
    return { ...found, consumer, partitions, missing: [] };
  };

  async function readPositions(aggregateId: string): Promise<Omit<PartitionEvidence, 'stopped'>[]> {
    const [ranges, committed] = await Promise.all([
      kafka.admin.offsetRanges(topics),
      kafka.admin.committedOffsets(group, topics),
    ]);
    const committedAt = new Map(committed.map((each) => [partitionKey(each), each.offset]));
    return topics.flatMap((topic) => {
      const ofTopic = ranges.filter((range) => range.topic === topic);
      const partition = ofTopic.length === 0 ? -1 : partitionOf(aggregateId, ofTopic.length);
      const range = ofTopic.find((each) => each.partition === partition);
      if (!range) return [];
      const stored = committedAt.get(partitionKey(range)) ?? -1n;
      const from = stored > range.first ? stored : range.first;
      const lag = range.end > from ? Number(range.end - from) : 0;
      return [{ topic, partition, committed: stored.toString(), end: range.end.toString(), lag }];
    });
  }
}

async function inTime<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new Error(`Kafka did not answer within ${timeoutMs} ms.`);
    timer = setTimeout(() => reject(error), timeoutMs);
  });
  try {
    return await Promise.race([work.catch(() => Promise.reject(new Error('Kafka did not answer.'))), late]);
  } finally {
    clearTimeout(timer);
  }
}
