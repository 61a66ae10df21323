// A consumer group: who is in it, who reads which partition, how far it has come. Who misses a rebalance is a zombie from then on.

import type { TopicPartition } from '@oms/messaging';
import { happens, type World } from '../world/world.ts';

export type Member = {
  readonly name: string;
  readonly topics: readonly string[];
  /** Has asked to be in the next generation. */
  joined: boolean;
  lastHeartbeatAtMs: number;
  onAssigned: (generation: number, partitions: readonly TopicPartition[]) => void;
};

export type Group = {
  readonly id: string;
  join(member: Member): void;
  leave(member: Member): void;
  /** False: a rebalance is under way, or this member is not of this generation any more. */
  heartbeat(member: Member, generation: number): boolean;
  isMember(member: Member, generation: number): boolean;
  commit(member: Member, generation: number, place: TopicPartition, offset: bigint): boolean;
  committed(place: TopicPartition): bigint;
  rebalance(): void;
};

const sessionMs = 5_000;

type Logs = { partitionsOf(topic: string): readonly unknown[] };

export function createGroup(world: World, logs: Logs, id: string): Group {
  const { scheduler, random, trace } = world;
  const members = new Set<Member>();
  const offsets = new Map<string, bigint>();
  let generation = 0;
  let rebalancing = false;

  return {
    id,
    join(member) {
      member.joined = true;
      member.lastHeartbeatAtMs = scheduler.now();
      if (members.has(member)) return;
      members.add(member);
      watch(member);
      rebalance();
    },
    leave: remove,
    heartbeat(member, of) {
      if (!members.has(member)) return false;
      member.lastHeartbeatAtMs = scheduler.now();
      return of === generation && !rebalancing;
    },
    isMember: (member, of) => members.has(member) && of === generation,
    commit(member, of, place, offset) {
      if (!members.has(member) || of !== generation) return false;
      offsets.set(keyOf(place), offset);
      return true;
    },
    committed: (place) => offsets.get(keyOf(place)) ?? -1n,
    rebalance,
  };

  function remove(member: Member): void {
    if (members.delete(member)) rebalance();
  }

  /** A member without a heartbeat for a session timeout is removed. */
  function watch(member: Member): void {
    const silentMs = scheduler.now() - member.lastHeartbeatAtMs;
    scheduler.after(Math.max(1, sessionMs - silentMs), null, () => {
      if (!members.has(member)) return;
      if (scheduler.now() - member.lastHeartbeatAtMs < sessionMs) return watch(member);
      world.faults.count('broker: member expired');
      remove(member);
    });
  }

  function rebalance(): void {
    if (rebalancing || members.size === 0) return;
    rebalancing = true;
    for (const member of members) member.joined = false;
    // Everybody gets a while to come back; how long differs, so that some come too late.
    scheduler.after(random.uniform(600, 3_000), null, complete);
  }

  function complete(): void {
    rebalancing = false;
    for (const member of [...members]) {
      if (member.joined) continue;
      world.faults.count('broker: member missed a rebalance');
      members.delete(member);
    }
    generation += 1;
    const present = [...members];
    trace.add(
      'kafka',
      `group ${id}, generation ${generation}: ${present.map(({ name }) => name).join(', ') || 'nobody'}`,
    );
    for (const [at, member] of present.entries()) {
      const places = member.topics.flatMap((topic) =>
        logs.partitionsOf(topic).map((_, partition) => ({ topic, partition })),
      );
      const mine = places.filter((_, i) => i % present.length === at);
      for (const place of mine) goBack(place);
      member.onAssigned(generation, mine);
    }
  }

  /** Somebody resets an offset, or the broker forgets the last commits: messages come again. */
  function goBack(place: TopicPartition): void {
    const offset = offsets.get(keyOf(place)) ?? 0n;
    if (offset > 0n && happens(world, 'broker: offset goes back'))
      offsets.set(keyOf(place), BigInt(random.int(Number(offset))));
  }
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}
