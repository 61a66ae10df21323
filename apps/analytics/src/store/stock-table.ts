// The table of stock levels: written by one statement for all items of a batch, read page by page.
import type pg from 'pg';
import type { StockLevel } from '../domain/stock-level.ts';
import { Prisma, type PrismaClient, type StockLevel as StockLevelRow } from './generated/client.ts';

export type StockPage = {
  limit: number;
  /** The sort values of the last level of the page before. */
  after?: Pick<StockLevel, 'low' | 'itemName' | 'itemId'> | undefined;
};

/** In the sequence of people: Apple, apple, Éclair, Zebra. The default is that of bytes. */
const byName = Prisma.sql`"itemName" COLLATE names`;

/** Writes each level unless the table has a newer one. Levels are sorted by id, so two writers of the same items never deadlock. */
export async function writeStockLevels(client: pg.ClientBase, levels: readonly StockLevel[]): Promise<void> {
  if (levels.length === 0) return;
  await client.query({
    name: 'upsert-stock-levels',
    text: `
      INSERT INTO stock_levels AS known
        ("itemId", "itemName", "category", "unit", "quantity", "threshold", "priceCents", "low", "deleted", "version", "updatedAt")
      SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::int[], $6::int[], $7::bigint[], $8::bool[], $9::bool[], $10::int[], $11::timestamptz[])
      ON CONFLICT ("itemId") DO UPDATE SET
        "itemName" = EXCLUDED."itemName", "category" = EXCLUDED."category", "unit" = EXCLUDED."unit",
        "quantity" = EXCLUDED."quantity", "threshold" = EXCLUDED."threshold", "priceCents" = EXCLUDED."priceCents",
        "low" = EXCLUDED."low", "deleted" = EXCLUDED."deleted",
        "version" = EXCLUDED."version", "updatedAt" = EXCLUDED."updatedAt"
      WHERE known."version" < EXCLUDED."version"`,
    values: [
      levels.map((level) => level.itemId),
      levels.map((level) => level.itemName),
      levels.map((level) => level.category),
      levels.map((level) => level.unit),
      levels.map((level) => level.quantity),
      levels.map((level) => level.threshold),
      levels.map((level) => level.priceCents),
      levels.map((level) => level.low),
      levels.map((level) => level.deleted),
      levels.map((level) => level.version),
      levels.map((level) => level.updatedAt),
    ],
  });
}

/** Of the items that are not deleted: those below their threshold first, then by name; at most `limit`, after the level that `after` names. */
export async function readStockLevels(prisma: PrismaClient, { limit, after }: StockPage): Promise<StockLevel[]> {
  // The list runs from true to false. `low <= ...` follows from the other condition; it lets the index begin in the right place.
  const isAfter =
    after === undefined
      ? Prisma.empty
      : Prisma.sql`AND low <= ${after.low} AND (low < ${after.low} OR
          (${byName}, "itemId") > (${after.itemName}::text COLLATE names, ${after.itemId}::uuid))`;
  const rows = await prisma.$queryRaw<StockLevelRow[]>`
    SELECT * FROM stock_levels
     WHERE NOT deleted ${isAfter}
     ORDER BY low DESC, ${byName}, "itemId"
     LIMIT ${limit}`;
  return rows.map((row) => ({ ...row, priceCents: Number(row.priceCents) }));
}
