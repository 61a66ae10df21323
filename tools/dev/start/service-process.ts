// One service as a separate process: started until it is ready, stopped, killed, and if requested started again when it dies.

import { join } from 'node:path';
import { answers } from '../stack/answers.ts';
import { startChild, untilReady, type Child } from '../stack/child.ts';
import { createPart } from '../stack/part.ts';
import type { Part, Service } from '../stack/index.ts';

export type ServiceProcess = Omit<Part, 'start'> & {
  /** Starts it again, with these variables beside its own; they last until it ends. */
  start(env?: NodeJS.ProcessEnv): Promise<void>;
};

export type ServiceProcessOptions = {
  service: Service;
  /** Tells it apart from others of the same service, in its log's name too; the service's own name unless given. */
  name?: string;
  /** The file to run. */
  bundle: string;
  env: NodeJS.ProcessEnv;
  /** Instead of `nodeFlags`. */
  flags?: readonly string[];
  /** Where it says whether it is ready. */
  managementUrl: string;
  logDir: string;
  runDir: string;
  /** If given, it is started again when it ends without being asked, and each end and start is reported here. */
  onDeath?: (line: string) => void;
  /** Breaks off a start, because another service failed. */
  signal?: AbortSignal;
};

/**
 * Measured on the order service, 120 MB without them (and 75 MB more with a source map of every package): a small young
 * generation saves 12 MB and costs a tenth of its CPU time under load; Prisma's compiler without its optimised form saves
 * 8 MB; one malloc arena instead of one per thread saves 15 MB.
 */
export const nodeFlags = ['--enable-source-maps', '--max-semi-space-size=2', '--liftoff-only'];
export const thriftyEnv = { MALLOC_ARENA_MAX: '1' };
/** As docker/service.Dockerfile starts a service: with memory to spare. */
export const deployedFlags = ['--enable-source-maps'];

/** Resolves when it is ready. Throws StackError with its last words when it dies before that. */
export async function startService(options: ServiceProcessOptions): Promise<ServiceProcess> {
  let env: NodeJS.ProcessEnv = {};
  const part = await createPart({
    name: options.service,
    launch() {
      const own = env;
      env = {};
      return launch(options, own);
    },
    logFile: logFileOf(options),
    onDeath: options.onDeath,
  });
  return {
    get pid() {
      return part.pid;
    },
    stop: () => part.stop(),
    kill: (signal) => part.kill(signal),
    async start(own = {}) {
      env = own;
      await part.start();
      env = {};
    },
  };
}

function logFileOf({ logDir, name, service }: ServiceProcessOptions): string {
  return join(logDir, `${name ?? service}.log`);
}

async function launch(options: ServiceProcessOptions, env: NodeJS.ProcessEnv): Promise<Child> {
  const child = startChild({
    name: options.name ?? options.service,
    command: process.execPath,
    args: [...(options.flags ?? nodeFlags), options.bundle],
    env: { ...thriftyEnv, ...process.env, ...options.env, ...env },
    logFile: logFileOf(options),
    runDir: options.runDir,
    stopMs: 12_000,
  });
  await untilReady(
    child,
    () => answers(`${options.managementUrl}/health/ready`),
    options.signal ? { signal: options.signal } : {},
  );
  return child;
}
