// The services of a fault run as processes that may be killed at any moment, at a failpoint too, frozen, and started again.

import { join } from 'node:path';
import { build } from '../../deploy/build/build.ts';
import { generate } from '../../database/generate/generate.ts';
import { answers } from '../../dev/stack/answers.ts';
import { startChild, type Child } from '../../dev/stack/child.ts';
import { freePorts, services, type Service, type Stack } from '../../dev/stack/index.ts';
import { environmentOf, managementUrlOf, urlOf } from '../../dev/start/environment.ts';
import { residentMb } from '../../dev/start/resident-memory.ts';
import { deployedFlags, thriftyEnv } from '../../dev/start/service-process.ts';
import { prepareStack } from '../../dev/start/system.ts';
import { until } from '@oms/test-kit';

export type TargetProcess = {
  readonly service: Service;
  readonly url: string;
  /** Starts it, unless it is running; `failpoint` as in FAILPOINT. Does not wait until it is ready. */
  start(failpoint?: string): void;
  alive(): boolean;
  /** Resident memory, in MB; 0 when it is not running. */
  residentMb(): number;
  ready(): Promise<boolean>;
  /** Resolves with how it ended, or undefined when it is still running after `ms`. */
  endedWithin(ms: number): Promise<string | undefined>;
  /** Resolves when it is gone. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  signal(signal: NodeJS.Signals): void;
};

export type TargetProcesses = {
  urls: Record<Service, string>;
  /** Health and metrics. */
  managementUrls: Record<Service, string>;
  of(service: Service): TargetProcess;
  /** A second process of the service, on a port of its own, not started yet. */
  replica(service: Service): TargetProcess;
  /** For processes that are started from now on: each value of their environment goes through `change`. */
  changeAddresses(change: (value: string) => string): void;
  allReady(): Promise<void>;
  stop(): Promise<void>;
  logFile(service: Service): string;
};

/** Each SIGWINCH steps the clock of a service. */
const steppingClock = new URL('stepping-clock.mjs', import.meta.url).href;

/** Built with failpoints, migrated, registered, and not started yet. @param env for all services, added to what the stack gives them */
export async function createTargetProcesses(
  stack: Stack,
  folder: string,
  env: NodeJS.ProcessEnv,
): Promise<TargetProcesses> {
  await generate();
  const bundles = new Map<Service, string>();
  for (const service of services) bundles.set(service, await build(service, { failpoints: true }));
  await prepareStack(stack);
  const ports = await freePorts();
  const logFile = (service: Service) => join(folder, 'logs', `${service}.log`);
  let changeValue = (value: string) => value;
  const launch = (service: Service, name: string, own: NodeJS.ProcessEnv) => {
    const environment = Object.entries({ ...environmentOf(service, stack, ports), ...env, ...own });
    const changed = environment.map(([key, value]) => [key, value === undefined ? value : changeValue(value)]);
    return startChild({
      name,
      command: process.execPath,
      args: [...deployedFlags, '--import', steppingClock, bundles.get(service)!],
      env: { ...thriftyEnv, ...process.env, ...(Object.fromEntries(changed) as NodeJS.ProcessEnv) },
      logFile: logFile(service),
      runDir: join(folder, 'run'),
      stopMs: 15_000,
    });
  };
  const first = new Map(
    services.map((service) => [
      service,
      createTargetProcess(service, urlOf(service, ports), managementUrlOf(service, ports), (failpoint) =>
        launch(service, service, failpoint ? { FAILPOINT: failpoint } : {}),
      ),
    ]),
  );
  const replicas: TargetProcess[] = [];
  return {
    urls: ofEach((service) => urlOf(service, ports)),
    managementUrls: ofEach((service) => managementUrlOf(service, ports)),
    of: (service) => first.get(service)!,
    replica(service) {
      const name = `${service}-replica-${replicas.length}`;
      const nowhere = 'http://127.0.0.1:0';
      const anyPort = { PORT: '0', MANAGEMENT_PORT: '0' };
      const replica = createTargetProcess(service, nowhere, nowhere, () => launch(service, name, anyPort));
      replicas.push(replica);
      return replica;
    },
    changeAddresses(change) {
      changeValue = change;
    },
    async allReady() {
      const areReady = async () => (await Promise.all([...first.values()].map((each) => each.ready()))).every(Boolean);
      await until('every service is ready', areReady, 60_000);
    },
    async stop() {
      await Promise.all([...first.values(), ...replicas].map((each) => each.end('SIGTERM')));
    },
    logFile,
  };
}

function ofEach(address: (service: Service) => string): Record<Service, string> {
  return Object.fromEntries(services.map((service) => [service, address(service)])) as Record<Service, string>;
}

function createTargetProcess(
  service: Service,
  url: string,
  managementUrl: string,
  launch: (failpoint?: string) => Child,
): TargetProcess {
  let child: Child | undefined;
  return {
    service,
    url,
    start(failpoint) {
      if (!child?.alive()) child = launch(failpoint);
    },
    alive: () => child?.alive() ?? false,
    residentMb: () => (child?.alive() ? residentMb(child.pid) : 0),
    ready: () => answers(`${managementUrl}/health/ready`),
    async endedWithin(ms) {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<undefined>((resolve) => (timer = setTimeout(resolve, ms, undefined)));
      const ending = await Promise.race([child?.ended ?? 'never started', late]);
      clearTimeout(timer);
      return ending;
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
