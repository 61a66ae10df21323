// The messages that Kafka keeps, summed up by aggregate and version from the headers that every message of ours carries.

import { topics, type Message, type Topic } from '@oms/contracts';
import type { KeptMessage, MessageLog } from './evidence.ts';

export type Published = {
  /** `<topic> <aggregate id>` -> version -> `<event type> <event id>`, without repeats. */
  versions: Map<string, Map<number, Set<string>>>;
  /** `<topic> <aggregate id>` -> the versions in the order of their first arrival. */
  arrivals: Map<string, number[]>;
  /** By topic: the event ids on it. */
  eventIds: Map<Topic, Set<string>>;
  /** Places of what is no message of ours, as `<topic>/<partition>/<offset>`, by topic. */
  unreadable: Map<Topic, string[]>;
  /** Event ids that a fault run published on purpose for orders that never were: headers `out-of-order`. */
  outOfOrder: Set<string>;
  messages: number;
  repeats: number;
};

export const topicNames = Object.keys(topics) as Topic[];
/** Header of events that a fault run publishes out of order; its value is the event id. */
export const outOfOrderHeader = 'out-of-order';
/** Set on a copy that was redriven from the dead letters. */
const redrivesHeader = 'dlq_redrives';

/** @param onEvent gets the first copy of each message; `read` decodes it */
export async function readPublished(
  log: MessageLog,
  decode?: (value: Buffer) => Promise<Message>,
  onEvent?: (event: { topic: Topic; eventId: string; type: string }, read: () => Promise<Message>) => Promise<void>,
): Promise<Published> {
  const published: Published = {
    versions: new Map(),
    arrivals: new Map(),
    eventIds: new Map(topicNames.map((topic) => [topic, new Set()])),
    unreadable: new Map(topicNames.map((topic) => [topic, []])),
    outOfOrder: new Set(),
    messages: 0,
    repeats: 0,
  };
  await log.read(topicNames, (message) => {
    const event = add(published, message);
    const { value } = message;
    if (!event || !onEvent || !decode || value === null) return;
    return onEvent(event, () => decode(value));
  });
  return published;
}

/** Answers the event when it is the first copy. */
function add(published: Published, message: KeptMessage): { topic: Topic; eventId: string; type: string } | undefined {
  const { headers } = message;
  const topic = message.topic as Topic;
  const text = (name: string) => String(headers[name]);
  if (headers[outOfOrderHeader] !== undefined) {
    published.outOfOrder.add(text(outOfOrderHeader));
    return;
  }
  if (headers['ce_id'] === undefined) {
    if (headers[redrivesHeader] === undefined) published.unreadable.get(topic)!.push(placeOf(message));
    return;
  }
  const eventId = text('ce_id');
  const type = text('ce_type');
  const key = `${topic} ${text('ce_subject')}`;
  const version = Number(text('ce_aggregateversion'));
  const event = `${type} ${eventId}`;
  published.messages += 1;
  const versions = entryOf(published.versions, key, () => new Map<number, Set<string>>());
  const events = entryOf(versions, version, () => new Set<string>());
  if (events.has(event)) {
    published.repeats += 1;
    return;
  }
  events.add(event);
  published.eventIds.get(topic)!.add(eventId);
  entryOf(published.arrivals, key, () => [] as number[]).push(version);
  return { topic, eventId, type };
}

export function placeOf({ topic, partition, offset }: Pick<KeptMessage, 'topic' | 'partition' | 'offset'>): string {
  return `${topic}/${partition}/${offset}`;
}

function entryOf<K, V>(map: Map<K, V>, key: K, create: () => V): V {
  const existing = map.get(key);
  if (existing !== undefined) return existing;
  const created = create();
  map.set(key, created);
  return created;
}
