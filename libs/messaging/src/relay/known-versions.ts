// How far each aggregate is known to have come on its way out: a bounded memory of the most recent ones.

export type Known = { version: number; id: number };

export type KnownVersions = {
  get(aggregateId: string): Known | undefined;
  /** Never goes back: an id below the known one changes nothing. */
  raise(aggregateId: string, known: Known): void;
  /** The row `id` was read, but maybe not all rows of its version. */
  lower(aggregateId: string, id: number): void;
  /** Rows of it were passed by: only what is known by its id has come so far, and no version follows. */
  forgetVersion(aggregateId: string): void;
  clear(): void;
};

/** None that comes right before another. */
const unknownVersion = -1;

export function createKnownVersions(sizeMax: number): KnownVersions {
  const known = new Map<string, Known>();
  return {
    get: (aggregateId) => known.get(aggregateId),
    raise(aggregateId, next) {
      const before = known.get(aggregateId);
      if (before && before.id >= next.id) return;
      known.delete(aggregateId);
      known.set(aggregateId, next);
      if (known.size > sizeMax) known.delete(known.keys().next().value!);
    },
    lower(aggregateId, id) {
      const before = known.get(aggregateId);
      if (before?.id === id) known.set(aggregateId, { version: before.version - 1, id });
    },
    forgetVersion(aggregateId) {
      const before = known.get(aggregateId);
      if (before) known.set(aggregateId, { version: unknownVersion, id: before.id });
    },
    clear: () => known.clear(),
  };
}
