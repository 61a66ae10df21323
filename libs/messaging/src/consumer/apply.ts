// Within one transaction: what is new of some messages is applied in its turn, with its effect; what is early is put aside.

import { topics, type Message, type Topic } from '@oms/contracts';
import { failpoint } from '@oms/failpoint';
import type pg from 'pg';
import type { SliceOptions } from './apply-slice.ts';
import { holdPartition, readState, writeVersions } from './applied-versions.ts';
import type { ReceivedMessage, TopicPartition } from '../kafka/client.ts';
import { recordNew, unrecord } from './inbox.ts';
import type { StoredMessage } from '../outbox/outbox.ts';
import { park, readParked, unpark } from './out-of-order-buffer.ts';
import { judge, type ParkedHead, type Turn } from './ordering.ts';

export type Arrival = { message: Message; received: ReceivedMessage };

export type Work = TopicPartition & {
  /** Of one partition, in its order. */
  arrivals: readonly Arrival[];
  /** Aggregates that are looked at although nothing of them arrives. */
  aggregateIds?: readonly string[];
  /** Where an aggregate never heard of is taken to stand. */
  baseline?: ReadonlyMap<string, number>;
  releaseMax: number;
};

export type Progressed = {
  applied: number;
  repeats: number;
  older: number;
  parked: number;
  /** How many of the applied were parked before. */
  released: number;
  more: boolean;
  stored: readonly StoredMessage[];
};

/** What was reached when an error is thrown: whose fault it may be, and whether parked messages were among those applied. */
export type Trace = { step: 'decode' | 'connect' | 'record' | 'apply'; released: number };

export async function applyInTurn(
  client: pg.PoolClient,
  o: SliceOptions,
  work: Work,
  trace: Trace,
): Promise<Progressed> {
  trace.step = 'record';
  const { topic, partition } = work;
  const stream = { group: o.group, topic };
  await holdPartition(client, { ...stream, partition, offset: work.arrivals[0]?.received.offset ?? 0n });
  const sorted = await sortOut(client, stream, work.arrivals);
  const ids = [...sorted.map(({ message }) => message.aggregateId.toLowerCase()), ...(work.aggregateIds ?? [])];
  const state = await readState(client, stream, [...new Set(ids)]);
  const arrivals = await withoutParked(client, o.group, sorted, state.parked);
  const verdict = judge({
    versions: topics[topic as Topic].versions,
    arrivals,
    applied: new Map([...(work.baseline ?? []), ...state.applied]),
    parked: state.parked,
    releaseMax: work.releaseMax,
  });
  await writeVersions(client, stream, verdict.versions);
  await setAside(client, o.group, verdict.park, work.arrivals);
  failpoint('consumer.inbox_written');
  trace.step = 'apply';
  const { messages, released } = await messagesOf(client, o, stream, verdict.turns);
  trace.released = released;
  await unpark(client, o.group, verdict.unpark);
  const stored = messages.length > 0 ? await o.apply(client, messages) : undefined;
  if (messages.length > 0) failpoint('consumer.effect_written');
  const { older, park: early, more } = verdict;
  const repeats = work.arrivals.length - arrivals.filter(({ repeat }) => !repeat).length;
  return { applied: messages.length, repeats, older, parked: early.length, released, more, stored: stored ?? [] };
}

type Sorted = { message: Message; repeat: boolean };

/** Each event once, and whether the inbox has it from before. */
async function sortOut(
  client: pg.PoolClient,
  stream: { group: string; topic: string },
  slice: readonly Arrival[],
): Promise<Sorted[]> {
  if (slice.length === 0) return [];
  const messages = slice.map(({ message }) => message);
  const fresh = new Set(await recordNew(client, { ...stream, messages }));
  const seen = new Set<string>();
  return messages.flatMap((message) => {
    const isFirst = seen.size < seen.add(message.eventId.toLowerCase()).size;
    return isFirst ? [{ message, repeat: !fresh.has(message) }] : [];
  });
}

/** A copy of what is parked is no arrival: the parked one waits for its turn, and enters the inbox then. */
async function withoutParked(
  client: pg.PoolClient,
  group: string,
  sorted: Sorted[],
  parked: readonly ParkedHead[],
): Promise<Sorted[]> {
  if (parked.length === 0) return sorted;
  const aside = new Set(parked.map(({ eventId }) => eventId));
  const isCopy = ({ message }: Sorted) => aside.has(message.eventId.toLowerCase());
  const copies = sorted.filter(isCopy).map(({ message }) => message);
  await unrecord(client, { group, messages: copies });
  return sorted.filter((each) => !isCopy(each));
}

async function setAside(
  client: pg.PoolClient,
  group: string,
  early: readonly Message[],
  slice: readonly Arrival[],
): Promise<void> {
  if (early.length === 0) return;
  await unrecord(client, { group, messages: early });
  const receivedOf = new Map(slice.map(({ message, received }) => [message, received]));
  await park(
    client,
    group,
    early.map((message) => ({ message, received: receivedOf.get(message)! })),
  );
  failpoint('consumer.parked');
}

/** The parked ones are read, decoded and entered into the inbox only now. */
async function messagesOf(
  client: pg.PoolClient,
  o: SliceOptions,
  stream: { group: string; topic: string },
  turns: readonly Turn<Message>[],
): Promise<{ messages: Message[]; released: number }> {
  const heads = turns.flatMap((turn) => ('head' in turn ? [turn.head] : []));
  if (heads.length === 0) {
    return { messages: turns.flatMap((turn) => ('message' in turn ? [turn.message] : [])), released: 0 };
  }
  const rows = await readParked(client, o.group, heads);
  const decoded = new Map<string, Message>();
  for (const [eventId, { received }] of rows) decoded.set(eventId, await o.codec.decode(received.value!));
  const fresh = new Set(await recordNew(client, { ...stream, messages: [...decoded.values()] }));
  const messages = turns.flatMap((turn) => {
    if ('message' in turn) return [turn.message];
    const message = decoded.get(turn.head.eventId);
    return message && fresh.has(message) ? [message] : [];
  });
  failpoint('consumer.released');
  return { messages, released: heads.length };
}
