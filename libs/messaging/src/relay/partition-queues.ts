// Which messages the relay may take into memory, so that none ever leaves before an earlier one of its aggregate.
//
// Invariants: a message is queued only when every earlier message of its aggregate has left or is queued before it;
// what is not queued is in the table, and a sweep will bring it; what is held (queued, under way, or sent and not yet
// deleted) is bounded by count and bytes.

import { createKnownVersions } from './known-versions.ts';
import type { StoredMessage } from '../outbox/outbox.ts';
import { createSendLanes, type SendBatch, type SendLanes } from './send-lanes.ts';

/** A row of the table without its bytes. */
export type SurveyedRow = Pick<StoredMessage, 'id' | 'topic' | 'aggregateId' | 'aggregateVersion'> & { bytes: number };

export type Choice = { ids: string[]; skippedAggregates: ReadonlySet<string>; cut: boolean };

export type SweptMessage = { message: StoredMessage; createdAtMs: number };

export type RelayMemory = {
  lanes: Pick<SendLanes, 'next' | 'failed' | 'anyFull' | 'anyFailing'>;
  /** Takes what may leave; false when some of it was left to the table. */
  takeHandedOver(stored: readonly StoredMessage[], nowMs: number): boolean;
  /** Opens a sweep: answers the ids it need not read. */
  beginSweep(): string[];
  /** Chooses from all rows that are not held, oldest first; `cut` tells that there may be more rows after them. */
  choose(rows: readonly SurveyedRow[], cut: boolean): Choice;
  /** Closes the sweep with the messages of the choice, oldest first. */
  takeSwept(choice: Choice, swept: readonly SweptMessage[]): void;
  /** Resolved batches stay held until their rows are deleted. */
  sent(batch: SendBatch): string[];
  deleted(ids: readonly string[]): void;
  /** Messages that may still be taken in. */
  room(): number;
  queued(): number;
  reset(): void;
};

export type MemoryLimits = { countMax: number; bytesMax: number; batchMax: number; batchBytesMax: number };

/** Headers, the record's frame, and the object itself, beside the payload. */
const overheadBytes = 600;

export function createRelayMemory(o: { laneOf: (topic: string, key: string) => string } & MemoryLimits): RelayMemory {
  const lanes = createSendLanes({
    countMax: o.batchMax,
    bytesMax: o.batchBytesMax,
    failingLaneMax: Math.ceil(o.countMax / 8),
  });
  const known = createKnownVersions(20_000);
  const held = new Set<string>();
  let queued = 0;
  let queuedBytes = 0;
  /** Ids that ceased to be held while a sweep was reading: it may have seen them before they were deleted. */
  let goneDuringSweep: Set<string> | undefined;

  return {
    lanes,
    takeHandedOver(stored, nowMs) {
      const bytes = stored.reduce((sum, message) => sum + bytesOf(message), 0);
      if (held.size + stored.length > o.countMax || queuedBytes + bytes > o.bytesMax) return false;
      // All messages of an aggregate or none: what is known of it speaks for all topics.
      const refused = new Set(stored.filter((m) => lanes.isFull(lane(m))).map((m) => m.aggregateId));
      for (const message of stored) {
        const { aggregateId, aggregateVersion: version } = message;
        const before = known.get(aggregateId);
        const sweptAlready = held.has(message.id) || (before !== undefined && Number(message.id) <= before.id);
        if (sweptAlready || refused.has(aggregateId)) continue;
        const follows = version === 1 || before?.version === version - 1 || before?.version === version;
        if (follows) queue(message, nowMs);
        else refused.add(aggregateId);
      }
      return refused.size === 0;
    },
    beginSweep() {
      goneDuringSweep = new Set();
      return [...held];
    },
    choose(rows, cutBefore) {
      const skippedAggregates = new Set<string>();
      const ids: string[] = [];
      let bytes = queuedBytes;
      let cut = cutBefore;
      for (const row of rows) {
        if (held.size + ids.length >= o.countMax || (bytes >= o.bytesMax && ids.length > 0)) {
          cut = true;
          break;
        }
        if (lanes.isFull(lane(row))) {
          skippedAggregates.add(row.aggregateId);
          continue;
        }
        ids.push(row.id);
        bytes += row.bytes + overheadBytes;
      }
      return { ids, skippedAggregates, cut };
    },
    takeSwept(choice, swept) {
      for (const { message, createdAtMs } of swept) {
        if (held.has(message.id) || goneDuringSweep?.has(message.id)) continue;
        queue(message, createdAtMs);
      }
      for (const aggregateId of choice.skippedAggregates) known.forgetVersion(aggregateId);
      const last = swept.at(-1)?.message;
      if (choice.cut && last) known.lower(last.aggregateId, Number(last.id));
      goneDuringSweep = undefined;
    },
    sent(batch) {
      lanes.sent(batch);
      queued -= batch.entries.length;
      for (const entry of batch.entries) queuedBytes -= entry.bytes;
      return batch.entries.map((entry) => entry.message.id);
    },
    deleted(ids) {
      for (const id of ids) {
        held.delete(id);
        goneDuringSweep?.add(id);
      }
    },
    room: () => (queuedBytes >= o.bytesMax ? 0 : Math.max(0, o.countMax - held.size)),
    queued: () => queued,
    reset() {
      lanes.clear();
      known.clear();
      held.clear();
      queued = 0;
      queuedBytes = 0;
      goneDuringSweep = undefined;
    },
  };

  function queue(message: StoredMessage, sinceMs: number): void {
    const bytes = bytesOf(message);
    lanes.push({ message, lane: lane(message), bytes, sinceMs });
    held.add(message.id);
    queued += 1;
    queuedBytes += bytes;
    known.raise(message.aggregateId, { version: message.aggregateVersion, id: Number(message.id) });
  }

  function lane(row: { topic: string; aggregateId: string }): string {
    return o.laneOf(row.topic, row.aggregateId);
  }
}

function bytesOf(message: StoredMessage): number {
  return message.payload.length + overheadBytes;
}
