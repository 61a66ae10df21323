// Event streams have no end of their own, and a gateway that stops can't wait for one: it ends them itself.

export type EventStreams = {
  /** Gives back how to take it out again, when it ended by itself. */
  add(end: () => void): () => void;
  /** Ends all there are, and each that begins later. */
  endAll(): void;
};

export function createEventStreams(): EventStreams {
  const open = new Set<() => void>();
  let isOver = false;
  return {
    add(end) {
      open.add(end);
      if (isOver) queueMicrotask(end);
      return () => void open.delete(end);
    },
    endAll() {
      isOver = true;
      for (const end of open) end();
    },
  };
}
