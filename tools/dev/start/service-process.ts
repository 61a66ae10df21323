// One service as a process of its own: started until it is ready, stopped, killed, and - when asked - started again when it dies.

import { join } from 'node:path';
import { startChild, untilReady, type Child } from '../stack/child.ts';
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
  /** If given, the process is started again when it dies by itself, and this is called. */
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

const firstPauseMs = 500;
const longestPauseMs = 30_000;
/** Whoever lived this long has recovered: the next pause is a short one again. */
const recoveredAfterMs = 60_000;

/** Resolves when it is ready. Throws StackError with its last words when it dies before that. */
export async function startService(options: ServiceProcessOptions): Promise<ServiceProcess> {
  let child = await launch(options, {});
  let wanted = true;
  let pauseMs = firstPauseMs;

  const keepAlive = (watched: Child) => {
    const bornAt = performance.now();
    void watched.ended.then(async (how) => {
      if (performance.now() - bornAt > recoveredAfterMs) pauseMs = firstPauseMs;
      while (wanted && options.onDeath) {
        options.onDeath(
          `${options.service} ended (${how}); starting it again in ${pauseMs / 1000} s. Its log: ${logFileOf(options)}`,
        );
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
        pauseMs = Math.min(pauseMs * 2, longestPauseMs);
        if (!wanted) return;
        try {
          child = await launch(options, {});
          if (!wanted) return child.stop();
          options.onDeath(`${options.service} is ready again (process ${child.pid})`);
          return keepAlive(child);
        } catch {
          how = 'it did not become ready';
        }
      }
    });
  };
  keepAlive(child);

  return {
    get pid() {
      return child.pid;
    },
    async stop() {
      wanted = false;
      await child.stop();
    },
    async kill(signal) {
      child.kill(signal);
      if (signal === 'SIGKILL') await child.ended;
    },
    async start(env = {}) {
      wanted = true;
      if (child.alive()) return;
      child = await launch(options, env);
      keepAlive(child);
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
  await untilReady(child, () => isReady(options.managementUrl), options.signal ? { signal: options.signal } : {});
  return child;
}

async function isReady(managementUrl: string): Promise<boolean> {
  try {
    return (await fetch(`${managementUrl}/health/ready`, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
}
