// The broker as the Kafka interface of libs/messaging: a send may be refused, kept in part, kept late, or kept without an answer.

import type { Kafka, OutgoingMessage, Producer } from '@oms/messaging';
import type { Process } from '../world/process.ts';
import { happens, type World } from '../world/world.ts';
import type { Broker } from './broker.ts';
import { createMember } from './member.ts';

const requestTimeoutMs = 10_000;

export function createKafka(world: World, process: Process, broker: Broker): Kafka {
  const { scheduler, random } = world;
  return {
    state: () => (broker.isUp() ? 'ok' : 'away'),
    createProducer,
    createConsumer: (options) => createMember(world, process, broker, options),
    follow: () => Promise.reject(new Error('Nobody follows a topic in a simulation: it has no event streams.')),
    async read({ topic, partition, from, to, onMessages }) {
      const found = await answer(() => broker.partitionsOf(topic)[partition]!.slice(Number(from), Number(to)));
      if (found.length > 0) await onMessages(found);
      return from + BigInt(found.length);
    },
    admin: {
      ensureTopics: () => Promise.resolve([]),
      deleteTopics: () => Promise.resolve(),
      offsetRanges: (topics) =>
        answer(() =>
          topics.flatMap((topic) =>
            broker
              .partitionsOf(topic)
              .map((log, partition) => ({ topic, partition, first: 0n, end: BigInt(log.length) })),
          ),
        ),
      // It keeps no times, and reading too much does no harm.
      offsetsAt: (topics) =>
        answer(() =>
          topics.flatMap((topic) =>
            broker.partitionsOf(topic).map((_, partition) => ({ topic, partition, offset: 0n })),
          ),
        ),
      committedOffsets: (group, topics) =>
        answer(() =>
          topics.flatMap((topic) =>
            broker.partitionsOf(topic).map((_, partition) => ({
              topic,
              partition,
              offset: broker.group(group).committed({ topic, partition }),
            })),
          ),
        ),
      close: () => Promise.resolve(),
    },
  };

  function createProducer(): Producer {
    return {
      send: (messages) =>
        new Promise((resolve, reject) => {
          if (!process.alive || messages.length === 0) return resolve();
          scheduler.after(hopMs(), null, () => take([...messages], resolve, reject));
        }),
      close: () => Promise.resolve(),
    };
  }

  function take(messages: readonly OutgoingMessage[], resolve: () => void, reject: (error: Error) => void): void {
    const fail = (why: string, afterMs = hopMs()) =>
      void scheduler.after(afterMs, process, () => reject(new Error(why)));
    if (!broker.isUp() || happens(world, 'broker: refuses a batch'))
      return fail('Connection error: the broker is away');
    if (happens(world, 'broker: takes a part of a batch')) {
      const refused = new Set([random.int(6), random.int(6), random.int(6)]);
      broker.append(messages.filter((message) => !refused.has(broker.placeOf(message).partition)));
      return fail('The broker did not acknowledge all of the batch');
    }
    if (happens(world, 'broker: batch arrives late, after its error')) {
      scheduler.after(random.uniform(50, 4_000), null, () => broker.append(messages));
      return fail('Request timed out');
    }
    broker.append(messages);
    if (happens(world, 'broker: acknowledgement lost')) {
      return fail('The acknowledgement was lost', random.chance(0.5) ? hopMs() : requestTimeoutMs);
    }
    scheduler.after(hopMs(), process, resolve);
  }

  function answer<T>(look: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      scheduler.after(2 * hopMs(), process, () => {
        if (broker.isUp()) resolve(look());
        else reject(new Error('Connection error: the broker is away'));
      });
    });
  }

  function hopMs(): number {
    return happens(world, 'broker: slow') ? random.uniform(100, 6_000) : random.uniform(0.2, 3);
  }
}
