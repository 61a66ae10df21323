// Keeps inbox and versions from growing for ever: a look every hour, old rows deleted in small steps.

import type pg from 'pg';
import type { Logger } from 'pino';
import { forgetOldVersions } from './applied-versions.ts';
import { forgetOld } from './inbox.ts';

// Topics keep messages for 30 days and drop whole segments, which are a week old at most when they close: a message older
// than this cannot come again.
const keptDays = 40;
const everyMs = 60 * 60 * 1000;
const stepPauseMs = 200;

export type InboxCleaner = { start(): void; stop(): Promise<void> };

export function createInboxCleaner(o: { pool: pg.Pool; logger: Logger }): InboxCleaner {
  let timer: NodeJS.Timeout | undefined;
  let stopping = false;
  let running: Promise<void> | undefined;

  return {
    start: plan,
    async stop() {
      stopping = true;
      clearTimeout(timer);
      await running;
    },
  };

  function plan(): void {
    if (stopping) return;
    // Not all processes of a service at the same moment.
    timer = setTimeout(
      () => {
        running = clean().finally(plan);
      },
      everyMs * (0.5 + Math.random()),
    );
    timer.unref();
  }

  async function clean(): Promise<void> {
    try {
      let forgotten = 0;
      for (let step = 1; step > 0 && !stopping; forgotten += step) {
        step = await forgetOld(o.pool, keptDays);
        if (step > 0) await pause();
      }
      const versions = await forgetOldVersions(o.pool, keptDays, async () => {
        await pause();
        return !stopping;
      });
      if (forgotten + versions > 0) o.logger.info({ forgotten, versions }, 'Cleaned the inbox');
    } catch (error) {
      o.logger.warn({ err: error }, 'Cannot clean the inbox; trying again in an hour');
    }
  }

  async function pause(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, stepPauseMs));
  }
}
