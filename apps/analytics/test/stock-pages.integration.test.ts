// Pages of stock levels, while levels change between one page and the next.
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { level } from './histories.ts';
import { composeAnalytics, type Analytics } from './running.ts';
import { emptyTables } from './tables.ts';

type Page = { data: { itemId: string; itemName: string; low: boolean }[]; nextCursor: string | null };

let analytics: Analytics;
beforeAll(async () => {
  analytics = await composeAnalytics();
});
afterAll(() => analytics.stop());

async function pageAfter(cursor: string | null, limit: number): Promise<Page> {
  const path = `/v1/analytics/inventory?limit=${limit}${cursor === null ? '' : `&cursor=${cursor}`}`;
  const { status, body } = await analytics.get(path, 'staff');
  expect(status).toBe(200);
  return body as Page;
}

const levelOf = (itemId: string, itemName: string, low: boolean, version: number) =>
  level({ itemId, itemName, quantity: low ? 1 : 9, threshold: 5, version });

test('a restock of the last item of a page hides no other item and repeats none', async () => {
  await emptyTables(analytics.pool);
  const ids = Array.from({ length: 12 }, () => randomUUID() as string);
  await analytics.apply(ids.map((itemId, index) => levelOf(itemId, `Dish ${10 + index}`, true, 1)));
  const first = await pageAfter(null, 5);
  const last = first.data.at(-1)!;
  await analytics.apply([levelOf(last.itemId, last.itemName, false, 2)]);
  const second = await pageAfter(first.nextCursor, 5);
  const third = await pageAfter(second.nextCursor, 5);
  const names = [...first.data, ...second.data, ...third.data].map(({ itemName }) => itemName);
  expect(names).toEqual([...ids.map((_, index) => `Dish ${10 + index}`), last.itemName]);
});

test('whatever changes between pages, each level that does not change is shown once', async () => {
  const name = fc.constantFrom('Apple', 'apple', 'Éclair', 'Eclair', 'Zebra', 'zebra', '🍕', 'Ａｐｐｌｅ');
  const change = fc.record({ index: fc.nat({ max: 11 }), name, low: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ name, low: fc.boolean() }), { minLength: 12, maxLength: 12 }),
      fc.array(fc.array(change, { maxLength: 3 }), { minLength: 12, maxLength: 12 }),
      fc.integer({ min: 1, max: 5 }),
      async (rows, changesByPage, limit) => {
        await emptyTables(analytics.pool);
        const ids = rows.map(() => randomUUID() as string);
        await analytics.apply(rows.map((row, index) => levelOf(ids[index]!, row.name, row.low, 1)));
        const changed = new Set<string>();
        const seen: string[] = [];
        let cursor: string | null = null;
        for (const [round, changes] of changesByPage.entries()) {
          const page = await pageAfter(cursor, limit);
          seen.push(...page.data.map(({ itemId }) => itemId));
          cursor = page.nextCursor;
          if (cursor === null) break;
          for (const { index } of changes) changed.add(ids[index]!);
          await analytics.apply(
            changes.map((one, at) => levelOf(ids[one.index]!, one.name, one.low, 2 + 10 * round + at)),
          );
        }
        fc.pre(cursor === null);
        const unchanged = (id: string) => !changed.has(id);
        expect(seen.filter(unchanged).toSorted()).toEqual(ids.filter(unchanged).toSorted());
      },
    ),
    { numRuns: 12 },
  );
});

test('names are in the sequence of people', async () => {
  await emptyTables(analytics.pool);
  const names = ['Zebra', 'apple', 'Éclair', 'Apple', 'eclair', 'Banana'];
  await analytics.apply(names.map((itemName) => levelOf(randomUUID(), itemName, false, 1)));
  const { data } = await pageAfter(null, 50);
  expect(data.map(({ itemName }) => itemName)).toEqual(['Apple', 'apple', 'Banana', 'eclair', 'Éclair', 'Zebra']);
});
