// Who is next: callers take turns, each caller's commands keep their order, and nobody may fill the queue alone.

type Waits = { readonly caller: string | undefined; readonly bytes: number };
type Lane<W> = { waiting: W[]; bytes: number };

export type Limits = { countMax: number; bytesMax: number; queueMax: number; queueBytesMax: number };

export type Turns<W> = {
  /** Takes it in unless the queue is full: for everybody, or for this caller, who may have half of it. */
  add(one: W): boolean;
  /** The next batch: from each caller one command in turn, until it is full. Empty when nobody waits. */
  take(): W[];
};

export function createTurns<W extends Waits>(o: Limits): Turns<W> {
  /** The first lane is next; a lane that had its turn goes to the end. */
  const lanes = new Map<string | undefined, Lane<W>>();
  let count = 0;
  let bytes = 0;

  return {
    add(one) {
      const lane = lanes.get(one.caller) ?? { waiting: [], bytes: 0 };
      // Callers nobody named cannot be told apart, so their lane is everybody's.
      const share = one.caller === undefined ? 1 : 0.5;
      if (isFull(count, bytes + one.bytes, 1) || isFull(lane.waiting.length, lane.bytes + one.bytes, share))
        return false;
      lane.waiting.push(one);
      lane.bytes += one.bytes;
      lanes.set(one.caller, lane);
      count += 1;
      bytes += one.bytes;
      return true;
    },
    take() {
      const batch: W[] = [];
      let batchBytes = 0;
      for (const [caller, lane] of lanes) {
        if (batch.length === o.countMax) break;
        const one = lane.waiting[0]!;
        // What does not fit is passed over and stays first in line: it begins the next batch, however many small ones come meanwhile.
        if (batch.length > 0 && batchBytes + one.bytes > o.bytesMax) continue;
        batch.push(one);
        batchBytes += one.bytes;
        lane.waiting.shift();
        lane.bytes -= one.bytes;
        lanes.delete(caller);
        // Set anew it is last, and this very loop comes by it again.
        if (lane.waiting.length > 0) lanes.set(caller, lane);
      }
      count -= batch.length;
      bytes -= batchBytes;
      return batch;
    },
  };

  /** One command always fits, however large: otherwise it could never be done. */
  function isFull(waiting: number, bytesThen: number, share: number): boolean {
    return waiting >= Math.ceil(o.queueMax * share) || (waiting > 0 && bytesThen > o.queueBytesMax * share);
  }
}
