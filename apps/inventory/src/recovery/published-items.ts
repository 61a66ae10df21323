/** What Kafka tells of items, held against the ledger in the database: which items lack something, and all that was told of those. */
import { nullIfUnreadable, type Codec, type InventoryUpdate, type ItemId } from '@oms/contracts';
import { readFromTimestamp, headerText, type Kafka, type ReceivedMessage } from '@oms/messaging';
import type pg from 'pg';
import type { ToldItem } from './recover-item.ts';

export type ToldItems = { told: Map<ItemId, ToldItem>; read: number };

/** Read twice: most of it the database has, and only of items that lack something all is kept. */
export async function readToldItems(o: { pool: pg.Pool; kafka: Kafka; codec: Codec; since: Date }): Promise<ToldItems> {
  const lacking = new Set<ItemId>();
  const read = await readFromTimestamp({
    ...{ kafka: o.kafka, topics: ['analytics-events'], since: o.since },
    async onMessages(messages) {
      for (const id of await findLacking(o.pool, await updatesIn(o.codec, messages))) lacking.add(id);
    },
  });
  const told = new Map<ItemId, Gathered>();
  for (const id of lacking) told.set(id, { changes: new Map(), alerts: new Set() });
  if (lacking.size === 0) return { told, read };
  await readFromTimestamp({
    ...{ kafka: o.kafka, topics: ['analytics-events'], since: o.since },
    async onMessages(messages) {
      for (const update of await updatesIn(o.codec, messages)) {
        const changes = told.get(update.aggregateId)?.changes;
        if (changes?.has(update.aggregateVersion) === false) changes.set(update.aggregateVersion, update);
      }
    },
  });
  await readFromTimestamp({
    ...{ kafka: o.kafka, topics: ['inventory-alerts'], since: o.since },
    onMessages(messages) {
      for (const { headers } of messages) {
        const alerts = told.get((headerText(headers, 'ce_subject') ?? '') as ItemId)?.alerts;
        alerts?.add(`${headerText(headers, 'ce_type')} ${headerText(headers, 'ce_aggregateversion')}`);
      }
      return Promise.resolve();
    },
  });
  return { told, read };
}

type Gathered = { changes: Map<number, InventoryUpdate>; alerts: Set<string> };

/** By its type in the header, so that what is about orders is not decoded. */
async function updatesIn(codec: Codec, messages: readonly ReceivedMessage[]): Promise<InventoryUpdate[]> {
  const updates: InventoryUpdate[] = [];
  for (const { value, headers } of messages) {
    if (value === null || headerText(headers, 'ce_type') !== 'INVENTORY_UPDATE') continue;
    const message = await codec.decode(value).catch(nullIfUnreadable);
    if (message?.eventType === 'INVENTORY_UPDATE') updates.push(message);
  }
  return updates;
}

// Unlocked: whoever writes on its word looks again under the lock. The ledger has no line where only particulars changed.
const lackingSql = `
SELECT DISTINCT m."itemId"
FROM unnest($1::uuid[], $2::int[], $3::int[], $4::int[], $5::uuid[]) AS m ("itemId", version, delta, quantity, "orderId")
LEFT JOIN inventory i ON i.id = m."itemId"
LEFT JOIN movements l ON l."itemId" = m."itemId" AND l."itemVersion" = m.version
WHERE (l.id IS NULL AND m.delta <> 0)
   OR (l.id IS NOT NULL AND (l."quantityAfter" <> m.quantity OR l."orderId" IS DISTINCT FROM m."orderId"))
   OR m.version > greatest(coalesce(i.version, 0),
        coalesce((SELECT max("itemVersion") FROM movements newest WHERE newest."itemId" = m."itemId"), 0))`;

async function findLacking(pool: pg.Pool, updates: readonly InventoryUpdate[]): Promise<ItemId[]> {
  if (updates.length === 0) return [];
  const column = <K extends keyof InventoryUpdate>(key: K) => updates.map((update) => update[key]);
  const values = [
    column('aggregateId'),
    column('aggregateVersion'),
    column('delta'),
    column('quantity'),
    column('orderId'),
  ];
  const { rows } = await pool.query<{ itemId: ItemId }>({ name: 'find-lacking-items', text: lackingSql, values });
  return rows.map(({ itemId }) => itemId);
}
