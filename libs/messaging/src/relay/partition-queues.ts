// Which messages the relay holds in memory and which it sends next, so that none is sent before an earlier one of its aggregate.
//
// Invariants: a message is queued only when every earlier message of its aggregate was sent or is queued before it; a message that
// is not queued is in the table, and a sweep will read it; the held messages (queued, being sent, or sent and not yet deleted)
// are bounded by count and bytes. Each partition has a queue, first in first out; one that fails is retried alone and delays no other.

import { backoffMs } from '../backoff.ts';
import type { OutboxRow, StoredMessage, SweptMessage } from '../outbox/outbox.ts';

export type QueuedMessage = { message: StoredMessage; bytes: number; sinceMs: number };

export type Batch = {
  entries: readonly QueuedMessage[];
  partitions: readonly string[];
  /** A retry is of one failing partition; any other batch is of all healthy ones together. */
  isRetry: boolean;
};

export type SweepChoice = { ids: string[]; skippedAggregates: ReadonlySet<string>; mayHaveMore: boolean };

export type PartitionQueues = {
  /** Queues committed messages that may be sent now; false when some of them were left to the table. */
  enqueue(stored: readonly StoredMessage[], nowMs: number): boolean;
  /** Starts a sweep; returns the ids that it need not read. */
  beginSweep(): string[];
  /** Chooses from all rows that are not held, oldest first. `mayHaveMore`: the table may have rows after them. */
  choose(rows: readonly OutboxRow[], mayHaveMore: boolean): SweepChoice;
  /** Ends the sweep with the chosen messages, oldest first. */
  endSweep(choice: SweepChoice, swept: readonly SweptMessage[]): void;
  /** The next batch that may be sent now: a due retry, or (only with `includeHealthy`) one of all healthy partitions. Its partitions give no other batch until `sent` or `failed`. */
  nextBatch(nowMs: number, includeHealthy?: boolean): Batch | undefined;
  /** Returns the ids of the batch. They stay held until `deleted`. */
  sent(batch: Batch): string[];
  /** Puts the batch back at the front, in order; returns after how many milliseconds `nextBatch` will return all of it again. */
  failed(batch: Batch, nowMs: number): number;
  deleted(ids: readonly string[]): void;
  /** How many more messages may be held. */
  capacityLeft(): number;
  queued(): number;
  /** A failing partition holds as much as it may; otherwise it would use the memory of the others. */
  anyFull(): boolean;
  anyFailing(): boolean;
  reset(): void;
};

export type QueueLimits = { countMax: number; bytesMax: number; batchMax: number; batchBytesMax: number };

type PartitionQueue = { waiting: QueuedMessage[]; isSending: boolean; failures: number; retryAtMs: number };

/** Headers, framing of the record and the object itself, in addition to the payload. */
const overheadBytes = 600;
const knownAggregatesMax = 20_000;

