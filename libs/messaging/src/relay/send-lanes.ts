// What leaves next: one lane per partition, first in first out; a lane that fails goes on alone and holds up no other.

import { backoffMs } from '../backoff.ts';
import type { StoredMessage } from '../outbox/outbox.ts';

export type Entry = { message: StoredMessage; lane: string; bytes: number; sinceMs: number };

export type SendBatch = { entries: readonly Entry[]; lanes: readonly string[]; alone: boolean };

export type SendLanes = {
  push(entry: Entry): void;
  /** The next batch that may be sent now, of a failing lane alone unless `train`. Its lanes give nothing more until it is `sent` or `failed`. */
  next(nowMs: number, train?: boolean): SendBatch | undefined;
  sent(batch: SendBatch): void;
  /** Puts the batch back in front, in order; answers after how many milliseconds `next` will offer all of it again. */
  failed(batch: SendBatch, nowMs: number): number;
  /** A failing lane may hold so much and no more, or it would take all the memory from the others. */
  isFull(lane: string): boolean;
  anyFull(): boolean;
  anyFailing(): boolean;
  clear(): void;
};

type Lane = { waiting: Entry[]; busy: boolean; failures: number; retryAtMs: number };

export function createSendLanes(o: { countMax: number; bytesMax: number; failingLaneMax: number }): SendLanes {
  const lanes = new Map<string, Lane>();
  let trainIsOut = false;

  return {
    push(entry) {
      laneOf(entry.lane).waiting.push(entry);
    },
    next: (nowMs, train = true) => nextAlone(nowMs) ?? (train ? nextTrain() : undefined),
    sent(batch) {
      release(batch, (lane) => (lane.failures = 0));
    },
    failed(batch, nowMs) {
      // Each lane has a spread of its own: whoever looked at the first of them only would leave the others where they are.
      let latestMs = 0;
      release(batch, (lane) => {
        lane.failures += 1;
        const waitMs = backoffMs(lane.failures);
        lane.retryAtMs = nowMs + waitMs;
        latestMs = Math.max(latestMs, waitMs);
      });
      for (const entry of batch.entries.toReversed()) laneOf(entry.lane).waiting.unshift(entry);
      return latestMs;
    },
    isFull: (lane) => isFull(lanes.get(lane)),
    anyFull: () => [...lanes.values()].some(isFull),
    anyFailing: () => [...lanes.values()].some((lane) => lane.failures > 0),
    clear() {
      lanes.clear();
      trainIsOut = false;
    },
  };

  /** Fewer at each failure, down to one: so that one message which the broker refuses is found, and holds up its own lane only. */
  function nextAlone(nowMs: number): SendBatch | undefined {
    for (const [key, lane] of lanes) {
      if (lane.busy || lane.failures === 0 || lane.waiting.length === 0 || lane.retryAtMs > nowMs) continue;
      const entries = take(lane, {
        count: Math.max(1, Math.floor(o.countMax / 2 ** lane.failures)),
        bytes: o.bytesMax,
      });
      return { entries, lanes: [key], alone: true };
    }
    return undefined;
  }

  /** All healthy lanes together: few large requests instead of many small ones. */
  function nextTrain(): SendBatch | undefined {
    if (trainIsOut) return undefined;
    const room = { count: o.countMax, bytes: o.bytesMax };
    const entries: Entry[] = [];
    const taken: string[] = [];
    for (const [key, lane] of [...lanes]) {
      if (lane.busy || lane.failures > 0 || lane.waiting.length === 0 || room.count <= 0 || room.bytes <= 0) continue;
      entries.push(...take(lane, room));
      taken.push(key);
      // The lane goes to the end of the map, so that another is first next time.
      lanes.delete(key);
      lanes.set(key, lane);
    }
    if (entries.length === 0) return undefined;
    trainIsOut = true;
    return { entries, lanes: taken, alone: false };
  }

  function take(lane: Lane, room: { count: number; bytes: number }): Entry[] {
    let count = 0;
    for (const entry of lane.waiting) {
      if (room.count <= 0 || (room.bytes < entry.bytes && count > 0)) break;
      room.count -= 1;
      room.bytes -= entry.bytes;
      count += 1;
    }
    lane.busy = true;
    return lane.waiting.splice(0, count);
  }

  function release(batch: SendBatch, change: (lane: Lane) => void): void {
    if (!batch.alone) trainIsOut = false;
    for (const key of batch.lanes) {
      const lane = laneOf(key);
      lane.busy = false;
      change(lane);
    }
  }

  function isFull(lane: Lane | undefined): boolean {
    return lane !== undefined && lane.failures > 0 && lane.waiting.length >= o.failingLaneMax;
  }

  function laneOf(key: string): Lane {
    let lane = lanes.get(key);
    if (!lane) lanes.set(key, (lane = { waiting: [], busy: false, failures: 0, retryAtMs: 0 }));
    return lane;
  }
}
