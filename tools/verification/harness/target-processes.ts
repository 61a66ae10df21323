// The services of a fault run as processes that may die at any moment: started with or without a failpoint, killed, frozen, started again.

import { join } from 'node:path';
import { build } from '../../deploy/build/build.ts';
import { generate } from '../../database/generate/generate.ts';
import { startChild, type Child } from '../../dev/stack/child.ts';
import { freePorts, services, type Service, type Stack } from '../../dev/stack/index.ts';
import { environmentOf, urlOf } from '../../dev/start/environment.ts';
import { residentMb } from '../../dev/start/resident-memory.ts';
import { deployedFlags, thriftyEnv } from '../../dev/start/service-process.ts';
import { prepareStack } from '../../dev/start/system.ts';
import { until } from '@oms/test-kit';

export type Victim = {
  readonly service: Service;
  readonly url: string;
  /** Starts it, unless it lives; `failpoint` as in FAILPOINT. Does not wait until it is ready. */
  start(failpoint?: string): void;
  alive(): boolean;
  /** Resident memory, in MB; 0 when it does not live. */
  residentMb(): number;
  ready(): Promise<boolean>;
  /** Resolves with how it ended, or undefined when it still lives after `ms`. */
  endedWithin(ms: number): Promise<string | undefined>;
  /** Resolves when it is gone. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  signal(signal: NodeJS.Signals): void;
};

export type Victims = {
  urls: Record<Service, string>;
  of(service: Service): Victim;
  /** A second process of the service, on a port of its own, not started yet. */
  replica(service: Service): Victim;
  allReady(): Promise<void>;
  stop(): Promise<void>;
  logFile(service: Service): string;
};

/** Each SIGWINCH steps the clock of a service. */
const steppingClock = new URL('stepping-clock.mjs', import.meta.url).href;

/** Built with failpoints, migrated, registered, and not started yet. @param env for all services, over what the stack tells them */
export async function createVictims(stack: Stack, folder: string, env: NodeJS.ProcessEnv): Promise<Victims> {
  await generate();
  const bundles = new Map<Service, string>();
  for (const service of services) bundles.set(service, await build(service, { failpoints: true }));
  await prepareStack(stack);
  const ports = await freePorts();
  const logFile = (service: Service) => join(folder, 'logs', `${service}.log`);
  const launch = (service: Service, name: string, own: NodeJS.ProcessEnv) =>
    startChild({
      name,
      command: process.execPath,
      args: [...deployedFlags, '--import', steppingClock, bundles.get(service)!],
      env: { ...thriftyEnv, ...process.env, ...environmentOf(service, stack, ports), ...env, ...own },
      logFile: logFile(service),
      runDir: join(folder, 'run'),
      stopMs: 15_000,
    });
  const all = services.map((service) =>
    createVictim(service, urlOf(service, ports), (failpoint) =>
      launch(service, service, failpoint ? { FAILPOINT: failpoint } : {}),
    ),
  );
  const replicas: Victim[] = [];
  return {
    urls: Object.fromEntries(services.map((service) => [service, urlOf(service, ports)])) as Record<Service, string>,
    of: (name) => all.find(({ service }) => service === name)!,
    replica(service) {
      const name = `${service}-replica-${replicas.length}`;
      const replica = createVictim(service, 'http://127.0.0.1:0', () => launch(service, name, { PORT: '0' }));
      replicas.push(replica);
      return replica;
    },
    async allReady() {
      await until(
        'every service is ready',
        async () => (await Promise.all(all.map((victim) => victim.ready()))).every(Boolean),
        60_000,
      );
    },
    async stop() {
      await Promise.all([...all, ...replicas].map((victim) => victim.end('SIGTERM')));
    },
    logFile,
  };
}

function createVictim(service: Service, url: string, launch: (failpoint?: string) => Child): Victim {
  let child: Child | undefined;
  return {
    service,
    url,
    start(failpoint) {
      if (!child?.alive()) child = launch(failpoint);
    },
    alive: () => child?.alive() ?? false,
    residentMb: () => (child?.alive() ? residentMb(child.pid) : 0),
    async ready() {
      try {
        return (await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(2_000) })).ok;
      } catch {
        return false;
      }
    },
    async endedWithin(ms) {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<undefined>((resolve) => (timer = setTimeout(resolve, ms, undefined)));
      const how = await Promise.race([child?.ended ?? 'never started', late]);
      clearTimeout(timer);
      return how;
    },
    async end(signal) {
      if (!child?.alive()) return;
      if (signal === 'SIGTERM') return child.stop();
      child.kill('SIGKILL');
      await child.ended;
    },
    signal: (signal) => child?.kill(signal),
  };
}
