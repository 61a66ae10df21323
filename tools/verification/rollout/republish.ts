// Empties analytics and publishes the whole log again: what a reader of v1 has skipped, a reader of v2 finds in it.

import pg from 'pg';
import { republishAll } from '../harness/kafka.ts';
import type { RolloutEnvironment } from './environment.ts';

const emptyAnalytics = `
TRUNCATE sales_orders, sales_lines, order_timelines, stock_levels,
  messaging.inbox, messaging.applied_versions, messaging.guarded_partitions, messaging.parked`;

/** At rest, and at v2. Answers how many messages were published again. */
export async function republishToAnalytics({ instances, stack, kafka }: RolloutEnvironment): Promise<number> {
  await instances.restart('analytics', async () => {
    const client = new pg.Client({ connectionString: stack.databaseUrl('analytics') });
    await client.connect();
    await client.query(emptyAnalytics).finally(() => client.end());
  });
  return republishAll(kafka);
}
