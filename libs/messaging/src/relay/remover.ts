// Deletes the outbox rows of messages that Kafka has acknowledged, many rows with one statement.

import { setTimeout as pause } from 'node:timers/promises';
import { failpoint } from '@oms/failpoint';
import type { Logger } from 'pino';
import { backoffMs } from '../backoff.ts';
import type { OutboxTable } from '../outbox/outbox.ts';

export type Remover = {
  add(ids: readonly string[]): void;
  /** Resolves when nothing is left to delete, or the database is away. */
  drain(): Promise<void>;
};

/** Ids wait this long for others, unless there are `plenty`: a statement for each message would cost as much as placing the order. */
const gatherMs = 100;
const plenty = 500;

export function createRemover({
  table,
  logger,
  onRemoved,
}: {
  table: Pick<OutboxTable, 'remove'>;
  logger: Logger;
  onRemoved: (ids: readonly string[]) => void;
}): Remover {
  let waiting: string[] = [];
  let running: Promise<void> | undefined;
  let draining = false;
  let enough = new AbortController();

  return {
    add(ids) {
      waiting.push(...ids);
      if (waiting.length >= plenty) enough.abort();
      running ??= run();
    },
    async drain() {
      draining = true;
      enough.abort();
      await running;
    },
  };

  async function run(): Promise<void> {
    for (let failures = 0; waiting.length > 0;) {
      await gather();
      const ids = waiting;
      waiting = [];
      try {
        failpoint('relay.before_remove');
        await table.remove(ids);
        failpoint('relay.removed');
        onRemoved(ids);
        failures = 0;
      } catch (error) {
        waiting = [...ids, ...waiting];
        failures += 1;
        logger.warn({ err: error, rows: waiting.length }, 'Cannot delete sent messages from the outbox');
        // The next leader sends the remaining rows a second time, and every inbox ignores them.
        if (draining) break;
        await pause(backoffMs(failures));
      }
    }
    running = undefined;
  }

  async function gather(): Promise<void> {
    if (draining || waiting.length >= plenty) return;
    enough = new AbortController();
    await pause(gatherMs, undefined, { signal: enough.signal }).catch(() => {});
  }
}
