// Writes timelines: one statement for all orders of a batch.
import type pg from 'pg';
import type { Timeline } from '../domain/timeline.ts';

/**
 * Merges `timelines` into the table, sorted by id as all its writers do. The rules are those of `mergeTimelines`:
 * a known step is kept, a missing one is filled in, whatever the version of its message.
 */
export async function writeTimelines(client: pg.ClientBase, timelines: readonly Timeline[]): Promise<void> {
  if (timelines.length === 0) return;
  await client.query({
    name: 'upsert-order-timelines',
    text: `
      INSERT INTO order_timelines AS known
        ("orderId", "placedAt", "preparingAt", "outForDeliveryAt", "deliveredAt", "cancelledAt", "cancelReason", "version",
         "promisedDeliveryAt")
      SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[], $7::text[], $8::int[],
        $9::timestamptz[])
      ON CONFLICT ("orderId") DO UPDATE SET
        "placedAt" = COALESCE(known."placedAt", EXCLUDED."placedAt"),
        "preparingAt" = COALESCE(known."preparingAt", EXCLUDED."preparingAt"),
        "outForDeliveryAt" = COALESCE(known."outForDeliveryAt", EXCLUDED."outForDeliveryAt"),
        "deliveredAt" = COALESCE(known."deliveredAt", EXCLUDED."deliveredAt"),
        "cancelledAt" = COALESCE(known."cancelledAt", EXCLUDED."cancelledAt"),
        "cancelReason" = COALESCE(known."cancelReason", EXCLUDED."cancelReason"),
        "version" = GREATEST(known."version", EXCLUDED."version"),
        "promisedDeliveryAt" = COALESCE(known."promisedDeliveryAt", EXCLUDED."promisedDeliveryAt")
      -- a replay has nothing new and writes nothing
      WHERE known."version" < EXCLUDED."version"
         OR (known."placedAt" IS NULL AND EXCLUDED."placedAt" IS NOT NULL)
         OR (known."preparingAt" IS NULL AND EXCLUDED."preparingAt" IS NOT NULL)
         OR (known."outForDeliveryAt" IS NULL AND EXCLUDED."outForDeliveryAt" IS NOT NULL)
         OR (known."deliveredAt" IS NULL AND EXCLUDED."deliveredAt" IS NOT NULL)
         OR (known."cancelledAt" IS NULL AND EXCLUDED."cancelledAt" IS NOT NULL)
         OR (known."promisedDeliveryAt" IS NULL AND EXCLUDED."promisedDeliveryAt" IS NOT NULL)`,
    values: [
      timelines.map((timeline) => timeline.orderId),
      timelines.map((timeline) => timeline.placedAt),
      timelines.map((timeline) => timeline.preparingAt),
      timelines.map((timeline) => timeline.outForDeliveryAt),
      timelines.map((timeline) => timeline.deliveredAt),
      timelines.map((timeline) => timeline.cancelledAt),
      timelines.map((timeline) => timeline.cancelReason),
      timelines.map((timeline) => timeline.version),
      timelines.map((timeline) => timeline.promisedDeliveryAt),
    ],
  });
}
