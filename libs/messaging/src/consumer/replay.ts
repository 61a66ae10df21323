// For a group whose database was taken back to an earlier moment: what it had heard since then is read once more and applied, each message
// once and in its turn, by the same inbox and versions. The group's offsets stay as they are, so a reader that lives goes on where it was.

import { nullIfUnreadable } from '@oms/contracts';
import { applySlice, type SliceOptions } from './apply-slice.ts';
import type { Kafka, ReceivedMessage } from '../kafka/client.ts';
import { readFromTimestamp } from './read-from-timestamp.ts';

export type ReplayReport = {
  read: number;
  /** Messages that the database had not applied. */
  missed: number;
  /** Put aside, as an earlier one of their aggregate was not in what was read. */
  buffered: number;
  /** Could not be applied; they are, or were, a matter of the dead letters. */
  failed: number;
};

export type ReplayOptions = SliceOptions & {
  kafka: Kafka;
  topics: readonly string[];
  since: Date;
  /** To where the topics end now, or to where the group had come: what is after that it has yet to hear for the first time. */
  until: 'end' | 'committed';
  /** False only counts. */
  fix: boolean;
};

const sliceMax = 500;

/** Safe to run again, and beside a reader. @throws what passes by itself: run it again then */
export async function replay(o: ReplayOptions): Promise<ReplayReport> {
  const heard: ReplayReport = { read: 0, missed: 0, buffered: 0, failed: 0 };
  const committed = o.until === 'committed' ? await o.kafka.admin.committedOffsets(o.group, o.topics) : undefined;
  const comeTo = new Map(committed?.map(({ topic, partition, offset }) => [`${topic}/${partition}`, offset]));
  heard.read = await readFromTimestamp({
    ...{ kafka: o.kafka, topics: o.topics, since: o.since },
    endOf: ({ topic, partition, end }) => (committed ? (comeTo.get(`${topic}/${partition}`) ?? -1n) : end),
    async onMessages(messages) {
      for (let at = 0; at < messages.length; at += sliceMax) {
        const slice = messages.slice(at, at + sliceMax);
        if (o.fix) await apply(o, slice, heard);
        else heard.missed += await countUnheard(o, slice);
      }
    },
  });
  return heard;
}

async function apply(o: SliceOptions, slice: readonly ReceivedMessage[], heard: ReplayReport): Promise<void> {
  const outcome = await applySlice(o, slice);
  if (outcome.done) {
    heard.missed += outcome.applied;
    heard.buffered += outcome.parked - outcome.released;
    heard.failed += outcome.unreadable.length;
  } else if (outcome.passing) {
    throw outcome.error;
  } else if (slice.length > 1) {
    for (const message of slice) await apply(o, [message], heard);
  } else {
    heard.failed += 1;
  }
}

const unheardSql = `
  SELECT count(*)::int AS n FROM unnest($1::uuid[]) AS m("eventId")
  WHERE NOT EXISTS (SELECT FROM messaging.inbox i WHERE i."eventId" = m."eventId" AND i."consumer" = $2)`;

async function countUnheard({ pool, group, codec }: SliceOptions, received: readonly ReceivedMessage[]) {
  const ids = new Set<string>();
  for (const { value } of received) {
    const message = value && (await codec.decode(value).catch(nullIfUnreadable));
    if (message) ids.add(message.eventId);
  }
  const { rows } = await pool.query<{ n: number }>(unheardSql, [[...ids], group]);
  return rows[0]!.n;
}
