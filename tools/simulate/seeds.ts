// Many runs on several threads, each seed once, told as they come.

import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Verdict } from './simulate.ts';

/** @param o.onVerdict answers false to have no further seed taken */
export async function runSeeds(o: {
  seeds: readonly number[];
  onVerdict: (verdict: Verdict) => boolean;
  threads?: number;
}): Promise<void> {
  const waiting = [...o.seeds];
  const threads = Math.min(o.threads ?? availableParallelism(), waiting.length);
  await Promise.all(Array.from({ length: threads }, () => work(waiting, o.onVerdict)));
}

function work(waiting: number[], onVerdict: (verdict: Verdict) => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      execArgv: ['--disable-warning=ExperimentalWarning'],
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
