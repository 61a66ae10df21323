// The pgbench baseline: the same SQL by pgbench, one order per transaction, in a database like inventory's and one like order's.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { migrationDirs } from '../../../database/migrate/databases.ts';
import { migrate } from '../../../database/migrate/migrate.ts';
import { pgbench, type PgbenchRun } from './pgbench.ts';
import type { Statement } from './recorded-sql.ts';
import { itemIdAt, scriptOf, type Recorded } from './script.ts';

const sides = ['inventory', 'order'] as const;
type Side = (typeof sides)[number];

export type Baseline = {
  /** Orders per second when each goes through both databases, one after the other: 1 / (1/a + 1/b). */
  measure(options: {
    clients: number;
    hot: boolean;
    seconds: number;
  }): Promise<{ perSecond: number } & Record<Side, number>>;
};

export type BaselineOptions = {
  program: string;
  adminDatabaseUrl: string;
  /** Where the scripts are written, for inspection. */
  folder: string;
  units: Record<Side, Statement[][]>;
  order: Recorded;
  items: number;
};

const warmUpSeconds = 1;

export async function createBaseline({
  program,
  adminDatabaseUrl,
  folder,
  units,
  order,
  items: itemCount,
}: BaselineOptions): Promise<Baseline> {
  mkdirSync(folder, { recursive: true });
  for (const side of sides) {
    await withClient(adminDatabaseUrl, (admin) => admin.query(`CREATE DATABASE ${databaseOf(side)}`));
    await migrate({ databaseUrl: urlOf(adminDatabaseUrl, side), migrationDirs: migrationDirs(side) });
    for (const items of [1, itemCount])
      writeFileSync(scriptFile(folder, side, items), scriptOf(units[side], order, items));
  }
  await withClient(urlOf(adminDatabaseUrl, 'inventory'), (client) =>
    client.query(insertItemsSql, [itemIdAt(0).slice(0, -12), itemCount]),
  );

  return {
    async measure({ clients, hot, seconds }) {
      const rates = { inventory: 0, order: 0 };
      for (const side of sides) {
        const databaseUrl = urlOf(adminDatabaseUrl, side);
        // Nothing reads this outbox; in the real system the relay empties it.
        await withClient(databaseUrl, (client) => client.query('TRUNCATE messaging.outbox'));
        const run = {
          program,
          databaseUrl,
          clients,
          script: scriptFile(folder, side, hot ? 1 : itemCount),
        };
        await pgbench({ ...run, seconds: warmUpSeconds });
        rates[side] = await rateOf({ ...run, seconds });
      }
      return { ...rates, perSecond: 1 / (1 / rates.inventory + 1 / rates.order) };
    },
  };
}

/**
 * On a busy machine many clients may not finish a transaction in a short time: then they get more time.
 * @throws Error when even that is not enough, as a rate of zero can't be compared with
 */
async function rateOf(run: PgbenchRun): Promise<number> {
  for (const times of [1, 2, 4]) {
    const perSecond = await pgbench({ ...run, seconds: run.seconds * times });
    if (perSecond > 0) return perSecond;
  }
  throw new Error(
    `pgbench finished no transaction of ${run.clients} clients in ${run.seconds * 4} s: the machine is too busy to measure.`,
  );
}

const insertItemsSql = `
INSERT INTO inventory (id, "itemName", quantity, threshold, unit, price, category, "createdAt", "updatedAt")
SELECT ($1 || lpad(n::text, 12, '0'))::uuid, 'Dish ' || n, 2000000000, 1, 'portion', 12.50, 'mains', now(), now()
FROM generate_series(1, $2) AS n`;

function databaseOf(side: Side): string {
  return `bench_${side}`;
}

function urlOf(adminDatabaseUrl: string, side: Side): string {
  const url = new URL(adminDatabaseUrl);
  url.pathname = `/${databaseOf(side)}`;
  return url.href;
}

function scriptFile(folder: string, side: Side, items: number): string {
  return join(folder, `${side}-${items === 1 ? 'hot' : 'uniform'}.sql`);
}

async function withClient(connectionString: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
