// Whose turn it is: each aggregate's messages are applied in the order of their versions, whatever the order they come in.
//
// Pure. A version that the aggregate is past is skipped. On a topic without gaps the next one is applied, with those that
// wait right behind it, and any later one waits; on a topic with gaps any later one is applied.

export type Versioned = { eventId: string; aggregateId: string; aggregateVersion: number };

/** A message that lies in messaging.parked, told by its head alone. */
export type ParkedHead = Versioned;

export type Turn<M> = { message: M } | { head: ParkedHead };

export type Verdict<M> = {
  /** What is applied now, in order. */
  turns: Turn<M>[];
  /** How many are skipped. */
  older: number;
  /** What is to be put aside. */
  park: M[];
  /** The parked ones that have their turn now, or that the aggregate is past. */
  unpark: ParkedHead[];
  /** The last version of each aggregate that moves. */
  versions: Map<string, number>;
  /** It would be the turn of more of the parked than `releaseMax` lets through. */
  more: boolean;
};

export type GuardInput<M> = {
  versions: 'gapless' | 'rising';
  /** In the order of their partition, each event once and none that is parked. `repeat`: applied before, as the inbox says. */
  arrivals: readonly { message: M; repeat: boolean }[];
  /** The last version applied of each aggregate that was heard of, by its id in lower case. */
  applied: ReadonlyMap<string, number>;
  /** What is parked of these aggregates. */
  parked: readonly ParkedHead[];
  releaseMax: number;
};

type Waiting<M> = { version: number; head: ParkedHead } | { version: number; message: M };

export function judge<M extends Versioned>(o: GuardInput<M>): Verdict<M> {
  const verdict: Verdict<M> = { turns: [], older: 0, park: [], unpark: [], versions: new Map(), more: false };
  const lines = new Map<string, Waiting<M>[]>();
  let room = o.releaseMax;

  for (const head of o.parked) queue(head.aggregateId, { version: head.aggregateVersion, head });
  for (const aggregateId of lines.keys()) callNext(aggregateId);
  for (const { message, repeat } of o.arrivals) {
    const aggregateId = message.aggregateId.toLowerCase();
    const { aggregateVersion: version } = message;
    const last = lastOf(aggregateId);
    if (repeat) {
      // The inbox knows of an effect that the versions may not know of: that of an earlier build, for one.
      if (version > last) move(aggregateId, version);
    } else if (o.versions === 'rising' ? version < last : version <= last) {
      verdict.older += 1;
    } else if (o.versions === 'gapless' && version > last + 1) {
      queue(aggregateId, { version, message });
    } else {
      verdict.turns.push({ message });
      move(aggregateId, version);
    }
  }
  verdict.park = [...lines.values()].flat().flatMap((waiting) => ('message' in waiting ? [waiting.message] : []));
  return verdict;

  function lastOf(aggregateId: string): number {
    return verdict.versions.get(aggregateId) ?? o.applied.get(aggregateId) ?? 0;
  }

  function move(aggregateId: string, version: number): void {
    verdict.versions.set(aggregateId, version);
    callNext(aggregateId);
  }

  function queue(aggregateId: string, waiting: Waiting<M>): void {
    const line = lines.get(aggregateId);
    if (!line) lines.set(aggregateId, [waiting]);
    else line.splice(line.findLastIndex(({ version }) => version <= waiting.version) + 1, 0, waiting);
  }

  /** Those at the head of the line whose turn it is. */
  function callNext(aggregateId: string): void {
    const line = lines.get(aggregateId) ?? [];
    for (let first = line[0]; first && first.version <= lastOf(aggregateId) + 1; first = line[0]) {
      const isPast = first.version <= lastOf(aggregateId);
      if ('head' in first && !isPast && room === 0) {
        verdict.more = true;
        return;
      }
      line.shift();
      if ('head' in first) verdict.unpark.push(first.head);
      if (isPast) {
        verdict.older += 1;
        continue;
      }
      if ('head' in first) room -= 1;
      verdict.turns.push('head' in first ? { head: first.head } : { message: first.message });
      verdict.versions.set(aggregateId, first.version);
    }
  }
}
