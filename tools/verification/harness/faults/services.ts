// Services are frozen, doubled, stopped one by one and started cold, and the receivers of their notifications misbehave.

import { setTimeout as wait } from 'node:timers/promises';
import { until } from '@oms/test-kit';
import pg from 'pg';
import { services } from '../../../dev/stack/index.ts';
import type { Random } from '../random.ts';
import type { Behaviour } from '../receivers.ts';
import type { SystemUnderTest } from '../system-under-test.ts';

const consumers = ['inventory', 'analytics', 'notification'] as const;
/** Longer than the session of a member in a consumer group. */
const frozenMs = 15_000;
const ordersWithoutRegistry = 20;

export async function registryAway({ stack, processes }: SystemUnderTest): Promise<string> {
  const registry = stack.part('registry');
  await registry.kill('SIGKILL');
  await Promise.all(services.map((service) => processes.of(service).end('SIGKILL')));
  for (const service of services) processes.of(service).start();
  const startedMs = performance.now();
  await processes.allReady();
  const ms = Math.round(performance.now() - startedMs);
  const before = await orderCount(stack.databaseUrl('order'));
  const takesOrders = async () => (await orderCount(stack.databaseUrl('order'))) >= before + ordersWithoutRegistry;
  await until(`${ordersWithoutRegistry} orders are taken without the registry`, takesOrders, 60_000);
  await registry.start();
  return `all services started without it, ready after ${ms} ms, and took orders`;
}

async function orderCount(databaseUrl: string): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ n: number }>('SELECT count(*)::int AS n FROM orders');
    return rows[0]!.n;
  } finally {
    await client.end();
  }
}

/** Members join and leave their groups again and again: each time everybody's partitions move. */
export async function replicasComeAndGo({ processes }: SystemUnderTest): Promise<void> {
  for (let round = 0; round < 4; round++) {
    const replicas = consumers.map((service) => processes.replica(service));
    for (const replica of replicas) replica.start();
    await wait(3_000);
    await Promise.all(replicas.map((replica) => replica.end(round % 2 === 0 ? 'SIGTERM' : 'SIGKILL')));
  }
}

/** While it is frozen, a replica takes its partitions over; then it wakes and continues where it was. */
export async function consumerFrozen({ processes }: SystemUnderTest): Promise<void> {
  const frozen = [...consumers, 'order' as const];
  const replicas = frozen.map((service) => processes.replica(service));
  for (const replica of replicas) replica.start();
  await wait(3_000);
  for (const service of frozen) processes.of(service).signal('SIGSTOP');
  await wait(frozenMs);
  for (const service of frozen) processes.of(service).signal('SIGCONT');
  await wait(3_000);
  await Promise.all(replicas.map((replica) => replica.end('SIGTERM')));
  await processes.allReady();
}

export async function stoppedOneByOne({ processes }: SystemUnderTest, random: Random): Promise<void> {
  for (const service of random.shuffle(services)) {
    const target = processes.of(service);
    await target.end('SIGTERM');
    target.start();
    await processes.allReady();
  }
}

/** Each service's clock jumps ahead, back behind the others', and right again, one service after the other. */
export async function clocksStepped({ processes }: SystemUnderTest, random: Random): Promise<void> {
  for (let step = 0; step < 3; step++) {
    for (const service of random.shuffle(services)) {
      processes.of(service).signal('SIGWINCH');
      await wait(1_000);
    }
    await wait(3_000);
  }
}

export function receiversBehave(behaviour: Behaviour): (system: SystemUnderTest) => Promise<void> {
  return async ({ receivers }) => {
    receivers.behaviour = behaviour;
    try {
      await wait(6_000);
    } finally {
      receivers.behaviour = 'normal';
    }
  };
}
