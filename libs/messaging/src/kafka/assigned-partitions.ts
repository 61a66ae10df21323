// The partitions of one assignment: each has a bounded queue and is worked through by itself, so that none waits for another.

import { partitionKey, type ReceivedMessage, type TopicPartition } from './client.ts';
import { readRecordBatch, UnreadableBatchError, type RecordBatch } from './record-batch.ts';

/** What is next in a partition: messages up to `end`, or a batch that cannot be read from `first` on. */
export type PartitionStep = TopicPartition & { end: bigint } & (
    { messages: ReceivedMessage[] } | { first: bigint; bytes: Buffer; error: UnreadableBatchError }
  );

export type AssignedPartitions = {
  /** What was queued before is forgotten: the new assignment begins at the committed offsets. */
  assign(partitions: readonly TopicPartition[]): void;
  /** Changes with each assignment. An answer to a request of an earlier one must not be queued. */
  assignment(): object;
  /** The offset to fetch next: after the last queued batch, and `committed` while nothing was queued. */
  nextOffset(partition: TopicPartition, committed: string): string;
  /** The log has no such offset any more: what is fetched next begins where kafkajs says. */
  forgetNextOffset(partition: TopicPartition): void;
  enqueue(batches: TopicPartition & { batches: RecordBatch[] }): void;
  /** It takes no more for now, or a step of it failed and it waits for the next assignment. */
  isFull(partition: TopicPartition): boolean;
  /** Resolves when a full queue may have capacity again, or after `ms`. */
  capacity(ms: number): Promise<void>;
  /** Ends the current steps and begins no more. */
  stop(): Promise<void>;
};

export type AssignedPartitionsOptions = {
  onStep: (step: PartitionStep, assignment: Assignment) => Promise<void>;
  /** A step of a current assignment failed. Its partition does not go on before it is assigned anew. */
  onFailure: (error: Error, assignment: Assignment) => void;
};

export type Assignment = {
  /** False once the partitions were assigned anew. */
  isCurrent(): boolean;
  /** False also when stopping: what has begun may end, and nothing new begins. */
  isRunning(): boolean;
};

type Queue = {
  batches: RecordBatch[];
  bytes: number;
  records: number;
  /** The records of the batch at the front, some of them read. */
  open?: { next(): IteratorResult<ReceivedMessage, undefined> } | undefined;
  /** From where on its records were not handed out. */
  position: bigint;
  next?: bigint | undefined;
  failed?: boolean;
  running?: Promise<void>;
};

/** A queue that holds so much is full; one more answer, of at most 256 KiB or one large batch, may come on top. */
const queueBytesMax = 1024 * 1024;
const queueRecordsMax = 20_000;
/** What one step holds in memory, beside one message. */
const stepMessagesMax = 2_000;
const stepBytesMax = 4 * 1024 * 1024;

const noRecords = { next: () => ({ done: true as const, value: undefined }) };

export function createAssignedPartitions({ onStep, onFailure }: AssignedPartitionsOptions): AssignedPartitions {
  let queues = new Map<string, Queue>();
  let stopping = false;
  const waiting = new Set<() => void>();

  return {
    assign(partitions) {
      const before = queues;
      queues = new Map(
        partitions.map((partition) => {
          const running = before.get(partitionKey(partition))?.running;
          return [
            partitionKey(partition),
            { batches: [], bytes: 0, records: 0, position: 0n, ...(running && { running }) },
          ];
        }),
      );
      notify();
    },
    assignment: () => queues,
    nextOffset: (partition, committed) => queues.get(partitionKey(partition))?.next?.toString() ?? committed,
    forgetNextOffset(partition) {
      const queue = queues.get(partitionKey(partition));
      if (queue) queue.next = undefined;
    },
    enqueue({ topic, partition, batches }) {
      const queue = queues.get(partitionKey({ topic, partition }));
      if (!queue || queue.failed || stopping) return;
      for (const batch of batches) add(queue, batch, 1);
      queue.next = batches.at(-1)!.last + 1n;
      const isCurrent = () => queues.get(partitionKey({ topic, partition })) === queue;
      const assignment = { isCurrent, isRunning: () => !stopping && isCurrent() };
      // A step of the assignment before may still be at work: it ends first.
      const previous = queue.running ?? Promise.resolve();
      queue.running = previous.then(() => work(queue, assignment));
    },
    isFull(partition) {
      const queue = queues.get(partitionKey(partition));
      return (
        queue !== undefined &&
        (queue.failed === true || queue.bytes >= queueBytesMax || queue.records >= queueRecordsMax)
      );
    },
    async capacity(ms) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        waiting.add(resolve);
        timer = setTimeout(resolve, ms);
      });
      clearTimeout(timer);
    },
    async stop() {
      stopping = true;
      notify();
      await Promise.all([...queues.values()].flatMap(({ running }) => running ?? []));
    },
  };

  async function work(queue: Queue, assignment: Assignment): Promise<void> {
    while (queue.batches.length > 0 && assignment.isRunning()) {
      try {
        const step = await nextStep(queue);
        notify();
        if (assignment.isRunning()) await onStep(step, assignment);
      } catch (error) {
        if (!assignment.isRunning()) return;
        // What comes after a failed step must not be committed, or the step would be lost.
        queue.failed = true;
        queue.batches = [];
        onFailure(error as Error, assignment);
        return;
      }
    }
  }

  function notify(): void {
    for (const resolve of waiting) resolve();
    waiting.clear();
  }
}

function add(queue: Queue, batch: RecordBatch, sign: 1 | -1): void {
  if (sign === 1) queue.batches.push(batch);
  else queue.batches.shift();
  queue.bytes += sign * batch.bytes.length;
  queue.records += sign * batch.records;
}

/** The messages of the next batches, or of a part of one; a batch that cannot be read is a step of its own. */
async function nextStep(queue: Queue): Promise<PartitionStep> {
  const { topic, partition, from } = queue.batches[0]!;
  const messages: ReceivedMessage[] = [];
  let bytes = 0;
  let end = from > queue.position ? from : queue.position;
  for (let batch = queue.batches[0]; batch; batch = queue.batches[0]) {
    try {
      queue.open ??= batch.holds === 'nothing' ? noRecords : await readRecordBatch(batch);
      for (let next = queue.open.next(); !next.done; next = queue.open.next()) {
        messages.push(next.value);
        bytes += sizeOf(next.value);
        end = next.value.offset + 1n;
        queue.position = end;
        if (messages.length >= stepMessagesMax || bytes >= stepBytesMax) return { topic, partition, end, messages };
      }
    } catch (error) {
      if (!(error instanceof UnreadableBatchError)) throw error;
      if (messages.length > 0) {
        queue.open = fail(error);
        return { topic, partition, end, messages };
      }
      const first = batch.from > queue.position ? batch.from : queue.position;
      leave(queue, batch);
      return { topic, partition, first, end: batch.last + 1n, bytes: batch.bytes, error };
    }
    leave(queue, batch);
    end = batch.last + 1n;
  }
  return { topic, partition, end, messages };
}

/** The step before took the messages in front of the broken record; the next one comes upon it again. */
function fail(error: Error) {
  return {
    next(): never {
      throw error;
    },
  };
}

function leave(queue: Queue, batch: RecordBatch): void {
  add(queue, batch, -1);
  queue.open = undefined;
  queue.position = batch.last + 1n;
}

function sizeOf({ key, value, headers }: ReceivedMessage): number {
  return (key?.length ?? 0) + (value?.length ?? 0) + Object.keys(headers).length * 32;
}
