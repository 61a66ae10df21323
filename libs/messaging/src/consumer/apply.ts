// One attempt to apply consecutive messages of a partition: inbox rows, versions, buffered messages and effect in one transaction.

import { ContractError, topics, type Codec, type Message, type Topic } from '@oms/contracts';
import { failpoint } from '@oms/failpoint';
import type pg from 'pg';
import type { FailedMessage } from '../dead-letters/send-dead-letters.ts';
import type { ReceivedMessage, TopicPartition } from '../kafka/client.ts';
import type { StoredMessage } from '../outbox/outbox.ts';
import { inTransaction } from '../outbox/transaction.ts';
import { isTemporary, toError, type Step } from './error-classification.ts';
import { lockPartition, readOrderingState, recordNew, unrecord, writeVersions, type GroupTopic } from './inbox.ts';
import { planOrdering, type MessageHead, type ReadyMessage } from './ordering.ts';
import { addToBuffer, readBuffered, removeFromBuffer } from './out-of-order-buffer.ts';

/**
 * Called in the transaction that also writes the inbox rows, only with messages that were not applied before: in the order of the
 * partition, and with strict ordering those of one aggregate in the order of their versions, without a gap where their topic has none.
 * Return what outbox.append() returned, if anything: it is enqueued after the commit.
 *
 * A thrown error rolls all of it back. Errors of PostgreSQL's connections and locks, and any with `transient: true`, are
 * retried in order without end. After any other error, its message is tried three times alone and then goes to the dead letters.
 */
export type Apply = (client: pg.PoolClient, messages: readonly Message[]) => Promise<StoredMessage[] | void>;

/**
 * `strict`: the messages of an aggregate are applied in the order of their versions; one that arrives early is buffered until the gap timeout.
 * `none`: for handlers that give the same result in any order. Each message is applied when it arrives, and none is a dead letter because
 * an earlier one is missing.
 */
export type Ordering = 'strict' | 'none';

export type ApplyOptions = { pool: pg.Pool; codec: Codec; group: string; ordering: Ordering; apply: Apply };

export type ApplyResult = {
  applied: number;
  repeats: number;
  older: number;
  buffered: number;
  /** How many of the applied messages were buffered before. */
  released: number;
  /** More buffered messages are ready than one transaction may apply. */
  hasMore: boolean;
  stored: readonly StoredMessage[];
};

/** `isTransient`: the same attempt may succeed later. Otherwise one of the messages causes the error. */
export type ApplyFailure = { done: false; isTransient: boolean; error: Error; released: number };

export type ApplyOutcome = (ApplyResult & { done: true }) | ApplyFailure;

export type SliceOutcome = (ApplyResult & { done: true; unreadable: readonly FailedMessage[] }) | ApplyFailure;

type Arrival = { message: Message; received: ReceivedMessage };

export type ApplyWork = TopicPartition & {
  /** Of one partition, in its order. */
  arrivals: readonly Arrival[];
  /** Aggregates whose buffered messages are checked although none of their messages arrives. */
  aggregateIds?: readonly string[];
  /** The version at which an unknown aggregate is assumed to be. */
  baseline?: ReadonlyMap<string, number>;
  /** How many buffered messages may be applied. */
  releaseMax: number;
};

/** How many buffered messages one transaction applies; gap-timeout.ts continues with the rest. */
const releaseMax = 500;

/** Never throws. Unreadable messages are returned, for the dead letters. */
export async function applySlice(options: ApplyOptions, slice: readonly ReceivedMessage[]): Promise<SliceOutcome> {
  let decoded: Awaited<ReturnType<typeof decode>>;
  try {
    decoded = await decode(options.codec, slice);
  } catch (thrown) {
    return toFailure(thrown, 'decode', 0);
  }
  const { readable, unreadable } = decoded;
  if (readable.length === 0) return { ...nothingApplied, done: true, unreadable };
  const outcome = await applyWithBuffered(options, readable);
  return outcome.done ? { ...outcome, unreadable } : outcome;
}

const nothingApplied: ApplyResult = {
  applied: 0,
  repeats: 0,
  older: 0,
  buffered: 0,
  released: 0,
  hasMore: false,
  stored: [],
};

async function applyWithBuffered(options: ApplyOptions, arrivals: readonly Arrival[]): Promise<ApplyOutcome> {
  const { topic, partition } = arrivals[0]!.received;
  const outcome = await applyInOrder(options, { topic, partition, arrivals, releaseMax });
  if (outcome.done || outcome.isTransient || outcome.released === 0) return outcome;
  // A buffered message may be the cause. The arriving ones must not suffer from it, so they are applied without
  // the buffered ones, which gap-timeout.ts then tries one by one.
  const withoutBuffered = await applyInOrder(options, { topic, partition, arrivals, releaseMax: 0 });
  return withoutBuffered.done ? { ...withoutBuffered, hasMore: true } : withoutBuffered;
}

async function decode(codec: Codec, slice: readonly ReceivedMessage[]) {
  const readable: Arrival[] = [];
  const unreadable: FailedMessage[] = [];
  for (const received of slice) {
    try {
      if (received.value === null) throw new ContractError('UNREADABLE', 'The message has no value.');
      readable.push({ message: await codec.decode(received.value), received });
    } catch (error) {
      if (!(error instanceof ContractError)) throw error;
      unreadable.push({ received, error, attempts: 1 });
    }
  }
  return { readable, unreadable };
}

