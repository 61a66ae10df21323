// The whole system: a database for each service, the broker, and replicas that are started, die, and are started again.

import type { Codec } from '@oms/contracts';
import { createPool } from '@oms/service-kit';
import { createBroker, type Broker } from '../broker/broker.ts';
import { createKafka } from '../broker/kafka.ts';
import { createDatabase, type Database } from '../postgres/database.ts';
import type { Databases } from '../postgres/databases.ts';
import { createOutOfOrder, type OutOfOrder } from '../faults/out-of-order.ts';
import { createProcess, kill, type Process } from '../world/process.ts';
import { services, type Service } from '../world/services.ts';
import type { World } from '../world/world.ts';
import { startAnalytics } from './analytics.ts';
import type { Handler, Replica } from './network.ts';
import { startInventory } from './inventory.ts';
import { startNotification } from './notification.ts';
import { startOrder } from './order.ts';
import { createProviders, type Providers } from './providers.ts';
import { addressOf, createLog, createNoMetrics, readyCodec, type ServicePorts } from './ports.ts';

export type System = {
  databases: ReadonlyMap<Service, Database>;
  broker: Broker;
  providers: Providers;
  outOfOrder: OutOfOrder;
  replicas(service: Service): readonly Replica[];
  processes(): Process[];
  /** Dies at once and is started again a while later. */
  killAndRestart(process: Process, why: string): void;
  /** The end of a run. */
  close(): Promise<void>;
};

const starters: Readonly<Record<Service, (ports: ServicePorts) => Handler>> = {
  order: startOrder,
  inventory: startInventory,
  analytics: startAnalytics,
  notification: startNotification,
};

export function createSystem(world: World, shared: Databases, codec: Codec): System {
  const { scheduler, random, trace } = world;
  const databases = new Map(services.map((service) => [service, createDatabase(world, service, shared.of(service))]));
  const broker = createBroker(world);
  const providers = createProviders(world);
  /** By the replica's name. */
  const running = new Map<string, Replica>();
  const outOfOrder = createOutOfOrder(world, broker, codec);
  const system: System = { databases, broker, providers, outOfOrder, replicas, processes, killAndRestart, close };

  for (const service of services) {
    const count = random.chance(0.25) ? 1 : random.chance(0.8) ? 2 : 3;
    for (let at = 1; at <= count; at++) {
      const name = `${service}-${at}`;
      scheduler.after(random.uniform(0, 300), null, () => start(service, name, 1));
    }
  }
  return system;

  function start(service: Service, name: string, life: number): void {
    const process = createProcess(service, name, life);
    trace.add(name, `starts (life ${life})`);
    scheduler.after(0, process, () => {
      const ports: ServicePorts = {
        world,
        process,
        providers,
        replicas,
        databaseUrl: addressOf(service),
        pool: createPool({ name: service, databaseUrl: addressOf(service), max: 4, byIndex: true }),
        kafka: createKafka(world, process, broker),
        codec: readyCodec(codec),
        logger: createLog(world, process),
        metrics: createNoMetrics(),
        now: () => new Date(),
        exit: (error) => killAndRestart(process, `ends itself: ${error.message}`),
      };
      running.set(name, { process, handler: starters[service](ports) });
    });
  }

  function killAndRestart(process: Process, why: string): void {
    if (!process.alive) return;
    trace.add(process.name, why);
    kill(process);
    scheduler.after(random.uniform(100, 3_000), null, () => start(process.service, process.name, process.life + 1));
  }

  function replicas(service: Service): readonly Replica[] {
    return [...running.values()].filter(({ process }) => process.alive && process.service === service);
  }

  function processes(): Process[] {
    return [...running.values()].map(({ process }) => process).filter(({ alive }) => alive);
  }

  async function close(): Promise<void> {
    for (const database of databases.values()) await database.close();
  }
}
