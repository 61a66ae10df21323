// Positions in the stream of all orders: the next offset of each partition of the topic, such as `0:120,1:98`.

export type Position = ReadonlyMap<number, bigint>;
export type Range = { readonly partition: number; readonly first: bigint; readonly end: bigint };

/** What a position looks like; for schemas. */
export const positionPattern = '^[0-9]{1,5}:[0-9]{1,18}(,[0-9]{1,5}:[0-9]{1,18})*$';

export function formatPosition(position: Position): string {
  let text = '';
  for (const [partition, offset] of [...position].sort(([a], [b]) => a - b)) {
    text += `${text === '' ? '' : ','}${partition}:${offset}`;
  }
  return text;
}

/** @param text matches `positionPattern` */
export function parsePosition(text: string): Position {
  return new Map(
    text.split(',').map((part) => {
      const [partition = '', offset = ''] = part.split(':');
      return [Number(partition), BigInt(offset)];
    }),
  );
}

export type ResumePlan =
  | { readonly resume: readonly { partition: number; from: bigint; to: bigint }[] }
  | { readonly reset: 'GONE' | 'BEHIND' | 'UNKNOWN' };

/**
 * What a client at `last` has missed.
 *
 * @param live where the live changes begin
 * @param ranges what the log holds
 * @param missedMax more is not sent: the client is sooner up to date by fetching the present state
 */
export function planResume(
  last: Position,
  { live, ranges, missedMax }: { live: Position; ranges: readonly Range[]; missedMax: number },
): ResumePlan {
  const rangeOf = new Map(ranges.map((range) => [range.partition, range]));
  for (const [partition, offset] of last) {
    const range = rangeOf.get(partition);
    // The topic was made anew, or the position is of another system.
    if (range === undefined || offset > range.end) return { reset: 'UNKNOWN' };
  }
  let missed = 0n;
  const resume = [];
  for (const [partition, to] of live) {
    // A partition that was added after the client's last frame is new as a whole.
    const from = last.get(partition) ?? 0n;
    const first = rangeOf.get(partition)?.first ?? 0n;
    if (from >= to) continue;
    if (from < first) return { reset: 'GONE' };
    missed += to - from;
    resume.push({ partition, from, to });
  }
  return missed > BigInt(missedMax) ? { reset: 'BEHIND' } : { resume };
}
