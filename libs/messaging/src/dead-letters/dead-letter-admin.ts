// Where people look at the dead letters of one consumer group, and put them back on the topics they came from.

import { deadLetterTopicOf, type Codec, type Message, type Topic } from '@oms/contracts';
import type pg from 'pg';
import type { Logger } from 'pino';
import type { Kafka, PartitionRange, ReceivedMessage } from '../kafka/client.ts';
import { groupOf } from '../consumer/consumer.ts';
import {
  isOf,
  letterOf,
  matches,
  placeOf,
  readableHeaders,
  type DeadLetter,
  type DeadLetterFilter,
  type DeadLetterPosition,
} from './letters.ts';
import { redriveLetters, type RedriveReport, type RedriveRequest } from './redrive.ts';
import { redrivesOf } from './redrives.ts';

export type DeadLetterDetails = DeadLetter & {
  headers: Record<string, string>;
  size: number;
  /** Null when the bytes are no message that a contract reads. */
  message: Message | null;
  /** The first of its bytes, when they are no message. */
  hex: string | null;
};

export type DeadLetterPage = { deadLetters: DeadLetter[]; next: DeadLetterPosition | null };

export type DeadLetterAdmin = {
  /** By topic, in the order they came. A page may hold fewer than `limit`, even none: `next` is null when there are no more. */
  list(filter: DeadLetterFilter, o: { limit: number; from?: DeadLetterPosition | undefined }): Promise<DeadLetterPage>;
  /** Null when there is no such letter of this group. */
  get(id: string): Promise<DeadLetterDetails | null>;
  redrive(wish: RedriveRequest): Promise<RedriveReport>;
  close(): Promise<void>;
};

export type DeadLetterAdminOptions = {
  kafka: Kafka;
  pool: pg.Pool;
  codec: Codec;
  service: string;
  /** As told to the consumer. */
  group?: string;
  topics: readonly Topic[];
  logger: Logger;
};

type Desk = Omit<DeadLetterAdminOptions, 'group'> & { group: string };

export type Found = { letter: DeadLetter; received: ReceivedMessage };

/** So many letters are looked at for one page, so that a rare one keeps nobody waiting. */
const scanMax = 20_000;
const hexBytesMax = 256;

export function createDeadLetterAdmin(options: DeadLetterAdminOptions): DeadLetterAdmin {
  const o = { ...options, group: groupOf(options) };
  const producer = o.kafka.createProducer();
  const walk: Walk = (filter, from, onFound) => walkLetters(o, filter, from, onFound);

  return {
    async list(filter, { limit, from }) {
      const deadLetters: DeadLetter[] = [];
      let next: DeadLetterPosition | null = null;
      await walk(filter, from, (found, after, isLast) => {
        for (const { letter, received } of found) {
          if (deadLetters.length === limit) {
            next = { topic: received.topic, partition: received.partition, offset: received.offset };
            return Promise.resolve(false);
          }
          deadLetters.push(letter);
        }
        if (isLast) next = after;
        return Promise.resolve(true);
      });
      return { deadLetters, next };
    },
    async get(id) {
      const place = placeOf(id);
      const found = place && (await readOne(o, place));
      return found ? inFull(o.codec, found) : null;
    },
    redrive: (wish) => redriveLetters({ ...o, producer, walk }, wish),
    close: () => producer.close(),
  };
}

/** Calls back for each piece read, with those that match; `isLast` when it stops here though there is more, from `after` on. */
export type Walk = (
  filter: DeadLetterFilter,
  from: DeadLetterPosition | undefined,
  onFound: (found: readonly Found[], after: DeadLetterPosition, isLast: boolean) => Promise<boolean>,
) => Promise<void>;

async function walkLetters(
  o: Desk,
  filter: DeadLetterFilter,
  from: DeadLetterPosition | undefined,
  onFound: Parameters<Walk>[2],
): Promise<void> {
  const topics = o.topics.filter((topic) => filter.topic === undefined || topic === filter.topic);
  const ranges = (await o.kafka.admin.offsetRanges(topics.map(deadLetterTopicOf))).toSorted(byPlace);
  let left = scanMax;
  let goOn = true;
  for (const range of ranges) {
    const order = from ? byPlace(range, from) : 1;
    if (order < 0 || !goOn || left <= 0) continue;
    const { topic, partition, first, end } = range;
    const start = order === 0 && from && from.offset > first ? from.offset : first;
    await o.kafka.read({
      ...{ topic, partition, from: start, to: end },
      async onMessages(messages) {
        left -= messages.length;
        const found = await withRedrives(
          o,
          messages.filter((message) => isOf(message, o.group)),
        );
        const after = { topic, partition, offset: messages.at(-1)!.offset + 1n };
        goOn = await onFound(
          found.filter(({ letter }) => matches(letter, filter)),
          after,
          left <= 0,
        );
        return goOn && left > 0;
      },
    });
  }
}

async function withRedrives(o: Desk, messages: readonly ReceivedMessage[]): Promise<Found[]> {
  const redriven = await redrivesOf(o.pool, o.group, messages);
  return messages.map((received) => {
    const letter = letterOf(received);
    return { received, letter: { ...letter, redriven: redriven.get(letter.id) ?? null } };
  });
}

async function readOne(o: Desk, place: DeadLetterPosition): Promise<Found | undefined> {
  const topic = o.topics.find((each) => deadLetterTopicOf(each) === place.topic);
  if (!topic) return undefined;
  const ranges = await o.kafka.admin.offsetRanges([place.topic]);
  const range = ranges.find(({ partition }) => partition === place.partition);
  if (!range || place.offset < range.first || place.offset >= range.end) return undefined;
  let found: Found[] = [];
  await o.kafka.read({
    ...{ topic: place.topic, partition: place.partition, from: place.offset, to: place.offset + 1n },
    async onMessages(messages) {
      found = await withRedrives(
        o,
        messages.filter((message) => isOf(message, o.group)),
      );
      return false;
    },
  });
  return found[0];
}

async function inFull(codec: Codec, { letter, received }: Found): Promise<DeadLetterDetails> {
  const bytes = received.value ?? Buffer.alloc(0);
  const message = await codec.decode(bytes).catch(() => null);
  const hex = message ? null : bytes.subarray(0, hexBytesMax).toString('hex');
  return { ...letter, headers: readableHeaders(received.headers), size: bytes.length, message, hex };
}

function byPlace(
  a: Pick<PartitionRange, 'topic' | 'partition'>,
  b: Pick<PartitionRange, 'topic' | 'partition'>,
): number {
  return a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1;
}
