/** Work that the clock drives: again and again, never two rounds at once, and a failed round costs no more than itself. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from '@oms/service-kit';

export type Clockwork = { start(): void; stop(): Promise<void> };

/** @param o.round should look at the signal between two steps: `stop()` waits for it */
export function createClockwork(o: {
  what: string;
  everyMs: number;
  round: (signal: AbortSignal) => Promise<void>;
  logger: Logger;
}): Clockwork {
  const stopping = new AbortController();
  let running = Promise.resolve();
  return {
    start() {
      running = run(stopping.signal);
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };

  async function run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await o.round(signal);
      } catch (err) {
        o.logger.warn({ err, againMs: o.everyMs }, `${o.what}: this round failed; the next one tries again`);
      }
      await wait(o.everyMs, undefined, { signal }).catch(() => {});
    }
  }
}
