// A partition with a record batch that cannot be read stops, and no other one: until an admin skips the batch, or it is read elsewhere.
//
// What is stopped is a row of messaging.stopped_partitions. An admin's request, which any process may receive, reaches the process that has
// the partition through that row.

import type pg from 'pg';
import { sendUnreadableBatch, type DeadLetterOptions } from '../dead-letters/send-dead-letters.ts';
import {
  partitionKey,
  type Kafka,
  type KafkaAdmin,
  type TopicPartition,
  type UnreadableBatch,
} from '../kafka/client.ts';

export type StoppedPartition = TopicPartition & {
  /** The offsets of the batch that cannot be read: from `first` to `last`. */
  first: string;
  last: string;
  bytes: number;
  error: string;
  stoppedAt: string;
  skipRequestedBy: string | null;
};

export type StoppedPartitions = {
  /** Resolves when the batch was skipped and its offset committed, or when the partition is no longer ours. */
  hold(batch: UnreadableBatch): Promise<void>;
  /** Those of this process. */
  state(): StoppedHere[];
  assigned(): void;
};

export type StoppedHere = TopicPartition & { offset: bigint };

export type StoppedPartitionsOptions = DeadLetterOptions & {
  /** Waiting for an admin is no stall. */
  onAlive: () => void;
  onSkipped: (next: TopicPartition & { offset: bigint }) => void;
};

const lookMs = 1_000;
const logEveryMs = 10 * 60_000;

export function createStoppedPartitions(options: StoppedPartitionsOptions): StoppedPartitions {
  const { pool, group, metrics, logger, onAlive, onSkipped } = options;
  const stopped = new Map<string, StoppedHere>();

  return {
    state: () => [...stopped.values()],
    assigned() {
      for (const { topic } of stopped.values()) metrics.stopped.set({ group, topic }, 0);
      stopped.clear();
    },
    async hold(batch) {
      const { topic, partition, first } = batch;
      const here = { topic, partition, offset: first };
      stopped.set(partitionKey(batch), here);
      measure(topic);
      try {
        await waitForSkip(batch);
      } finally {
        // After a rebalance another entry may have taken its place.
        if (stopped.get(partitionKey(batch)) === here) stopped.delete(partitionKey(batch));
        measure(topic);
      }
    },
  };

  async function waitForSkip(batch: UnreadableBatch): Promise<void> {
    const { topic, partition, first, end, error } = batch;
    const place = { topic, partition, first: first.toString(), last: (end - 1n).toString() };
    let loggedAtMs = -Infinity;
    while (batch.isRunning()) {
      if (performance.now() - loggedAtMs >= logEveryMs) {
        loggedAtMs = performance.now();
        logger.error(
          { err: error, ...place },
          'A batch cannot be read, so its partition has stopped; an admin can skip it',
        );
      }
      onAlive();
      const by = await skipRequest(batch);
      if (by !== null) {
        await skip(batch, by);
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, lookMs));
      await batch.heartbeat();
    }
  }

  async function skipRequest(batch: UnreadableBatch): Promise<string | null> {
    try {
      return await recordStopped(pool, group, batch);
    } catch (error) {
      logger.warn({ err: error, topic: batch.topic }, 'Cannot record a stopped partition for now; trying again');
      return null;
    }
  }

  async function skip(batch: UnreadableBatch, by: string): Promise<void> {
    const { topic, partition, first, end } = batch;
    await sendUnreadableBatch(options, batch);
    await batch.commit(end);
    onSkipped({ topic, partition, offset: end });
    await removeStopped(pool, group, batch);
    const place = { topic, partition, first: first.toString(), last: (end - 1n).toString(), by };
    logger.warn(place, 'Skipped a batch that cannot be read; its place is a dead letter');
  }

  function measure(topic: string): void {
    const count = [...stopped.values()].filter((each) => each.topic === topic).length;
    metrics.stopped.set({ group, topic }, count);
  }
}

