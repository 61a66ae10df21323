// Writes stock levels: one statement for all items of a batch.
import type pg from 'pg';
import type { StockLevel } from '../domain/stock-level.ts';

/** Writes each level unless a newer one is known; sorted by id, so two writers of the same items queue up and never deadlock. */
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
