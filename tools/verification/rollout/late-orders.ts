// Waits until no promise is about to be broken: ORDER_LATE would be published while the check compares Kafka with the databases.

import { until } from '@oms/test-kit';
import pg from 'pg';

/** Longer than the reads of a check on a busy machine. */
const quietSeconds = 20;
const dueSql = `SELECT count(*)::int AS due FROM orders WHERE "deadlineAt" < now() + make_interval(secs => $1)`;

/** @param databaseUrl of the order service */
export async function noPromiseFallsDue(databaseUrl: string, withinMs: number): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await until(
      'no promise falls due',
      async () => (await client.query<{ due: number }>(dueSql, [quietSeconds])).rows[0]?.due === 0,
      withinMs,
    );
  } finally {
    await client.end();
  }
}