const recordSql = `
  INSERT INTO messaging.stopped_partitions AS s ("consumer", "topic", "partition", "first", "end", "bytes", "error")
  VALUES ($1, $2, $3, $4, $5, $6, $7)
  ON CONFLICT ("consumer", "topic", "partition") DO UPDATE SET
    "first" = excluded."first", "end" = excluded."end", "bytes" = excluded."bytes", "error" = excluded."error",
    "stoppedAt" = CASE WHEN s."first" = excluded."first" THEN s."stoppedAt" ELSE now() END,
    "skipRequestedBy" = CASE WHEN s."first" = excluded."first" THEN s."skipRequestedBy" END,
    "skipRequestedAt" = CASE WHEN s."first" = excluded."first" THEN s."skipRequestedAt" END
  RETURNING "skipRequestedBy"`;

/** Returns who asked to skip this batch, or null. */
async function recordStopped(pool: pg.Pool, group: string, batch: UnreadableBatch): Promise<string | null> {
  const { topic, partition, first, end, bytes, error } = batch;
  const { rows } = await pool.query<{ skipRequestedBy: string | null }>(recordSql, [
    group,
    topic,
    partition,
    first.toString(),
    end.toString(),
    bytes.length,
    error.message,
  ]);
  return rows[0]?.skipRequestedBy ?? null;
}

async function removeStopped(pool: pg.Pool, group: string, { topic, partition }: TopicPartition): Promise<void> {
  await pool.query(
    'DELETE FROM messaging.stopped_partitions WHERE "consumer" = $1 AND "topic" = $2 AND "partition" = $3',
    [group, topic, partition],
  );
}

const listSql = `
  SELECT "topic", "partition", "first", ("end" - 1)::text AS "last", "bytes", "error", "stoppedAt", "skipRequestedBy"
  FROM messaging.stopped_partitions WHERE "consumer" = $1 ORDER BY "topic", "partition"`;

type Row = Omit<StoppedPartition, 'stoppedAt'> & { stoppedAt: Date };

/** The stopped partitions of a group. One that was continued by other means, such as a newer version that reads the batch, is left out. */
export async function listStoppedPartitions(
  pool: pg.Pool,
  admin: KafkaAdmin,
  group: string,
): Promise<StoppedPartition[]> {
  const { rows } = await pool.query<Row>(listSql, [group]);
  if (rows.length === 0) return [];
  const committed = await admin.committedOffsets(group, [...new Set(rows.map(({ topic }) => topic))]);
  const committedAt = new Map(committed.map((each) => [partitionKey(each), each.offset]));
  return rows
    .filter((row) => (committedAt.get(partitionKey(row)) ?? -1n) <= BigInt(row.first))
    .map((row) => ({ ...row, stoppedAt: row.stoppedAt.toISOString() }));
}

const requestSkipSql = `
  UPDATE messaging.stopped_partitions SET "skipRequestedBy" = $5, "skipRequestedAt" = now()
  WHERE "consumer" = $1 AND "topic" = $2 AND "partition" = $3 AND "first" = $4`;

/** False when the group has not stopped there. */
export async function requestSkip(
  pool: pg.Pool,
  { group, topic, partition, first, by }: TopicPartition & { group: string; first: string; by: string },
): Promise<boolean> {
  const { rowCount } = await pool.query(requestSkipSql, [group, topic, partition, first, by]);
  return rowCount === 1;
}

/** For the readiness of a service: the connection to Kafka, and the partitions of this process that have stopped, if there are any. */
export function kafkaStates(
  kafka: Pick<Kafka, 'state'>,
  { stopped }: { stopped: StoppedHere[] },
): Record<string, string> {
  const places = stopped.map(({ topic, partition, offset }) => `${topic}-${partition} at offset ${offset}`);
  return { kafka: kafka.state(), ...(places.length > 0 && { stoppedPartitions: places.join(', ') }) };
}
