/** Finds and numbers items whose names have the same normal form. There are none but those that were created before the normal form was unique. */
import type pg from 'pg';
import { refuseOutage } from './outage.ts';

export type NamedItem = { id: string; itemName: string; quantity: number; createdAt: Date };

const itemsMax = 1_000;

const findSql = `
SELECT "nameKey", id, "itemName", quantity, "createdAt"
FROM inventory
WHERE "nameKey" IN (SELECT "nameKey" FROM inventory GROUP BY "nameKey" HAVING count(*) > 1)
ORDER BY "nameKey", "createdAt", id
LIMIT $1`;

/** One list for each name, the oldest item first; at most 1,000 items in all. */
export async function findDuplicateNames(pool: pg.Pool): Promise<NamedItem[][]> {
  const { rows } = await pool.query<NamedItem & { nameKey: string }>(findSql, [itemsMax]).catch(refuseOutage);
  const byName = Map.groupBy(rows, ({ nameKey }) => nameKey);
  return [...byName.values()].map((items) => items.map(({ nameKey: _, ...item }) => item));
}

const numberSql = `
UPDATE inventory AS i SET "nameDuplicate" = n.number
FROM (
  SELECT id, row_number() OVER (PARTITION BY "nameKey" ORDER BY "nameDuplicate", "createdAt", id) - 1 AS number
  FROM inventory
  WHERE "nameKey" IN (SELECT "nameKey" FROM inventory WHERE id = ANY ($1::uuid[]))
) AS n
WHERE n.id = i.id AND n.number <> i."nameDuplicate"`;

/** For a recovery, with the constraint of the names deferred: of items with one name, all but the first are numbered from 1 on. */
export async function numberDuplicateNames(client: pg.ClientBase, itemIds: readonly string[]): Promise<void> {
  await client.query(numberSql, [itemIds]);
}
