// The messages of each aggregate are applied in the order of their versions, in whatever order they arrive.
//
// Pure. A version that the aggregate has already passed is skipped. On a topic without gaps (`gapless`) the next version is applied,
// together with the buffered versions that follow it, and any later one is buffered. On a topic with gaps (`rising`) any later one is applied.
// A consumer that needs no order (`any`) applies each message when it arrives, and nothing is skipped.

export type MessageHead = { eventId: string; aggregateId: string; aggregateVersion: number };

/** A message that has just arrived, or one in the out-of-order buffer, of which only the head is known. */
export type ReadyMessage<M> = { message: M } | { buffered: MessageHead };

export type OrderingPlan<M> = {
  /** To apply now, in this order. */
  ready: ReadyMessage<M>[];
  /** How many are skipped. */
  older: number;
  toBuffer: M[];
  /** Buffered messages that are applied now, or that the aggregate has passed. */
  toRemove: MessageHead[];
  /** The new version of each aggregate that advances. */
  versions: Map<string, number>;
  /** More buffered messages are ready than `releaseMax` allows. */
  hasMore: boolean;
};

export type OrderingInput<M> = {
  versions: 'gapless' | 'rising' | 'any';
  /** In the order of their partition, each event once, none that is buffered. `repeat`: the inbox says that it was applied before. */
  arrivals: readonly { message: M; repeat: boolean }[];
  /** The last applied version of each known aggregate, by its id in lower case. */
  applied: ReadonlyMap<string, number>;
  /** The buffered messages of these aggregates. */
  buffered: readonly MessageHead[];
  releaseMax: number;
};

type Waiting<M> = ReadyMessage<M> & { version: number };

export function planOrdering<M extends MessageHead>({
  versions,
  arrivals,
  applied,
  buffered,
  releaseMax,
}: OrderingInput<M>): OrderingPlan<M> {
  const plan: OrderingPlan<M> = {
    ready: [],
    older: 0,
    toBuffer: [],
    toRemove: [],
    versions: new Map(),
    hasMore: false,
  };
  /** Messages that wait for an earlier version, per aggregate, by rising version. */
  const waitingOf = new Map<string, Waiting<M>[]>();
  let released = 0;

  for (const head of buffered) wait(head.aggregateId, { version: head.aggregateVersion, buffered: head });
  for (const aggregateId of waitingOf.keys()) {
    if (versions === 'any') releaseAll(aggregateId);
    else releaseNext(aggregateId);
  }
  for (const { message, repeat } of arrivals) {
    const aggregateId = message.aggregateId.toLowerCase();
    const { aggregateVersion: version } = message;
    const last = lastVersion(aggregateId);
    if (repeat) {
      // The inbox may know of an effect that the versions do not know of, for example of an earlier release.
      if (version > last && versions === 'any') plan.versions.set(aggregateId, version);
      else if (version > last) advance(aggregateId, version);
    } else if (versions === 'any') {
      plan.ready.push({ message });
      if (version > last) plan.versions.set(aggregateId, version);
    } else if (versions === 'rising' ? version < last : version <= last) {
      plan.older += 1;
    } else if (versions === 'gapless' && version > last + 1) {
      wait(aggregateId, { version, message });
    } else {
      plan.ready.push({ message });
      advance(aggregateId, version);
    }
  }
  plan.toBuffer =
    versions === 'any'
      ? []
      : [...waitingOf.values()].flat().flatMap((each) => ('message' in each ? [each.message] : []));
  return plan;

  function lastVersion(aggregateId: string): number {
    return plan.versions.get(aggregateId) ?? applied.get(aggregateId) ?? 0;
  }

  function advance(aggregateId: string, version: number): void {
    plan.versions.set(aggregateId, version);
    releaseNext(aggregateId);
  }

  function wait(aggregateId: string, entry: Waiting<M>): void {
    const waiting = waitingOf.get(aggregateId);
    if (!waiting) waitingOf.set(aggregateId, [entry]);
    else waiting.splice(waiting.findLastIndex(({ version }) => version <= entry.version) + 1, 0, entry);
  }

  /** What an earlier release buffered, which still needed the order. */
  function releaseAll(aggregateId: string): void {
    for (const { version, ...entry } of waitingOf.get(aggregateId) ?? []) {
      if (!('buffered' in entry)) continue;
      if (released >= releaseMax) plan.hasMore = true;
      if (released >= releaseMax) return;
      released += 1;
      plan.toRemove.push(entry.buffered);
      plan.ready.push({ buffered: entry.buffered });
      if (version > lastVersion(aggregateId)) plan.versions.set(aggregateId, version);
    }
  }

  /** Moves the messages at the front that no longer wait for another one. */
  function releaseNext(aggregateId: string): void {
    const waiting = waitingOf.get(aggregateId) ?? [];
    for (let first = waiting[0]; first && first.version <= lastVersion(aggregateId) + 1; first = waiting[0]) {
      const isOlder = first.version <= lastVersion(aggregateId);
      if ('buffered' in first && !isOlder && released >= releaseMax) {
        plan.hasMore = true;
        return;
      }
      waiting.shift();
      if ('buffered' in first) plan.toRemove.push(first.buffered);
      if (isOlder) {
        plan.older += 1;
        continue;
      }
      if ('buffered' in first) released += 1;
      plan.ready.push('buffered' in first ? { buffered: first.buffered } : { message: first.message });
      plan.versions.set(aggregateId, first.version);
    }
  }
}
