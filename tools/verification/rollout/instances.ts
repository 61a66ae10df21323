// The services of a rolling run: each at its version, rolled to another by an instance that comes before the old one goes.

import { join } from 'node:path';
import { until } from '@oms/test-kit';
import { generate } from '../../database/generate/generate.ts';
import { build } from '../../deploy/build/build.ts';
import { freePorts, services, type Service, type Stack } from '../../dev/stack/index.ts';
import { freePort } from '../../dev/stack/ports.ts';
import { environmentOf, urlOf } from '../../dev/start/environment.ts';
import { startService, type ServiceProcess } from '../../dev/start/service-process.ts';
import { startLoadBalancer, type LoadBalancer } from './load-balancer.ts';
import { readers, type Readings } from './readings.ts';
import type { Version } from './version.ts';

export const rolled = ['order', 'analytics', 'inventory', 'notification'] as const;
export type Rolled = (typeof rolled)[number];

export type Instances = {
  gatewayUrl: string;
  logFiles(): string[];
  /**
   * Resolves when the new instance is alone. Needs load: both instances have had work of the same kind meanwhile, and the
   * readers have read messages of a new writer.
   */
  roll(service: Rolled, to: Version): Promise<void>;
  /** `meanwhile` runs while no instance of the service is running. */
  restart(service: Rolled, meanwhile: () => Promise<void>): Promise<void>;
  stop(): Promise<void>;
};

type Instance = { version: Version; url: string; managementUrl: string; process: ServiceProcess };

/** What is rolled out is what order-placed.v2 adds. */
const change = 'order-placed.v2';
/** The old order service promised nothing; the new one promises a short time, so that some orders come late. */
export const promiseMinutes: Readonly<Record<Version, number>> = { v1: 0, v2: 1 };
/** Requests answered or messages applied by each of two instances side by side. */
const workOfEach = 10;
/** What each reader reads of a writer that was rolled, before the next service is: so every pair of versions occurs. */
const messagesRead = 30;

/** All at v1. @param env for all services, added to what the stack gives them */
export async function startInstances({
  stack,
  folder,
  env,
  readings,
}: {
  stack: Stack;
  folder: string;
  env: NodeJS.ProcessEnv;
  readings: Readings;
}): Promise<Instances> {
  await generate();
  const bundles = new Map<string, string>();
  for (const service of services) bundles.set(`${service} v2`, await build(service));
  for (const service of rolled) bundles.set(`${service} v1`, await build(service, { before: change }));
  const ports = await freePorts();
  const loadBalancers = new Map<Rolled, LoadBalancer>();
  const current = new Map<Rolled, Instance>();
  const logDir = join(folder, 'logs');
  const names: string[] = [];

  for (const service of rolled) loadBalancers.set(service, await startLoadBalancer(ports[service]));
  await Promise.all(
    rolled.map(async (service) => {
      await readings.begin(service, 'v1');
      await begin(service, 'v1');
    }),
  );
  const gateway = await launch('gateway', 'v2', ports.gateway, ports.gatewayManagement);
  return {
    gatewayUrl: urlOf('gateway', ports),
    logFiles: () => names.map((name) => join(logDir, `${name}.log`)),
    async roll(service, to) {
      const old = current.get(service)!;
      await readings.begin(service, 'both');
      const fresh = await begin(service, to);
      const workOf = isReader(service)
        ? appliedBy
        : ({ url }: Instance) => Promise.resolve(loadBalancers.get(service)!.answered(url));
      const before = await workOf(old);
      try {
        await until(
          `${service} ${old.version} and ${to} work side by side`,
          async () => (await workOf(fresh)) >= workOfEach && (await workOf(old)) >= before + workOfEach,
          60_000,
        );
      } finally {
        await end(service, old);
      }
      if (isReader(service)) await readings.begin(service, to);
      else await readings.readOn(messagesRead);
    },
    async restart(service, meanwhile) {
      const old = current.get(service)!;
      await end(service, old);
      await meanwhile();
      await begin(service, old.version);
    },
    async stop() {
      await gateway.stop();
      await Promise.all([...current].map(([service, instance]) => end(service, instance)));
      await Promise.all([...loadBalancers.values()].map((loadBalancer) => loadBalancer.stop()));
    },
  };

  function launch(service: Service, version: Version, port: number, managementPort: number): Promise<ServiceProcess> {
    const name = `${service}-${version}-${names.length}`;
    names.push(name);
    const own = {
      PORT: String(port),
      MANAGEMENT_PORT: String(managementPort),
      DELIVERY_PROMISE_MINUTES: String(promiseMinutes[version]),
    };
    return startService({
      service,
      name,
      bundle: bundles.get(`${service} ${version}`)!,
      logDir,
      env: { ...environmentOf(service, stack, ports), ...env, ...own },
      managementUrl: `http://127.0.0.1:${managementPort}`,
      runDir: join(folder, 'run'),
    });
  }

  async function begin(service: Rolled, version: Version): Promise<Instance> {
    const [port, managementPort] = [await freePort(), await freePort()];
    const instance = {
      version,
      url: `http://127.0.0.1:${port}`,
      managementUrl: `http://127.0.0.1:${managementPort}`,
      process: await launch(service, version, port, managementPort),
    };
    loadBalancers.get(service)!.add(instance.url);
    current.set(service, instance);
    return instance;
  }

  async function end(service: Rolled, { url, process }: Instance): Promise<void> {
    await loadBalancers.get(service)!.remove(url);
    await process.stop();
  }
}

function isReader(service: Rolled): boolean {
  return (readers as readonly string[]).includes(service);
}

/** How many messages of order-events an instance has applied, by its own count. */
async function appliedBy({ managementUrl }: Instance): Promise<number> {
  const text = await (await fetch(`${managementUrl}/metrics`)).text();
  const counts = text.matchAll(/^messaging_consumer_applied_total\{[^}]*topic="order-events"[^}]*\} (\d+)/gm);
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
}
