// One member of a consumer group: fetches, passes on one batch at a time, and learns late that its partitions are assigned to another.

import type { Kafka, KafkaConsumer, PartitionOffset, TopicPartition } from '@oms/messaging';
import type { Process } from '../world/process.ts';
import type { Event } from '../world/scheduler.ts';
import { happens, type World } from '../world/world.ts';
import type { Broker } from './broker.ts';
import type { Member } from './group.ts';

type Options = Parameters<Kafka['createConsumer']>[0];

const idleMs = 500;
const heartbeatMs = 2_000;
const batchMax = 12;

class RebalanceError extends Error {}

export function createMember(world: World, process: Process, broker: Broker, options: Options): KafkaConsumer {
  const { scheduler, random } = world;
  const group = broker.group(options.group);
  const positions = new Map<string, bigint>();
  let generation = -1;
  let assigned: readonly TopicPartition[] = [];
  let stopping = false;
  let left = false;
  let beatenAtMs = -Infinity;
  let busy: Promise<void> | undefined;
  let next: Event | undefined;

  const member: Member = {
    name: process.name,
    topics: options.topics,
    joined: false,
    lastHeartbeatAtMs: 0,
    onAssigned(of, partitions) {
      scheduler.after(hopMs(), process, () => {
        if (left || stopping) return;
        generation = of;
        assigned = partitions;
        positions.clear();
        for (const place of partitions) positions.set(keyOf(place), larger(group.committed(place), 0n));
        options.onAssigned(partitions, process.name);
        lookAfter(hopMs());
      });
    },
  };

  return {
    start: () =>
      new Promise((resolve, reject) => {
        scheduler.after(hopMs(), process, () => {
          if (!broker.isUp()) return reject(new Error('Connection error: the broker is away'));
          group.join(member);
          lookAfter(idleMs);
          resolve();
        });
      }),
    async stop() {
      stopping = true;
      await busy;
      leave();
    },
  };

  function lookAfter(ms: number): void {
    if (next) next.cancelled = true;
    next = scheduler.after(ms, process, look);
  }

  function look(): void {
    if (left || stopping || busy) return;
    if (!broker.isUp()) return lookAfter(idleMs);
    if (!group.heartbeat(member, generation)) {
      // Learnt at last: back into the group, and from where it has come to.
      assigned = [];
      group.join(member);
      return lookAfter(idleMs);
    }
    const waiting = assigned.filter((place) => endOf(place) > positionOf(place));
    if (waiting.length === 0) return lookAfter(idleMs);
    busy = handOver(random.pick(waiting)).finally(() => {
      busy = undefined;
      lookAfter(hopMs());
    });
  }

  async function handOver(place: TopicPartition): Promise<void> {
    const from = Number(positionOf(place));
    const messages = broker.partitionsOf(place.topic)[place.partition]!.slice(from, from + 1 + random.int(batchMax));
    const mine = generation;
    try {
      await options.onBatch({
        ...place,
        messages,
        end: messages.at(-1)!.offset + 1n,
        commit: (offset) => commit(mine, { ...place, offset }),
        heartbeat: () => heartbeat(mine),
        isRunning: () => !stopping,
      });
    } catch (error) {
      if (error instanceof RebalanceError || stopping) return;
      leave();
      options.onCrash(error as Error);
    }
  }

  function commit(mine: number, next: PartitionOffset): Promise<void> {
    return new Promise((resolve, reject) => {
      scheduler.after(hopMs(), process, () => {
        if (!broker.isUp()) return reject(new Error('Connection error: the broker is away'));
        const lost = happens(world, 'broker: offset commit fails');
        // It may have been taken all the same.
        const taken = lost && random.chance(0.5) ? true : group.commit(member, mine, next, next.offset);
        if (!taken) {
          world.faults.count('broker: zombie refused');
          return reject(new RebalanceError('The coordinator does not know this member'));
        }
        if (lost) return reject(new Error('The answer to the offset commit was lost'));
        positions.set(keyOf(next), next.offset);
        resolve();
      });
    });
  }

  function heartbeat(mine: number): Promise<void> {
    if (scheduler.now() - beatenAtMs < heartbeatMs) return Promise.resolve();
    beatenAtMs = scheduler.now();
    return new Promise((resolve, reject) => {
      scheduler.after(hopMs(), process, () => {
        const fails = happens(world, 'broker: heartbeat fails');
        if (!broker.isUp() || fails) return reject(new Error('Connection error: the broker is away'));
        if (group.heartbeat(member, mine)) resolve();
        else reject(new RebalanceError('The group is rebalancing, so a rejoin is needed'));
      });
    });
  }

  function leave(): void {
    if (left || !process.alive) return;
    left = true;
    scheduler.after(hopMs(), null, () => group.leave(member));
  }

  function endOf({ topic, partition }: TopicPartition): bigint {
    return BigInt(broker.partitionsOf(topic)[partition]!.length);
  }

  function positionOf(place: TopicPartition): bigint {
    return positions.get(keyOf(place)) ?? 0n;
  }

  function hopMs(): number {
    return random.uniform(0.2, 3);
  }
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
