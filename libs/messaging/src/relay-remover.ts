// Deletes the rows of sent messages: what was acknowledged while one deletion ran goes with the next.

import { failpoint } from '@oms/failpoint';
import type { Logger } from 'pino';
import { backoffMs } from './backoff.ts';
import type { OutboxTable } from './outbox-table.ts';

export type Remover = {
  add(ids: readonly string[]): void;
  /** Resolves when nothing is left to delete, or the database is away. */
  drain(): Promise<void>;
};

export function createRemover(o: {
  table: OutboxTable;
  logger: Logger;
  onRemoved: (ids: readonly string[]) => void;
}): Remover {
  let waiting: string[] = [];
  let running: Promise<void> | undefined;
  let draining = false;

  return {
    add(ids) {
      waiting.push(...ids);
      running ??= run();
    },
    async drain() {
      draining = true;
      await running;
    },
  };

  async function run(): Promise<void> {
    for (let failures = 0; waiting.length > 0;) {
      const ids = waiting;
      waiting = [];
      try {
        failpoint('relay.before_remove');
        await o.table.remove(ids);
        failpoint('relay.removed');
        o.onRemoved(ids);
        failures = 0;
      } catch (error) {
        waiting = [...ids, ...waiting];
        failures += 1;
        o.logger.warn({ err: error, rows: waiting.length }, 'Cannot delete sent messages from the outbox');
        // Left undeleted they are sent once more by the next leader, and every inbox takes them once.
        if (draining) break;
        await new Promise((resolve) => setTimeout(resolve, backoffMs(failures)));
      }
    }
    running = undefined;
  }
}