/** In one transaction, applies the new messages whose turn it is, and buffers those that arrive too early. Never throws. */
export async function applyInOrder(options: ApplyOptions, work: ApplyWork): Promise<ApplyOutcome> {
  const { pool, group, ordering, apply } = options;
  const { topic, partition, arrivals: arriving } = work;
  const groupTopic = { group, topic };
  let step: Step = 'connect';
  let released = 0;
  try {
    const result = await inTransaction(pool, async (client) => {
      step = 'record';
      await lockPartition(client, { ...groupTopic, partition, offset: arriving[0]?.received.offset ?? 0n });
      const recorded = await recordOnce(client, groupTopic, arriving);
      const ids = [...recorded.map(({ message }) => message.aggregateId.toLowerCase()), ...(work.aggregateIds ?? [])];
      const state = await readOrderingState(client, groupTopic, [...new Set(ids)]);
      const arrivals = await withoutBufferedCopies(client, group, recorded, state.buffered);
      const { ready, older, toBuffer, toRemove, versions, hasMore } = planOrdering({
        versions: ordering === 'none' ? 'any' : topics[topic as Topic].versions,
        arrivals,
        applied: new Map([...(work.baseline ?? []), ...state.applied]),
        buffered: state.buffered,
        releaseMax: work.releaseMax,
      });
      await writeVersions(client, groupTopic, versions);
      await bufferEarly(client, group, toBuffer, arriving);
      failpoint('consumer.inbox_written');
      step = 'apply';
      const messages = await readReady(client, options, groupTopic, ready);
      released = ready.filter((each) => 'buffered' in each).length;
      await removeFromBuffer(client, group, toRemove);
      const stored = messages.length > 0 ? await apply(client, messages) : undefined;
      if (messages.length > 0) failpoint('consumer.effect_written');
      return {
        applied: messages.length,
        repeats: arriving.length - arrivals.filter(({ repeat }) => !repeat).length,
        older,
        buffered: toBuffer.length,
        released,
        hasMore,
        stored: stored ?? [],
      };
    });
    return { ...result, done: true };
  } catch (thrown) {
    return toFailure(thrown, step, released);
  }
}

function toFailure(thrown: unknown, step: Step, released: number): ApplyFailure {
  const error = toError(thrown);
  return { done: false, isTransient: isTemporary(step, error), error, released };
}

type Recorded = { message: Message; repeat: boolean };

/** Each event once, and whether the inbox knew it already. */
async function recordOnce(
  client: pg.PoolClient,
  groupTopic: GroupTopic,
  arriving: readonly Arrival[],
): Promise<Recorded[]> {
  if (arriving.length === 0) return [];
  const messages = arriving.map(({ message }) => message);
  const fresh = new Set(await recordNew(client, groupTopic, arriving));
  const seen = new Set<string>();
  return messages.flatMap((message) => {
    const isFirst = seen.size < seen.add(message.eventId.toLowerCase()).size;
    return isFirst ? [{ message, repeat: !fresh.has(message) }] : [];
  });
}

/** A copy of a buffered message does not count as an arrival: the buffered one enters the inbox when it is applied. */
async function withoutBufferedCopies(
  client: pg.PoolClient,
  group: string,
  recorded: Recorded[],
  buffered: readonly MessageHead[],
): Promise<Recorded[]> {
  if (buffered.length === 0) return recorded;
  const bufferedIds = new Set(buffered.map(({ eventId }) => eventId));
  const isCopy = ({ message }: Recorded) => bufferedIds.has(message.eventId.toLowerCase());
  const copies = recorded.filter(isCopy).map(({ message }) => message);
  await unrecord(client, group, copies);
  return recorded.filter((each) => !isCopy(each));
}

async function bufferEarly(
  client: pg.PoolClient,
  group: string,
  early: readonly Message[],
  arriving: readonly Arrival[],
): Promise<void> {
  if (early.length === 0) return;
  await unrecord(client, group, early);
  const isEarly = new Set(early);
  await addToBuffer(
    client,
    group,
    arriving.filter(({ message }) => isEarly.has(message)),
  );
  failpoint('consumer.buffered');
}

/** Buffered messages are read, decoded and recorded in the inbox only here, when they are applied. */
async function readReady(
  client: pg.PoolClient,
  { codec, group }: ApplyOptions,
  groupTopic: GroupTopic,
  ready: readonly ReadyMessage<Message>[],
): Promise<Message[]> {
  const heads = ready.flatMap((each) => ('buffered' in each ? [each.buffered] : []));
  if (heads.length === 0) return ready.flatMap((each) => ('message' in each ? [each.message] : []));
  const rows = await readBuffered(client, group, heads);
  const decoded = new Map<string, Arrival>();
  for (const [eventId, { received }] of rows)
    decoded.set(eventId, { message: await codec.decode(received.value!), received });
  const fresh = new Set(await recordNew(client, groupTopic, [...decoded.values()]));
  const messages = ready.flatMap((each) => {
    if ('message' in each) return [each.message];
    const message = decoded.get(each.buffered.eventId)?.message;
    return message && fresh.has(message) ? [message] : [];
  });
  failpoint('consumer.released');
  return messages;
}
