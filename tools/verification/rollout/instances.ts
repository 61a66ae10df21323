// The services of a rolling run: each in its version, rolled to another by an instance that comes before the old one goes.

import { join } from 'node:path';
import { until } from '@oms/test-kit';
import { build } from '../../deploy/build/build.ts';
import { generate } from '../../database/generate/generate.ts';
import { freePorts, services, type Service, type Stack } from '../../dev/stack/index.ts';
import { environmentOf, urlOf } from '../../dev/start/environment.ts';
import { startService, type ServiceProcess } from '../../dev/start/service-process.ts';
import { startFront, type Front } from './load-balancer.ts';
import { readers, type Readings } from './readings.ts';

export type Version = 'v1' | 'v2';
export const rolled = ['order', 'analytics', 'inventory', 'notification'] as const;
export type Rolled = (typeof rolled)[number];

export type Fleet = {
  gatewayUrl: string;
  logFiles(): string[];
  /** Resolves when the new instance is alone; both have had work of the same kind meanwhile, as long as the load is on. */
  roll(service: Rolled, to: Version): Promise<void>;
  /** `meanwhile` runs while nobody of the service is alive. */
  restart(service: Rolled, meanwhile: () => Promise<void>): Promise<void>;
  stop(): Promise<void>;
};

type Instance = { version: Version; url: string; process: ServiceProcess };

/** What order-placed.v2 tells is what is rolled out. */
const change = 'order-placed.v2';
/** Yesterday's order service promised nothing; today's promises little, so that some orders come late. */
export const promiseMinutes: Readonly<Record<Version, number>> = { v1: 0, v2: 1 };
const workEach = 10;

/** All at v1. @param env for all services, over what the stack tells them */
export async function startFleet(o: {
  stack: Stack;
  folder: string;
  env: NodeJS.ProcessEnv;
  readings: Readings;
}): Promise<Fleet> {
  await generate();
  const bundles = new Map<string, string>();
  for (const service of services) bundles.set(`${service} v2`, await build(service));
  for (const service of rolled) bundles.set(`${service} v1`, await build(service, { before: change }));
  const ports = await freePorts();
  const fronts = new Map<Rolled, Front>();
  const live = new Map<Rolled, Instance>();
  const logDir = join(o.folder, 'logs');
  const names: string[] = [];

  const launch = (service: Service, version: Version, port: number): Promise<ServiceProcess> => {
    const name = `${service}-${version}-${names.length}`;
    names.push(name);
    const own = { PORT: String(port), DELIVERY_PROMISE_MINUTES: String(promiseMinutes[version]) };
    return startService({
      ...{ service, name, bundle: bundles.get(`${service} ${version}`)!, logDir },
      env: { ...environmentOf(service, o.stack, ports), ...o.env, ...own },
      url: `http://127.0.0.1:${port}`,
      runDir: join(o.folder, 'run'),
    });
  };
  const begin = async (service: Rolled, version: Version): Promise<Instance> => {
    const port = (await freePorts())[service];
    const instance = { version, url: `http://127.0.0.1:${port}`, process: await launch(service, version, port) };
    fronts.get(service)!.add(instance.url);
    live.set(service, instance);
    return instance;
  };
  const end = async (service: Rolled, { url, process }: Instance): Promise<void> => {
    await fronts.get(service)!.remove(url);
    await process.stop();
  };

  for (const service of rolled) {
    fronts.set(service, await startFront(ports[service]));
    await o.readings.begin(service, 'v1');
    await begin(service, 'v1');
  }
  const gateway = await launch('gateway', 'v2', ports.gateway);
  return {
    gatewayUrl: urlOf('gateway', ports),
    logFiles: () => names.map((name) => join(logDir, `${name}.log`)),
    async roll(service, to) {
      const old = live.get(service)!;
      await o.readings.begin(service, 'both');
      const fresh = await begin(service, to);
      const workOf = isReader(service) ? appliedBy : (url: string) => fronts.get(service)!.answered(url);
      const before = await workOf(old.url);
      try {
        await until(
          `${service} ${old.version} and ${to} are at work side by side`,
          async () => (await workOf(fresh.url)) >= workEach && (await workOf(old.url)) >= before + workEach,
          60_000,
        );
      } finally {
        await end(service, old);
      }
      await o.readings.begin(service, to);
    },
    async restart(service, meanwhile) {
      const old = live.get(service)!;
      await end(service, old);
      await meanwhile();
      await begin(service, old.version);
    },
    async stop() {
      await gateway.stop();
      await Promise.all([...live].map(([service, instance]) => end(service, instance)));
      await Promise.all([...fronts.values()].map((front) => front.stop()));
    },
  };
}

function isReader(service: Rolled): boolean {
  return (readers as readonly string[]).includes(service);
}

/** How many messages of order-events an instance has applied, by its own count. */
async function appliedBy(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const counts = text.matchAll(/^messaging_consumer_applied_total\{[^}]*topic="order-events"[^}]*\} (\d+)/gm);
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
}