export function createPartitionQueues({
  countMax,
  bytesMax,
  batchMax,
  batchBytesMax,
  partitionOf,
}: QueueLimits & { partitionOf: (topic: string, key: string) => string }): PartitionQueues {
  const queues = new Map<string, PartitionQueue>();
  const knownVersions = createKnownVersions();
  const failingQueueMax = Math.ceil(countMax / 8);
  const held = new Set<string>();
  let healthyBatchIsOut = false;
  let queued = 0;
  let queuedBytes = 0;
  /** Ids that were deleted while a sweep was reading: it may have read their rows before. */
  let deletedDuringSweep: Set<string> | undefined;

  return {
    enqueue(stored, nowMs) {
      const bytes = stored.reduce((sum, message) => sum + bytesOf(message), 0);
      if (held.size + stored.length > countMax || queuedBytes + bytes > bytesMax) return false;
      // All messages of an aggregate or none: the known version of an aggregate is one for all topics.
      const refused = new Set(stored.filter((m) => isFull(queues.get(partitionOfRow(m)))).map((m) => m.aggregateId));
      for (const message of stored) {
        const { aggregateId, aggregateVersion: version } = message;
        const known = knownVersions.get(aggregateId);
        const sweptAlready = held.has(message.id) || (known !== undefined && Number(message.id) <= known.id);
        if (sweptAlready || refused.has(aggregateId)) continue;
        const follows = version === 1 || known?.version === version - 1 || known?.version === version;
        if (follows) push(message, nowMs);
        else refused.add(aggregateId);
      }
      return refused.size === 0;
    },
    beginSweep() {
      deletedDuringSweep = new Set();
      return [...held];
    },
    choose(rows, mayHaveMore) {
      const skippedAggregates = new Set<string>();
      const ids: string[] = [];
      let bytes = queuedBytes;
      for (const row of rows) {
        if (held.size + ids.length >= countMax || (bytes >= bytesMax && ids.length > 0)) {
          return { ids, skippedAggregates, mayHaveMore: true };
        }
        if (isFull(queues.get(partitionOfRow(row)))) {
          skippedAggregates.add(row.aggregateId);
          continue;
        }
        ids.push(row.id);
        bytes += row.bytes + overheadBytes;
      }
      return { ids, skippedAggregates, mayHaveMore };
    },
    endSweep(choice, swept) {
      for (const { message, createdAtMs } of swept) {
        if (held.has(message.id) || deletedDuringSweep?.has(message.id)) continue;
        push(message, createdAtMs);
      }
      for (const aggregateId of choice.skippedAggregates) knownVersions.forgetVersion(aggregateId);
      const last = swept.at(-1)?.message;
      if (choice.mayHaveMore && last) knownVersions.lower(last.aggregateId, Number(last.id));
      deletedDuringSweep = undefined;
    },
    nextBatch: (nowMs, includeHealthy = true) => nextRetry(nowMs) ?? (includeHealthy ? nextHealthy() : undefined),
    sent(batch) {
      for (const queue of release(batch)) queue.failures = 0;
      queued -= batch.entries.length;
      for (const entry of batch.entries) queuedBytes -= entry.bytes;
      return batch.entries.map((entry) => entry.message.id);
    },
    failed(batch, nowMs) {
      // Each partition has a random delay of its own. The last one counts: the caller asks again only then.
      let latestMs = 0;
      for (const queue of release(batch)) {
        queue.failures += 1;
        const delayMs = backoffMs(queue.failures);
        queue.retryAtMs = nowMs + delayMs;
        latestMs = Math.max(latestMs, delayMs);
      }
      for (const entry of batch.entries.toReversed()) queueOf(partitionOfRow(entry.message)).waiting.unshift(entry);
      return latestMs;
    },
    deleted(ids) {
      for (const id of ids) {
        held.delete(id);
        deletedDuringSweep?.add(id);
      }
    },
    capacityLeft: () => (queuedBytes >= bytesMax ? 0 : Math.max(0, countMax - held.size)),
    queued: () => queued,
    anyFull: () => [...queues.values()].some(isFull),
    anyFailing: () => [...queues.values()].some(({ failures }) => failures > 0),
    reset() {
      queues.clear();
      knownVersions.clear();
      held.clear();
      healthyBatchIsOut = false;
      queued = 0;
      queuedBytes = 0;
      deletedDuringSweep = undefined;
    },
  };

  function push(message: StoredMessage, sinceMs: number): void {
    const bytes = bytesOf(message);
    queueOf(partitionOfRow(message)).waiting.push({ message, bytes, sinceMs });
    held.add(message.id);
    queued += 1;
    queuedBytes += bytes;
    knownVersions.raise(message.aggregateId, { version: message.aggregateVersion, id: Number(message.id) });
  }

  /** Smaller after each failure, down to one message: then a message that the broker refuses delays only its own partition. */
  function nextRetry(nowMs: number): Batch | undefined {
    for (const [partition, queue] of queues) {
      const { isSending, failures, waiting, retryAtMs } = queue;
      if (isSending || failures === 0 || waiting.length === 0 || retryAtMs > nowMs) continue;
      const entries = take(queue, Math.max(1, Math.floor(batchMax / 2 ** failures)), batchBytesMax);
      return { entries, partitions: [partition], isRetry: true };
    }
    return undefined;
  }

  /** All healthy partitions together: few large requests instead of many small ones. */
  function nextHealthy(): Batch | undefined {
    if (healthyBatchIsOut) return undefined;
    const entries: QueuedMessage[] = [];
    const partitions: string[] = [];
    let bytesLeft = batchBytesMax;
    for (const [partition, queue] of [...queues]) {
      if (entries.length >= batchMax || bytesLeft <= 0) break;
      if (queue.isSending || queue.failures > 0 || queue.waiting.length === 0) continue;
      const taken = take(queue, batchMax - entries.length, bytesLeft);
      entries.push(...taken);
      partitions.push(partition);
      for (const { bytes } of taken) bytesLeft -= bytes;
      // To the end of the map, so that another partition is first in the next batch.
      queues.delete(partition);
      queues.set(partition, queue);
    }
    if (entries.length === 0) return undefined;
    healthyBatchIsOut = true;
    return { entries, partitions, isRetry: false };
  }

  function release({ partitions, isRetry }: Batch): PartitionQueue[] {
    if (!isRetry) healthyBatchIsOut = false;
    const released = partitions.map(queueOf);
    for (const queue of released) queue.isSending = false;
    return released;
  }

  function isFull(queue: PartitionQueue | undefined): boolean {
    return queue !== undefined && queue.failures > 0 && queue.waiting.length >= failingQueueMax;
  }

  function partitionOfRow({ topic, aggregateId }: { topic: string; aggregateId: string }): string {
    return partitionOf(topic, aggregateId);
  }

  function queueOf(partition: string): PartitionQueue {
    const found = queues.get(partition);
    if (found) return found;
    const queue = { waiting: [], isSending: false, failures: 0, retryAtMs: 0 };
    queues.set(partition, queue);
    return queue;
  }
}

