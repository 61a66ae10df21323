// For a group whose database was restored to an earlier moment: reads the messages since then again and applies the missed ones.
//
// Inbox and versions ensure that each message is applied once and in order. The group's offsets do not change, so a running
// consumer continues where it was.

import { nullIfUnreadable, type Codec } from '@oms/contracts';
import type pg from 'pg';
import { partitionKey, type Kafka, type ReceivedMessage } from '../kafka/client.ts';
import { applySlice, type ApplyOptions } from './apply.ts';
import { readFromTimestamp } from './read-from-timestamp.ts';

export type ReplayReport = {
  read: number;
  /** Messages that the database had not applied. */
  missed: number;
  /** Messages in the out-of-order buffer, because an earlier one of their aggregate was not among those read. */
  buffered: number;
  /** Messages that cannot be applied. They are, or were, dead letters. */
  failed: number;
};

export type ReplayOptions = ApplyOptions & {
  kafka: Kafka;
  topics: readonly string[];
  since: Date;
  /** Up to the present end of the topics, or up to the committed offsets of the group: later messages it will still read for the first time. */
  until: 'end' | 'committed';
  /** False: counts, and applies nothing. */
  fix: boolean;
};

type Counts = Omit<ReplayReport, 'read'>;

const sliceMax = 500;

/** May be repeated, and may run beside a consumer. @throws transient errors: run it again later */
export async function replay({
  kafka,
  topics,
  since,
  until,
  fix,
  pool,
  codec,
  group,
  ordering,
  apply,
}: ReplayOptions): Promise<ReplayReport> {
  const committed = until === 'committed' ? await kafka.admin.committedOffsets(group, topics) : undefined;
  const committedAt = new Map(committed?.map((each) => [partitionKey(each), each.offset]));
  const slices: Counts[] = [];
  const read = await readFromTimestamp({
    kafka,
    topics,
    since,
    endOf: (range) => (committed ? (committedAt.get(partitionKey(range)) ?? -1n) : range.end),
    onUnreadable: () => void slices.push({ missed: 0, buffered: 0, failed: 1 }),
    async onMessages(messages) {
      for (let from = 0; from < messages.length; from += sliceMax) {
        const slice = messages.slice(from, from + sliceMax);
        slices.push(
          fix
            ? await applyMissed({ pool, codec, group, ordering, apply }, slice)
            : await countMissed({ pool, codec, group }, slice),
        );
      }
    },
  });
  return { read, ...sumOf(slices) };
}

async function applyMissed(options: ApplyOptions, slice: readonly ReceivedMessage[]): Promise<Counts> {
  const outcome = await applySlice(options, slice);
  if (outcome.done) {
    return {
      missed: outcome.applied,
      buffered: outcome.buffered - outcome.released,
      failed: outcome.unreadable.length,
    };
  }
  if (outcome.isTransient) throw outcome.error;
  if (slice.length === 1) return { missed: 0, buffered: 0, failed: 1 };
  const counts: Counts[] = [];
  for (const message of slice) counts.push(await applyMissed(options, [message]));
  return sumOf(counts);
}

const countMissedSql = `
  SELECT count(*)::int AS n FROM unnest($1::uuid[]) AS m("eventId")
  WHERE NOT EXISTS (SELECT FROM messaging.inbox i WHERE i."eventId" = m."eventId" AND i."consumer" = $2)`;

async function countMissed(
  { pool, codec, group }: { pool: pg.Pool; codec: Codec; group: string },
  received: readonly ReceivedMessage[],
): Promise<Counts> {
  const ids = new Set<string>();
  for (const { value } of received) {
    const message = value && (await codec.decode(value).catch(nullIfUnreadable));
    if (message) ids.add(message.eventId);
  }
  const { rows } = await pool.query<{ n: number }>(countMissedSql, [[...ids], group]);
  return { missed: rows[0]!.n, buffered: 0, failed: 0 };
}

function sumOf(counts: readonly Counts[]): Counts {
  return counts.reduce(
    (sum, each) => ({
      missed: sum.missed + each.missed,
      buffered: sum.buffered + each.buffered,
      failed: sum.failed + each.failed,
    }),
    { missed: 0, buffered: 0, failed: 0 },
  );
}
