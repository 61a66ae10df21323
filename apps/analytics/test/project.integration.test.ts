// The statements on real PostgreSQL: they follow the rules of the folds, also with concurrent writers.
import type { Message } from '@oms/contracts';
import { inTransaction } from '@oms/messaging';
import { createDatabase, type TestDatabase } from '@oms/test-kit';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { project } from '../src/consumers/project.ts';
import { foldSales } from '../src/domain/sales.ts';
import { foldStockLevels } from '../src/domain/stock-level.ts';
import { foldTimelines } from '../src/domain/timeline.ts';
import { delivery, level, placement, step } from './histories.ts';
import { emptyTables, readRows, type Rows } from './tables.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createDatabase('analytics');
});
beforeEach(() => emptyTables(database.pool));
afterAll(() => database.drop());

/** The printed seed repeats the run. Shrinking would take longer than a test may, as each try uses the database. */
const endOnFailure = true;

const apply = (messages: readonly Message[]) => inTransaction(database.pool, (client) => project(client, messages));
const folded = (messages: readonly Message[]): Rows => ({
  sales: foldSales(messages),
  timelines: foldTimelines(messages),
  levels: foldStockLevels(messages),
});

test('shuffled and repeated batches leave the rows of the history itself', async () => {
  await fc.assert(
    fc.asyncProperty(delivery, async ({ messages, batches }) => {
      await emptyTables(database.pool);
      for (const batch of batches) await apply(batch);
      expect(await readRows(database.pool)).toEqual(folded(messages));
    }),
    { numRuns: 60, endOnFailure },
  );
});

test('concurrent writers neither deadlock nor lose a message', async () => {
  await fc.assert(
    fc.asyncProperty(delivery, async ({ messages, batches }) => {
      await emptyTables(database.pool);
      await Promise.all([...batches, ...batches].map(apply));
      expect(await readRows(database.pool)).toEqual(folded(messages));
    }),
    { numRuns: 30, endOnFailure },
  );
});

test('a replay writes nothing at all', async () => {
  const order = placement({
    orderId: '22222222-2222-4222-8222-222222222222',
    placedAt: new Date('2026-11-23T12:00:00Z'),
    items: [{ itemId: '33333333-3333-4333-8333-333333333333', itemName: 'Pho', quantity: 1, unitPrice: 900 }],
  });
  const accepted = step(order, {
    fromStatus: 'PENDING',
    toStatus: 'PREPARING',
    at: new Date('2026-11-23T12:03:00Z'),
    version: 2,
  });
  const messages = [
    ...order,
    ...accepted,
    level({ itemId: '33333333-3333-4333-8333-333333333333', quantity: 4, version: 7 }),
  ];
  await apply(messages);
  const versions = () =>
    database.pool.query(`SELECT xmin, ctid FROM sales_orders UNION ALL SELECT xmin, ctid FROM sales_lines
      UNION ALL SELECT xmin, ctid FROM order_timelines UNION ALL SELECT xmin, ctid FROM stock_levels`);
  const before = (await versions()).rows;
  await apply(messages);
  await apply(order);
  expect((await versions()).rows).toEqual(before);
});

test('text of any kind is kept as it came', async () => {
  const itemName = `Crème "brûlée", {a,b} \\ NULL 'x' 🍮 \n`;
  await apply([level({ itemId: '33333333-3333-4333-8333-333333333333', itemName, quantity: 4, version: 1 })]);
  expect((await readRows(database.pool)).levels[0]?.itemName).toBe(itemName);
});

test('the largest amounts that a message can carry are kept to the cent', async () => {
  const orderId = '22222222-2222-4222-8222-222222222222';
  const items = [
    { itemId: '33333333-3333-4333-8333-333333333333', itemName: 'Feast', quantity: 1, unitPrice: 9_999_999_999 },
  ];
  await apply(placement({ orderId, placedAt: new Date('2026-11-23T12:00:00Z'), items }));
  const { sales } = await readRows(database.pool);
  expect([sales.orders[0]?.placed?.totalCents, sales.lines[0]?.lineTotalCents]).toEqual([9_999_999_999, 9_999_999_999]);
});
