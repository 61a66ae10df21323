/** Open event streams. They do not end by themselves, so a gateway that stops ends them. */

export type EventStreams = {
  /** Returns a function that removes the stream; call it when the stream has ended. */
  add(end: () => void): () => void;
  /** Ends all streams, and each one that is added later. */
  endAll(): void;
};

export function createEventStreams(): EventStreams {
  const open = new Set<() => void>();
  let isStopping = false;
  return {
    add(end) {
      open.add(end);
      if (isStopping) queueMicrotask(end);
      return () => void open.delete(end);
    },
    endAll() {
      isStopping = true;
      for (const end of open) end();
    },
  };
}
