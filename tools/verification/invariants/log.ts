// What was said on Kafka, read from the first message to the last by the headers that every message carries.

import { randomUUID } from 'node:crypto';
import { topics } from '@oms/contracts';
import type { Kafka, PartitionRange, ReceivedMessage } from '@oms/messaging';
import { until } from '@oms/test-kit';

/** Of each aggregate and topic: which event ids told each version, by type, and the versions in the order of their first arrival. */
export type Log = {
  /** `<topic> <aggregate id>` -> version -> event types and ids, without repeats. */
  told: Map<string, Map<number, Set<string>>>;
  arrivals: Map<string, number[]>;
  messages: number;
  repeats: number;
};

const readMsMax = 300_000;

/** Reads all topics of the contracts. */
export async function readLog(kafka: Kafka): Promise<Log> {
  const log: Log = { told: new Map(), arrivals: new Map(), messages: 0, repeats: 0 };
  await readTopics(kafka, Object.keys(topics), (message) => note(log, message));
  return log;
}

/** Each message that is there now, in a consumer group of its own that nobody else will ever look at. */
export async function readTopics(
  kafka: Kafka,
  names: string[],
  onMessage: (message: ReceivedMessage) => void,
): Promise<void> {
  const ranges = (await kafka.admin.offsetRanges(names)).filter(({ first, end }) => end > first);
  const left = new Map(ranges.map((range) => [placeOf(range), range.end]));
  if (left.size === 0) return;
  let failure: Error | undefined;
  const consumer = kafka.createConsumer({
    group: `books-${randomUUID()}`,
    topics: names,
    onAssigned: () => {},
    onCrash: (error) => (failure = error),
    async onBatch(batch) {
      const place = placeOf(batch);
      for (const message of batch.messages) {
        const end = left.get(place);
        if (end === undefined || message.offset >= end) continue;
        onMessage(message);
        if (message.offset + 1n >= end) left.delete(place);
      }
      await batch.commitThrough(batch.messages.at(-1)!);
    },
  });
  const allRead = () => {
    if (failure) throw failure;
    return left.size === 0;
  };
  try {
    await consumer.start();
    await until('the whole log is read', allRead, readMsMax);
  } finally {
    await consumer.stop();
  }
}

function note(log: Log, { topic, headers }: ReceivedMessage): void {
  // What no service of ours has sent has no such headers; it is the dead letters' matter.
  if (headers['ce_id'] === undefined) return;
  const text = (name: string) => String(headers[name]);
  const key = `${topic} ${text('ce_subject')}`;
  const version = Number(text('ce_aggregateversion'));
  const event = `${text('ce_type')} ${text('ce_id')}`;
  log.messages += 1;
  const versions = log.told.get(key) ?? new Map<number, Set<string>>();
  log.told.set(key, versions);
  const events = versions.get(version) ?? new Set<string>();
  if (events.has(event)) {
    log.repeats += 1;
    return;
  }
  versions.set(version, events.add(event));
  const arrivals = log.arrivals.get(key) ?? [];
  log.arrivals.set(key, arrivals);
  arrivals.push(version);
}

function placeOf({ topic, partition }: Pick<PartitionRange, 'topic' | 'partition'>): string {
  return `${topic}/${partition}`;
}
