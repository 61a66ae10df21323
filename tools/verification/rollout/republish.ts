// Lets analytics forget everything and hear the log anew: what a reader of v1 has passed over, a reader of v2 finds in it.

import pg from 'pg';
import { sayAllAgain } from '../chaos/disturb-broker.ts';
import type { Street } from './environment.ts';

const forget = `
TRUNCATE sales_orders, sales_lines, order_timelines, stock_levels,
  messaging.inbox, messaging.applied_versions, messaging.guarded_partitions, messaging.parked`;

/** At rest, and at v2. Answers how many messages were said again. */
export async function tellAnalyticsAgain({ fleet, stack, kafka }: Street): Promise<number> {
  await fleet.restart('analytics', async () => {
    const client = new pg.Client({ connectionString: stack.databaseUrl('analytics') });
    await client.connect();
    await client.query(forget).finally(() => client.end());
  });
  return sayAllAgain(kafka);
}
