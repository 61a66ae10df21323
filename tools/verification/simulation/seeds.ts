// Many runs on several threads, each seed once, answered as they come.

import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { startPostgresServer } from './postgres/server.ts';
import type { RunResult } from './simulate.ts';

export type SeedsOptions = {
  seeds: readonly number[];
  /** Answers false to have no further seed taken. */
  onResult: (result: RunResult) => boolean;
  threads?: number;
  wholeTrace?: boolean;
};

export async function runSeeds({
  seeds,
  onResult,
  threads = availableParallelism(),
  wholeTrace = false,
}: SeedsOptions): Promise<void> {
  const waiting = [...seeds];
  await Promise.all(
    Array.from({ length: Math.min(threads, waiting.length) }, async () => {
      // One for each thread: when a server removes old rows depends on everything that runs in it, and with it the order of rows on disk.
      const server = await startPostgresServer();
      try {
        await work(waiting, { socketDir: server.socketDir, wholeTrace }, onResult);
      } finally {
        await server.stop();
      }
    }),
  );
}

function work(
  waiting: number[],
  workerData: { socketDir: string; wholeTrace: boolean },
  onResult: (result: RunResult) => boolean,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      execArgv: ['--disable-warning=ExperimentalWarning'],
      workerData,
      // A run makes many short-lived objects.
      resourceLimits: { maxYoungGenerationSizeMb: 64 },
    });
    const next = () => {
      const seed = waiting.shift();
      if (seed === undefined) void worker.terminate().then(() => resolve());
      else worker.postMessage(seed);
    };
    worker.on('message', (message: 'ready' | RunResult) => {
      if (message !== 'ready' && !onResult(message)) waiting.length = 0;
      next();
    });
    worker.on('error', reject);
  });
}
