// `npm run bench -- order-lists`: every combination of the filters of the order list on very many orders, explained by PostgreSQL: no
// sequential scan, and no sort of more than a page.

import { join } from 'node:path';
import pg from 'pg';
import { listStatement, type OrderList } from '../../../apps/order/src/store/list-orders.ts';
import type { Window } from '@oms/service-kit/window';
import { migrationDirs, root } from '../../database/migrate/databases.ts';
import { migrate } from '../../database/migrate/migrate.ts';
import { clearData } from '../../dev/stack/clear-data.ts';
import { dataFolder } from '../../dev/stack/data-folder.ts';
import { freePorts, startStack, type Progress } from '../../dev/stack/index.ts';

export type ExplainedList = {
  filters: string;
  ms: number;
  rows: number;
  /** What the plan must not have; empty if all is well. */
  faults: string[];
};

type PlanNode = {
  'Node Type': string;
  'Relation Name'?: string;
  'Plan Rows': number;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: PlanNode[];
};

const pageRows = 51;
/** Each walk sorts at most a page, and the rows of one moment. */
const sortedRowsMax = 4 * pageRows;
/** Rows that are read and not shown: the other statuses of one customer. */
const removedRowsMax = 20_000;
const customers = 2_000;
const day = 86_400_000;
const newest = Date.UTC(2026, 0, 1);

export async function explainOrderLists({ orders, progress }: { orders: number; progress: Progress }) {
  const dataDir = join(root, '.data/bench');
  await clearData(dataFolder(dataDir));
  const stack = await startStack({ dataDir, ports: await freePorts(), progress });
  const database = new pg.Client({ connectionString: stack.databaseUrl('order') });
  try {
    await migrate({ databaseUrl: stack.databaseUrl('order'), migrationDirs: migrationDirs('order') });
    await database.connect();
    await progress.step(`${orders} orders`, () => fill(database, orders));
    const explained: ExplainedList[] = [];
    for (const list of lists()) explained.push(await explain(database, list));
    return explained;
  } finally {
    await database.end();
    await stack.stop();
  }
}

/** Over a year; one in a thousand is pending, one in 500 each in the next two steps, one in twenty is cancelled, all others are delivered. */
async function fill(database: pg.Client, orders: number): Promise<void> {
  await database.query(`
INSERT INTO orders ("id", "customerId", "status", "totalAmount", "items", "deliveryAddress", "createdAt", "updatedAt", "version")
SELECT gen_random_uuid(), ('00000000-0000-4000-8000-' || lpad((n % ${customers})::text, 12, '0'))::uuid,
  (CASE WHEN n % 1000 = 0 THEN 'PENDING' WHEN n % 500 = 1 THEN 'PREPARING' WHEN n % 500 = 2 THEN 'OUT_FOR_DELIVERY'
    WHEN n % 20 = 3 THEN 'CANCELLED' ELSE 'DELIVERED' END)::"OrderStatus",
  12.50, '[]', '{}', at, at, 1
FROM generate_series(1, ${orders}) n, LATERAL (SELECT to_timestamp((${newest} - n * (365.0 * ${day} / ${orders})) / 1000) AS at) times`);
  await database.query('VACUUM ANALYZE orders');
}

function* lists(): Generator<OrderList> {
  const customer = '00000000-0000-4000-8000-000000000007';
  const moment = { createdAt: new Date(newest - 100 * day), id: '80000000-0000-4000-8000-000000000000' };
  const windows: Window[] = [
    { from: null, to: null },
    { from: new Date(newest - 200 * day), to: null },
    { from: moment.createdAt, to: new Date(newest - 90 * day) },
  ];
  const statuses = [
    [],
    ['PENDING'],
    ['DELIVERED'],
    ['CANCELLED'],
    ['PENDING', 'PREPARING', 'OUT_FOR_DELIVERY'],
    ['CANCELLED', 'DELIVERED'],
  ] as const;
  for (const customerIds of [[], [customer]])
    for (const wanted of statuses)
      for (const created of windows)
        for (const after of [undefined, moment])
          for (const oldestFirst of [false, true])
            yield { customerIds, statuses: wanted, created, after, oldestFirst, limit: pageRows };
}

async function explain(database: pg.Client, list: OrderList): Promise<ExplainedList> {
  const { text, values } = listStatement(list);
  const { rows } = await database.query<{ 'QUERY PLAN': [{ Plan: PlanNode; 'Execution Time': number }] }>(
    `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`,
    values,
  );
  const [{ Plan: plan, 'Execution Time': ms }] = rows[0]!['QUERY PLAN'];
  return { filters: describe(list), ms, rows: plan['Actual Rows'], faults: faultsOf(plan) };
}

function faultsOf(node: PlanNode): string[] {
  const { 'Node Type': type, 'Actual Rows': rows, 'Actual Loops': loops, Plans: inner = [] } = node;
  const removed = node['Rows Removed by Filter'] ?? 0;
  const sorted = inner.reduce((sum, each) => sum + each['Actual Rows'] * each['Actual Loops'], 0);
  return [
    ...(type === 'Seq Scan' ? [`a sequential scan of ${node['Relation Name']}`] : []),
    ...(type === 'Sort' && sorted > sortedRowsMax ? [`a sort of ${sorted} rows`] : []),
    ...(removed > removedRowsMax ? [`${removed} rows read and not shown for ${rows * loops}`] : []),
    ...inner.flatMap(faultsOf),
  ];
}

function describe({ customerIds, statuses, created, after, oldestFirst }: OrderList): string {
  return [
    oldestFirst ? 'oldest' : 'newest',
    customerIds.length > 0 ? 'one customer' : 'all customers',
    statuses.length > 0 ? statuses.join('+') : 'all statuses',
    ...(created.from ? ['from'] : []),
    ...(created.to ? ['to'] : []),
    ...(after ? ['next page'] : []),
  ].join(', ');
}
