/** A bounded queue that is fair between callers: they take turns, and each caller's commands keep their order. */

type Entry = { readonly caller: string | undefined; readonly bytes: number };
type CallerQueue<E> = { entries: E[]; bytes: number };

export type Limits = { countMax: number; bytesMax: number; queueMax: number; queueBytesMax: number };

export type FairQueue<E> = {
  /** False when the queue is full, or when this caller has half of it already; then the entry is not added. */
  add(entry: E): boolean;
  /** Removes and returns the next batch: one entry of each caller in turn, until the batch is full. Empty when the queue is. */
  take(): E[];
  /** False when the entry is not in the queue any more. */
  remove(entry: E): boolean;
};

export function createFairQueue<E extends Entry>({
  countMax,
  bytesMax,
  queueMax,
  queueBytesMax,
}: Limits): FairQueue<E> {
  /** The first caller is next; after its turn a caller goes to the end. */
  const callers = new Map<string | undefined, CallerQueue<E>>();
  let count = 0;
  let bytes = 0;

  return {
    add(entry) {
      const own = callers.get(entry.caller) ?? { entries: [], bytes: 0 };
      // Unnamed callers cannot be distinguished: they share one queue, which may use all of the space.
      const share = entry.caller === undefined ? 1 : 0.5;
      if (isFull(count, bytes + entry.bytes, 1) || isFull(own.entries.length, own.bytes + entry.bytes, share))
        return false;
      own.entries.push(entry);
      own.bytes += entry.bytes;
      callers.set(entry.caller, own);
      count += 1;
      bytes += entry.bytes;
      return true;
    },
    take() {
      const batch: E[] = [];
      let batchBytes = 0;
      for (const [caller, own] of callers) {
        if (batch.length === countMax) break;
        const entry = own.entries[0]!;
        // An entry that does not fit is skipped and stays first: it begins the next batch, however many small ones arrive meanwhile.
        if (batch.length > 0 && batchBytes + entry.bytes > bytesMax) continue;
        batch.push(entry);
        batchBytes += entry.bytes;
        own.entries.shift();
        own.bytes -= entry.bytes;
        callers.delete(caller);
        // Inserted again it is the last key, and this loop reaches it again.
        if (own.entries.length > 0) callers.set(caller, own);
      }
      count -= batch.length;
      bytes -= batchBytes;
      return batch;
    },
    remove(entry) {
      const own = callers.get(entry.caller);
      const at = own?.entries.indexOf(entry) ?? -1;
      if (!own || at < 0) return false;
      own.entries.splice(at, 1);
      own.bytes -= entry.bytes;
      if (own.entries.length === 0) callers.delete(entry.caller);
      count -= 1;
      bytes -= entry.bytes;
      return true;
    },
  };

  /** An empty queue accepts an entry of any size: otherwise a large one could never be processed. */
  function isFull(waiting: number, bytesThen: number, share: number): boolean {
    return waiting >= Math.ceil(queueMax * share) || (waiting > 0 && bytesThen > queueBytesMax * share);
  }
}
