// Checks the stock during faults: what must hold after each commit is read from one snapshot, repeatedly.

import pg from 'pg';
import { checkStock } from '../invariants/stock.ts';
import type { Violation } from '../invariants/violation.ts';
import { pause } from './pause.ts';

export type InvariantMonitor = { checks(): number; violations: readonly Violation[]; stop(): Promise<void> };

const everyMs = 1_000;

/** @param databaseUrl inventory's */
export function startInvariantMonitor(databaseUrl: string): InvariantMonitor {
  const violations: Violation[] = [];
  let checks = 0;
  const stopping = new AbortController();
  const running = run();
  return {
    checks: () => checks,
    violations,
    async stop() {
      stopping.abort();
      await running;
    },
  };

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      // The database is killed too: then there is nothing to read for a moment.
      await check().catch(() => undefined);
      await pause(everyMs, stopping.signal);
    }
  }

  async function check(): Promise<void> {
    const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 2_000 });
    client.on('error', () => {});
    await client.connect();
    try {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      for (const { what, ...violation } of await checkStock(client))
        violations.push({ ...violation, what: `during the run: ${what}` });
      checks += 1;
    } finally {
      await client.end();
    }
  }
}
