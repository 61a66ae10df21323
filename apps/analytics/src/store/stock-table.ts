// The table of stock levels: written by one statement for all items of a batch, read page by page.
import { Refusal } from '@oms/service-kit/refusal';
import type pg from 'pg';
import type { StockLevel } from '../domain/stock-level.ts';
import type { PrismaClient } from './generated/client.ts';

export type StockPage = { levels: StockLevel[]; nextItemId: string | null };

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

/** A page of the items that are not deleted: those below their threshold first, then by name. */
export async function readStockLevels(
  prisma: PrismaClient,
  { limit, afterItemId }: { limit: number; afterItemId?: string },
): Promise<StockPage> {
  const rows = await prisma.stockLevel.findMany({
    where: { deleted: false, ...(afterItemId !== undefined && (await after(prisma, afterItemId))) },
    orderBy: [{ low: 'desc' }, { itemName: 'asc' }, { itemId: 'asc' }],
    take: limit + 1,
  });
  const levels = rows.slice(0, limit).map((row) => ({ ...row, priceCents: Number(row.priceCents) }));
  return { levels, nextItemId: rows.length > limit ? (levels.at(-1)?.itemId ?? null) : null };
}

/** What comes after an item in the sequence of the list. A deleted item keeps its row, so its place is still known. */
async function after(prisma: PrismaClient, itemId: string) {
  const last = await prisma.stockLevel.findUnique({ where: { itemId } });
  if (last === null) {
    const message = `names item ${itemId}, which does not exist here; leave it out to start from the beginning`;
    throw new Refusal('VALIDATION_FAILED', `The cursor ${message}.`, { errors: [{ field: 'cursor', message }] });
  }
  const sameName = { low: last.low, itemName: last.itemName, itemId: { gt: itemId } };
  const sameLow = { low: last.low, itemName: { gt: last.itemName } };
  return { OR: [sameName, sameLow, ...(last.low ? [{ low: false }] : [])] };
}
