// The yardstick: the same SQL by pgbench, one order per transaction, in a database like inventory's and one like order's.
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

export type Yardstick = {
  /** Orders per second that one after the other through both databases would be: 1 / (1/a + 1/b). */
  measure(o: { clients: number; hot: boolean; seconds: number }): Promise<{ perSecond: number } & Record<Side, number>>;
};

export type YardstickOptions = {
  program: string;
  adminDatabaseUrl: string;
  /** Where the scripts are written, to be looked at. */
  folder: string;
  units: Record<Side, Statement[][]>;
  order: Recorded;
  items: number;
};

const warmUpSeconds = 1;

export async function createYardstick(o: YardstickOptions): Promise<Yardstick> {
  mkdirSync(o.folder, { recursive: true });
  for (const side of sides) {
    await withClient(o.adminDatabaseUrl, (admin) => admin.query(`CREATE DATABASE ${databaseOf(side)}`));
    await migrate({ databaseUrl: urlOf(o, side), migrationDirs: migrationDirs(side) });
    for (const items of [1, o.items])
      writeFileSync(scriptFile(o, side, items), scriptOf(o.units[side], o.order, items));
  }
  await withClient(urlOf(o, 'inventory'), (client) =>
    client.query(insertItemsSql, [itemIdAt(0).slice(0, -12), o.items]),
  );

  return {
    async measure({ clients, hot, seconds }) {
      const rates = { inventory: 0, order: 0 };
      for (const side of sides) {
        const databaseUrl = urlOf(o, side);
        // Nobody reads its outbox; ours is emptied by the relay.
        await withClient(databaseUrl, (client) => client.query('TRUNCATE messaging.outbox'));
        const run = {
          ...{ program: o.program, databaseUrl, clients },
          script: scriptFile(o, side, hot ? 1 : o.items),
        };
        await pgbench({ ...run, seconds: warmUpSeconds });
        rates[side] = await rateOf({ ...run, seconds });
      }
      return { ...rates, perSecond: 1 / (1 / rates.inventory + 1 / rates.order) };
    },
  };
}

/**
 * On a busy machine so many clients may not have their first transaction in so short a time: then they get more of it.
 * @throws Error when even that is not enough, as a rate of nothing can't be compared with
 */
async function rateOf(run: PgbenchRun): Promise<number> {
  for (const times of [1, 2, 4]) {
    const perSecond = await pgbench({ ...run, seconds: run.seconds * times });
    if (perSecond > 0) return perSecond;
  }
  throw new Error(
    `pgbench ended no transaction of ${run.clients} clients in ${run.seconds * 4} s: the machine is too busy to measure.`,
  );
}

const insertItemsSql = `
INSERT INTO inventory (id, "itemName", quantity, threshold, unit, price, category, "createdAt", "updatedAt")
SELECT ($1 || lpad(n::text, 12, '0'))::uuid, 'Dish ' || n, 2000000000, 1, 'portion', 12.50, 'mains', now(), now()
FROM generate_series(1, $2) AS n`;

function databaseOf(side: Side): string {
  return `bench_${side}`;
}

function urlOf(o: YardstickOptions, side: Side): string {
  const url = new URL(o.adminDatabaseUrl);
  url.pathname = `/${databaseOf(side)}`;
  return url.href;
}

function scriptFile(o: YardstickOptions, side: Side, items: number): string {
  return join(o.folder, `${side}-${items === 1 ? 'hot' : 'uniform'}.sql`);
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
