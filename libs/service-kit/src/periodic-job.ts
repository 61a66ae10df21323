/** Runs a task again and again: never two runs at once, and a failed run only delays its work until the next one. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from './logger.ts';

export type PeriodicJob = { start(): void; stop(): Promise<void> };
export type PeriodicJobOptions = {
  /** What the job does, for the log. */
  name: string;
  intervalMs: number;
  /** Checks the signal between two steps, because `stop()` waits for it. */
  run: (signal: AbortSignal) => Promise<void>;
  logger: Logger;
};

export function createPeriodicJob({ name, intervalMs, run, logger }: PeriodicJobOptions): PeriodicJob {
  const stopping = new AbortController();
  let running = Promise.resolve();
  return {
    start() {
      running = repeat(stopping.signal);
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };

  async function repeat(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await run(signal);
      } catch (err) {
        logger.warn({ err, retryInMs: intervalMs }, `${name}: this run failed; the next one tries again`);
      }
      await wait(intervalMs, undefined, { signal }).catch(() => {});
    }
  }
}
