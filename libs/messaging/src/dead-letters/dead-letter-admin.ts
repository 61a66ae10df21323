// The dead letters of one consumer group for administrators: list them, look at one, and put them back on the topics they came from.

import { deadLetterTopicOf, type Codec, type Message, type Topic } from '@oms/contracts';
import type pg from 'pg';
import type { Logger } from 'pino';
import { groupOf } from '../consumer/consumer.ts';
import { listStoppedPartitions, requestSkip, type StoppedPartition } from '../consumer/stopped-partitions.ts';
import type { Kafka, ReceivedMessage, TopicPartition } from '../kafka/client.ts';
import {
  belongsToGroup,
  matchesFilter,
  parseDeadLetterId,
  readableHeaders,
  toDeadLetter,
  type DeadLetter,
  type DeadLetterFilter,
  type DeadLetterPosition,
} from './dead-letters.ts';
import {
  readRedrives,
  redriveDeadLetters,
  type FoundDeadLetter,
  type RedriveReport,
  type RedriveRequest,
  type ScanDeadLetters,
} from './redrive.ts';

export type DeadLetterDetails = DeadLetter & {
  headers: Record<string, string>;
  size: number;
  /** Null when no contract reads the bytes. */
  message: Message | null;
  /** The first bytes, when no contract reads them. */
  hex: string | null;
};

export type DeadLetterPage = { deadLetters: DeadLetter[]; next: DeadLetterPosition | null };

export type DeadLetterAdmin = {
  /** By topic, in the order they came. A page may hold fewer than `limit`, even none: `next` is null when there are no more. */
  list(
    filter: DeadLetterFilter,
    options: { limit: number; from?: DeadLetterPosition | undefined },
  ): Promise<DeadLetterPage>;
  /** Null when the group has no such dead letter. */
  get(id: string): Promise<DeadLetterDetails | null>;
  redrive(request: RedriveRequest): Promise<RedriveReport>;
  /** Partitions that the group cannot continue, because a record batch cannot be read. */
  stoppedPartitions(): Promise<StoppedPartition[]>;
  /** Asks for the batch to be skipped; its place becomes a dead letter. False when the group has not stopped at that offset. */
  skipBatch(request: { topic: string; partition: number; first: string; by: string }): Promise<boolean>;
  close(): Promise<void>;
};

export type DeadLetterAdminOptions = {
  kafka: Kafka;
  pool: pg.Pool;
  codec: Codec;
  service: string;
  /** The group of the consumer, if it was given one. */
  group?: string;
  topics: readonly Topic[];
  logger: Logger;
};

type Source = { kafka: Kafka; pool: pg.Pool; group: string; topics: readonly Topic[]; logger: Logger };

/** At most so many messages are read for one page, so that a filter with few matches answers in time. */
const scanMax = 20_000;
const hexBytesMax = 256;

export function createDeadLetterAdmin({
  kafka,
  pool,
  codec,
  service,
  group: ownGroup,
  topics,
  logger,
}: DeadLetterAdminOptions): DeadLetterAdmin {
  const group = groupOf({ service, ...(ownGroup !== undefined && { group: ownGroup }) });
  const source = { kafka, pool, group, topics, logger };
  const producer = kafka.createProducer();
  const scan: ScanDeadLetters = (filter, from, onFound) => scanDeadLetters(source, filter, from, onFound);

  return {
    async list(filter, { limit, from }) {
      const deadLetters: DeadLetter[] = [];
      let next: DeadLetterPosition | null = null;
      await scan(filter, from, (found, after, isLast) => {
        for (const { deadLetter, received } of found) {
          if (deadLetters.length === limit) {
            next = { topic: received.topic, partition: received.partition, offset: received.offset };
            return Promise.resolve(false);
          }
          deadLetters.push(deadLetter);
        }
        if (isLast) next = after;
        return Promise.resolve(true);
      });
      return { deadLetters, next };
    },
    async get(id) {
      const position = parseDeadLetterId(id);
      const found = position && (await readOne(source, position));
      return found ? toDetails(codec, found) : null;
    },
    redrive: (request) => redriveDeadLetters({ pool, group, producer, logger, scan }, request),
    stoppedPartitions: () => listStoppedPartitions(pool, kafka.admin, group),
    skipBatch: (request) => requestSkip(pool, { group, ...request }),
    close: () => producer.close(),
  };
}

async function scanDeadLetters(
  source: Source,
  filter: DeadLetterFilter,
  from: DeadLetterPosition | undefined,
  onFound: Parameters<ScanDeadLetters>[2],
): Promise<void> {
  const { kafka, topics, logger } = source;
  const wanted = topics.filter((topic) => filter.topic === undefined || topic === filter.topic);
  const ranges = (await kafka.admin.offsetRanges(wanted.map(deadLetterTopicOf))).toSorted(byTopicAndPartition);
  let left = scanMax;
  let shouldContinue = true;
  for (const range of ranges) {
    const order = from ? byTopicAndPartition(range, from) : 1;
    if (order < 0 || !shouldContinue || left <= 0) continue;
    const { topic, partition, first, end } = range;
    const start = order === 0 && from && from.offset > first ? from.offset : first;
    await kafka.read({
      topic,
      partition,
      from: start,
      to: end,
      async onMessages(messages) {
        left -= messages.length;
        const found = await findOwn(source, messages);
        const after = { topic, partition, offset: messages.at(-1)!.offset + 1n };
        const matching = found.filter(({ deadLetter }) => matchesFilter(deadLetter, filter));
        shouldContinue = await onFound(matching, after, left <= 0);
        return shouldContinue && left > 0;
      },
      onUnreadable: (err) =>
        logger.warn({ err, topic, partition }, 'Passed what nobody can read among the dead letters'),
    });
  }
}

/** The dead letters of the group among these messages, with their redrives. */
async function findOwn({ pool, group }: Source, messages: readonly ReceivedMessage[]): Promise<FoundDeadLetter[]> {
  const own = messages.filter((message) => belongsToGroup(message, group));
  const redrives = await readRedrives(pool, group, own);
  return own.map((received) => {
    const deadLetter = toDeadLetter(received);
    return { received, deadLetter: { ...deadLetter, redriven: redrives.get(deadLetter.id) ?? null } };
  });
}

async function readOne(source: Source, position: DeadLetterPosition): Promise<FoundDeadLetter | undefined> {
  const { kafka, topics } = source;
  const { topic, partition, offset } = position;
  if (!topics.some((each) => deadLetterTopicOf(each) === topic)) return undefined;
  const ranges = await kafka.admin.offsetRanges([topic]);
  const range = ranges.find((each) => each.partition === partition);
  if (!range || offset < range.first || offset >= range.end) return undefined;
  let found: FoundDeadLetter[] = [];
  await kafka.read({
    topic,
    partition,
    from: offset,
    to: offset + 1n,
    async onMessages(messages) {
      found = await findOwn(source, messages);
      return false;
    },
  });
  return found[0];
}

async function toDetails(codec: Codec, { deadLetter, received }: FoundDeadLetter): Promise<DeadLetterDetails> {
  const bytes = received.value ?? Buffer.alloc(0);
  const message = await codec.decode(bytes).catch(() => null);
  const hex = message ? null : bytes.subarray(0, hexBytesMax).toString('hex');
  return { ...deadLetter, headers: readableHeaders(received.headers), size: bytes.length, message, hex };
}

function byTopicAndPartition(a: TopicPartition, b: TopicPartition): number {
  return a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1;
}
