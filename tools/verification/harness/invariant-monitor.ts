// Looks at the stock while everything dies around it: what must hold after each commit is read from one snapshot, again and again.

import pg from 'pg';
import type { Finding } from '../invariants/violation.ts';
import { checkStock } from '../invariants/stock.ts';

export type Watch = { looks(): number; findings: readonly Finding[]; stop(): Promise<void> };

const everyMs = 1_000;

/** @param databaseUrl inventory's */
export function startWatch(databaseUrl: string): Watch {
  const findings: Finding[] = [];
  let looks = 0;
  let stopping = false;
  const running = run();
  return {
    looks: () => looks,
    findings,
    async stop() {
      stopping = true;
      await running;
    },
  };

  async function run(): Promise<void> {
    while (!stopping) {
      // The database is killed too: then there is nothing to see for a moment.
      await look().catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  }

  async function look(): Promise<void> {
    const client = new pg.Client({
      connectionString: databaseUrl,
      connectionTimeoutMillis: 2_000,
    });
    client.on('error', () => {});
    await client.connect();
    try {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      findings.push(
        ...(await checkStock(client)).map(({ invariant, what }) => ({ invariant, what: `during the run: ${what}` })),
      );
      looks += 1;
    } finally {
      await client.end();
    }
  }
}
