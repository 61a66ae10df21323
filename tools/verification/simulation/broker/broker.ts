// The simulated Kafka: logs by partition, and what groups have committed. It may be away; what it has acknowledged it keeps.

import { deadLetterTopicOf, topics, type Topic } from '@oms/contracts';
import type { OutgoingMessage, ReceivedMessage } from '@oms/messaging';
import { partitionOf } from '../../../../libs/messaging/src/kafka/murmur2.ts';
import type { World } from '../world/world.ts';
import { createGroup, type Group } from './group.ts';

export type Broker = {
  isUp(): boolean;
  crash(downMs: number): void;
  partitionsOf(topic: string): readonly ReceivedMessage[][];
  /** Which partition of its topic a message belongs to. */
  placeOf(message: OutgoingMessage): { topic: string; partition: number };
  append(messages: readonly OutgoingMessage[]): void;
  group(id: string): Group;
  groups(): Iterable<Group>;
  /** Called after each append. */
  onAppend(listen: () => void): void;
};

export function createBroker(world: World): Broker {
  const logs = new Map<string, ReceivedMessage[][]>();
  const groups = new Map<string, Group>();
  const listeners: (() => void)[] = [];
  let upAtMs = 0;
  for (const [topic, plan] of Object.entries(topics)) {
    logs.set(
      topic,
      Array.from({ length: plan.partitions }, () => []),
    );
    logs.set(deadLetterTopicOf(topic as Topic), [[]]);
  }

  const broker: Broker = {
    isUp: () => world.scheduler.now() >= upAtMs,
    crash(downMs) {
      upAtMs = world.scheduler.now() + downMs;
      world.trace.add('kafka', `is away for ${Math.round(downMs)} ms`);
    },
    partitionsOf(topic) {
      const partitions = logs.get(topic);
      if (!partitions) throw new Error(`There is no topic "${topic}".`);
      return partitions;
    },
    placeOf({ topic, key }) {
      const count = broker.partitionsOf(topic).length;
      return { topic, partition: key === null ? world.random.int(count) : partitionOf(key, count) };
    },
    append(messages) {
      for (const message of messages) {
        const { topic, partition } = broker.placeOf(message);
        const log = logs.get(topic)![partition]!;
        const { key, value, headers } = message;
        const kept = typeof key === 'string' ? Buffer.from(key) : key;
        log.push({ topic, partition, offset: BigInt(log.length), key: kept, value, headers });
      }
      const lines = messages.map(
        ({ topic, headers }) => `${String(headers['ce_type'])} v${String(headers['ce_aggregateversion'])} on ${topic}`,
      );
      const about = messages.flatMap(({ headers }) => [String(headers['ce_subject']), String(headers['ce_id'])]);
      world.trace.add('kafka', `keeps ${lines.join('; ')}`, about);
      for (const listen of listeners) listen();
    },
    group(id) {
      const group = groups.get(id) ?? createGroup(world, broker, id);
      groups.set(id, group);
      return group;
    },
    groups: () => groups.values(),
    onAppend: (listen) => void listeners.push(listen),
  };
  return broker;
}
