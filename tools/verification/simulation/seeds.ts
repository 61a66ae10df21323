// Many runs on several threads, each seed once, told as they come.

import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { startPostgresServer, type PostgresServer } from './postgres/server.ts';
import type { Verdict } from './simulate.ts';

/** @param o.onVerdict answers false to have no further seed taken */
export async function runSeeds(o: {
  seeds: readonly number[];
  onVerdict: (verdict: Verdict) => boolean;
  threads?: number;
}): Promise<void> {
  const waiting = [...o.seeds];
  const threads = Math.min(o.threads ?? availableParallelism(), waiting.length);
  await Promise.all(
    Array.from({ length: threads }, async () => {
      // One for each thread: when a server removes old rows depends on all that goes on in it, and with it the order of rows on disk.
      const server = await startPostgresServer();
      try {
        await work(server, waiting, o.onVerdict);
      } finally {
        await server.stop();
      }
    }),
  );
}

function work(
  { socketDir }: PostgresServer,
  waiting: number[],
  onVerdict: (verdict: Verdict) => boolean,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      execArgv: ['--disable-warning=ExperimentalWarning'],
      workerData: { socketDir },
      // A run makes many short-lived objects.
      resourceLimits: { maxYoungGenerationSizeMb: 64 },
    });
    const next = () => {
      const seed = waiting.shift();
      if (seed === undefined) void worker.terminate().then(() => resolve());
      else worker.postMessage(seed);
    };
    worker.on('message', (said: 'ready' | Verdict) => {
      if (said !== 'ready' && !onVerdict(said)) waiting.length = 0;
      next();
    });
    worker.on('error', reject);
  });
}