/** Takes messages from the front: at least one, otherwise within these limits. */
function take(queue: PartitionQueue, countMax: number, bytesMax: number): QueuedMessage[] {
  let count = 0;
  let bytes = 0;
  for (const entry of queue.waiting) {
    if (count > 0 && (count >= countMax || bytes + entry.bytes > bytesMax)) break;
    bytes += entry.bytes;
    count += 1;
  }
  queue.isSending = true;
  return queue.waiting.splice(0, count);
}

type KnownVersion = { version: number; id: number };

/** The last message of each aggregate that was sent or queued, by version and id: a bounded memory of the most recent aggregates. */
function createKnownVersions() {
  const knownOf = new Map<string, KnownVersion>();
  return {
    get: (aggregateId: string) => knownOf.get(aggregateId),
    /** Never goes back: a smaller id changes nothing. */
    raise(aggregateId: string, next: KnownVersion) {
      const known = knownOf.get(aggregateId);
      if (known && known.id >= next.id) return;
      knownOf.delete(aggregateId);
      knownOf.set(aggregateId, next);
      if (knownOf.size > knownAggregatesMax) knownOf.delete(knownOf.keys().next().value!);
    },
    /** The row `id` was read, but perhaps not all rows of its version. */
    lower(aggregateId: string, id: number) {
      const known = knownOf.get(aggregateId);
      if (known?.id === id) knownOf.set(aggregateId, { version: known.version - 1, id });
    },
    /** Some of its rows were skipped: messages up to the id were sent or queued, but no version may follow. */
    forgetVersion(aggregateId: string) {
      const known = knownOf.get(aggregateId);
      if (known) knownOf.set(aggregateId, { version: noVersionFollows, id: known.id });
    },
    clear: () => knownOf.clear(),
  };
}

const noVersionFollows = -1;

function bytesOf(message: StoredMessage): number {
  return message.payload.length + overheadBytes;
}
