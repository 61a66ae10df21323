// All services on a running stack: generated, bundled, migrated, contracts registered, each in its own process, all ready.

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { generate } from '../../database/generate/generate.ts';
import { migrationDirs, root } from '../../database/migrate/databases.ts';
import { migrate } from '../../database/migrate/migrate.ts';
import { register } from '../../contracts/schemas/register.ts';
import { managementPort, refuseTakenPorts } from '../stack/ports.ts';
import {
  databaseServices,
  freePorts,
  services,
  silentProgress,
  type Progress,
  type Service,
  type ServicePorts,
  type Stack,
} from '../stack/index.ts';
import type { StackAddresses } from '../stack/running-stack.ts';
import { environmentOf, managementUrlOf, urlOf } from './environment.ts';
import { startService, type ServiceProcess } from './service-process.ts';

export type System = {
  urls: Record<Service, string>;
  /** Health and metrics. */
  managementUrls: Record<Service, string>;
  service(name: Service): ServiceProcess;
  stop(): Promise<void>;
};

export type SystemOptions = {
  stack: Stack;
  ports: ServicePorts;
  /** One <service>.log each; process ids are written down in `run` beside it. */
  logDir: string;
  /** For all services, beside and over what the stack tells them. */
  env?: NodeJS.ProcessEnv;
  /** For one service, over these. */
  envOf?: (service: Service) => NodeJS.ProcessEnv;
  progress?: Progress;
  /** Instead of the thrifty ones that development needs, which take a tenth of the speed. */
  flags?: readonly string[];
  /** The result of an earlier or running `prepareServices`, to save the time. */
  bundles?: Bundles | Promise<Bundles>;
  /** If given, a service that dies is started again, and this is called. */
  onDeath?: (line: string) => void;
};

/** The file of each service. */
export type Bundles = Record<Service, string>;

/** Resolves when every service is ready. Throws, with nothing left running, when one is not. */
export async function startSystem(options: SystemOptions): Promise<System> {
  const progress = options.progress ?? silentProgress;
  await refuseTakenPorts(
    Object.fromEntries(
      services.flatMap((service) => [service, managementPort(service)].map((name) => [name, options.ports[name]])),
    ),
  );
  const [bundles] = await Promise.all([
    options.bundles ?? prepareServices(progress),
    prepareStack(options.stack, progress),
  ]);

  const failure = new AbortController();
  const starting = services.map((service) =>
    progress.step(service, () =>
      startService({
        service,
        bundle: bundles[service],
        env: { ...environmentOf(service, options.stack, options.ports), ...options.env, ...options.envOf?.(service) },
        managementUrl: managementUrlOf(service, options.ports),
        logDir: options.logDir,
        runDir: join(options.logDir, '../run'),
        signal: failure.signal,
        ...(options.onDeath && { onDeath: options.onDeath }),
        ...(options.flags && { flags: options.flags }),
      }),
    ),
  );
  // A failure aborts the start of the others, so that no caller waits for them.
  void Promise.all(starting).catch(() => failure.abort());
  const settled = await Promise.allSettled(starting);
  const stop = async () => {
    await Promise.all(settled.map((one) => (one.status === 'fulfilled' ? one.value.stop() : Promise.resolve())));
  };
  try {
    const started = await Promise.all(starting);
    const byName = new Map(services.map((service, i) => [service, started[i] as ServiceProcess]));
    return {
      urls: ofEach((service) => urlOf(service, options.ports)),
      managementUrls: ofEach((service) => managementUrlOf(service, options.ports)),
      service: (name) => byName.get(name) as ServiceProcess,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Prisma clients where their schema changed, then the bundles. Needs no stack: both may be made at the same time. */
export async function prepareServices(progress: Progress = silentProgress): Promise<Bundles> {
  await progress.step('Prisma clients', () => generate());
  return progress.step('bundles', async () => {
    const files = await bundleFiles();
    return Object.fromEntries(services.map((service, i) => [service, files[i]])) as Bundles;
  });
}

/** Databases migrated, topics and schemas there; a second time nothing changes. */
export async function prepareStack(
  stack: StackAddresses,
  progress: Progress = silentProgress,
  wanted: readonly string[] = databaseServices,
): Promise<void> {
  await Promise.all([
    progress.step('migrations', () =>
      Promise.all(
        wanted.map((service) =>
          migrate({ databaseUrl: stack.databaseUrl(service), migrationDirs: migrationDirs(service) }),
        ),
      ),
    ),
    progress.step('contracts', () =>
      register({ registryUrl: stack.registryUrl, kafka: { brokers: stack.kafkaBrokers } }),
    ),
  ]);
}

function ofEach(address: (service: Service) => string): Record<Service, string> {
  return Object.fromEntries(services.map((service) => [service, address(service)])) as Record<Service, string>;
}

/** Made by a process of its own: the bundler's memory, more than 1 GB, is free again when it has ended. */
async function bundleFiles(): Promise<string[]> {
  const program = join(root, 'tools/deploy/build/main.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...services], { cwd: root }).catch(
    ({ stderr, message }: { stderr?: string; message: string }) => {
      throw new Error(`Bundling the services failed:\n${stderr?.trim() || message}`);
    },
  );
  return stdout.trim().split('\n');
}

export function freeServicePorts(): Promise<ServicePorts> {
  return freePorts();
}
