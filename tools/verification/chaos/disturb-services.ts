// Services are frozen, doubled, stopped in order and started cold; and those whom they notify misbehave.

import { setTimeout as wait } from 'node:timers/promises';
import { services } from '../../dev/stack/index.ts';
import type { Random } from '../harness/random.ts';
import type { Mood } from '../harness/receivers.ts';
import type { Town } from '../harness/system-under-test.ts';

const consumers = ['inventory', 'analytics', 'notification'] as const;
/** Longer than the group waits for a member that says nothing. */
const frozenMs = 15_000;

export async function registryAway(town: Town): Promise<string> {
  const registry = town.stack.part('registry');
  await registry.kill('SIGKILL');
  for (const service of services) await town.victims.of(service).end('SIGKILL');
  for (const service of services) town.victims.of(service).start();
  const startedAt = performance.now();
  await town.victims.allReady();
  const ms = Math.round(performance.now() - startedAt);
  await wait(5_000);
  await registry.start();
  return `all services started without it, ready after ${ms} ms, and took orders`;
}

/** The group is joined and left again and again: each time everybody's partitions move. */
export async function replicasComeAndGo(town: Town): Promise<void> {
  for (let turn = 0; turn < 4; turn++) {
    const replicas = consumers.map((service) => town.victims.replica(service));
    for (const replica of replicas) replica.start();
    await wait(3_000);
    await Promise.all(replicas.map((replica) => replica.end(turn % 2 === 0 ? 'SIGTERM' : 'SIGKILL')));
  }
}

/** While it stands still another takes its partitions over; then it wakes and goes on where it was. */
export async function zombie(town: Town): Promise<void> {
  const replicas = [...consumers, 'order' as const].map((service) => town.victims.replica(service));
  for (const replica of replicas) replica.start();
  await wait(3_000);
  for (const service of [...consumers, 'order' as const]) town.victims.of(service).signal('SIGSTOP');
  await wait(frozenMs);
  for (const service of [...consumers, 'order' as const]) town.victims.of(service).signal('SIGCONT');
  await wait(3_000);
  await Promise.all(replicas.map((replica) => replica.end('SIGTERM')));
  await town.victims.allReady();
}

export async function stoppedInOrder(town: Town, random: Random): Promise<void> {
  for (const service of random.shuffle(services)) {
    const victim = town.victims.of(service);
    await victim.end('SIGTERM');
    victim.start();
    await town.victims.allReady();
  }
}

/** Each service's clock jumps ahead, back behind the others', and right again, one service after the other. */
export async function clocksStepped(town: Town, random: Random): Promise<void> {
  for (let step = 0; step < 3; step++) {
    for (const service of random.shuffle(services)) {
      town.victims.of(service).signal('SIGWINCH');
      await wait(1_000);
    }
    await wait(3_000);
  }
}

export function providersMood(mood: Mood): (town: Town) => Promise<void> {
  return async ({ receivers }) => {
    receivers.mood = mood;
    try {
      await wait(6_000);
    } finally {
      receivers.mood = 'fine';
    }
  };
}
