// Writes sales: one statement for the orders, one for their lines.
import type pg from 'pg';
import type { Sales } from '../domain/sales.ts';

/**
 * Merges `sales` into the tables. Orders are sorted by id, so two writers of the same orders wait for each other and never deadlock.
 * The rules are those of `mergeSales`: the placement is kept, and the status of the highest version, since the first message that has it.
 */
export async function writeSales(client: pg.ClientBase, { orders, lines }: Sales): Promise<void> {
  if (orders.length > 0) {
    await client.query({
      name: 'upsert-sales-orders',
      text: `
        INSERT INTO sales_orders AS known ("orderId", "customerId", "placedAt", "totalCents", "status", "statusAt", "version")
        SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::bigint[], $5::"OrderStatus"[], $6::timestamptz[], $7::int[])
        ON CONFLICT ("orderId") DO UPDATE SET
          "customerId" = COALESCE(known."customerId", EXCLUDED."customerId"),
          "placedAt" = COALESCE(known."placedAt", EXCLUDED."placedAt"),
          "totalCents" = COALESCE(known."totalCents", EXCLUDED."totalCents"),
          "status" = CASE WHEN known."version" < EXCLUDED."version" THEN EXCLUDED."status" ELSE known."status" END,
          "statusAt" = CASE
            WHEN known."status" = EXCLUDED."status" THEN LEAST(known."statusAt", EXCLUDED."statusAt")
            WHEN known."version" < EXCLUDED."version" THEN EXCLUDED."statusAt"
            ELSE known."statusAt" END,
          "version" = GREATEST(known."version", EXCLUDED."version")
        -- an older message still counts if it is the placement, or the first with the status
        WHERE known."version" < EXCLUDED."version"
           OR (known."status" = EXCLUDED."status" AND EXCLUDED."statusAt" < known."statusAt")
           OR (known."placedAt" IS NULL AND EXCLUDED."placedAt" IS NOT NULL)`,
      values: [
        orders.map((order) => order.orderId),
        orders.map((order) => order.placed?.customerId ?? null),
        orders.map((order) => order.placed?.placedAt ?? null),
        orders.map((order) => order.placed?.totalCents ?? null),
        orders.map((order) => order.status),
        orders.map((order) => order.statusAt),
        orders.map((order) => order.version),
      ],
    });
  }
  if (lines.length > 0) {
    await client.query({
      name: 'insert-sales-lines',
      text: `
        INSERT INTO sales_lines ("orderId", "position", "itemId", "itemName", "quantity", "unitPriceCents", "lineTotalCents")
        SELECT * FROM unnest($1::uuid[], $2::int[], $3::uuid[], $4::text[], $5::int[], $6::bigint[], $7::bigint[])
        -- a line never changes: the first row is kept
        ON CONFLICT ("orderId", "position") DO NOTHING`,
      values: [
        lines.map((line) => line.orderId),
        lines.map((line) => line.position),
        lines.map((line) => line.itemId),
        lines.map((line) => line.itemName),
        lines.map((line) => line.quantity),
        lines.map((line) => line.unitPriceCents),
        lines.map((line) => line.lineTotalCents),
      ],
    });
  }
}
