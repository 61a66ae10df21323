/** Reads from Kafka what was published of the items of which the database lacks a change. */
import { nullIfUnreadable, type Codec, type InventoryUpdate, type ItemId } from '@oms/contracts';
import { headerText, readFromTimestamp, type Kafka, type ReceivedMessage } from '@oms/messaging';
import type pg from 'pg';
import type { PublishedItem } from './plan-item-recovery.ts';

export type PublishedItems = { items: Map<ItemId, PublishedItem>; read: number };
/** All messages from `since` on are read. */
export type PublishedItemsSource = { pool: pg.Pool; kafka: Kafka; codec: Codec; since: Date };

/** The topic is read twice: the database has most of the changes, and only those of incomplete items are kept. */
export async function readPublishedItems({ pool, kafka, codec, since }: PublishedItemsSource): Promise<PublishedItems> {
  const incomplete = new Set<ItemId>();
  const read = await readFromTimestamp({
    kafka,
    topics: ['analytics-events'],
    since,
    async onMessages(messages) {
      for (const id of await findIncomplete(pool, await updatesIn(codec, messages))) incomplete.add(id);
    },
  });
  const items = new Map<ItemId, Collected>();
  for (const id of incomplete) items.set(id, { changes: new Map(), alerts: new Set() });
  if (incomplete.size === 0) return { items, read };
  await readFromTimestamp({
    kafka,
    topics: ['analytics-events'],
    since,
    async onMessages(messages) {
      for (const update of await updatesIn(codec, messages)) {
        const changes = items.get(update.aggregateId)?.changes;
        if (changes?.has(update.aggregateVersion) === false) changes.set(update.aggregateVersion, update);
      }
    },
  });
  await readFromTimestamp({
    kafka,
    topics: ['inventory-alerts'],
    since,
    onMessages(messages) {
      for (const { headers } of messages) {
        const alerts = items.get((headerText(headers, 'ce_subject') ?? '') as ItemId)?.alerts;
        alerts?.add(`${headerText(headers, 'ce_type')} ${headerText(headers, 'ce_aggregateversion')}`);
      }
      return Promise.resolve();
    },
  });
  return { items, read };
}

type Collected = { changes: Map<number, InventoryUpdate>; alerts: Set<string> };

/** Selected by the type in the header, so that messages about orders are not decoded. */
async function updatesIn(codec: Codec, messages: readonly ReceivedMessage[]): Promise<InventoryUpdate[]> {
  const updates: InventoryUpdate[] = [];
  for (const { value, headers } of messages) {
    if (value === null || headerText(headers, 'ce_type') !== 'INVENTORY_UPDATE') continue;
    const message = await codec.decode(value).catch(nullIfUnreadable);
    if (message?.eventType === 'INVENTORY_UPDATE') updates.push(message);
  }
  return updates;
}

// Without locks: the recovery compares again under the lock. The ledger has no movement for a change of details alone.
const incompleteSql = `
SELECT DISTINCT m."itemId"
FROM unnest($1::uuid[], $2::int[], $3::int[], $4::int[], $5::uuid[], $6::int[], $7::int[])
  AS m ("itemId", version, delta, quantity, "orderId", "shortDelta", "writtenOff")
LEFT JOIN inventory i ON i.id = m."itemId"
LEFT JOIN movements l ON l."itemId" = m."itemId" AND l."itemVersion" = m.version
WHERE (l.id IS NULL AND (m.delta <> 0 OR m."shortDelta" <> 0 OR m."writtenOff" <> 0))
   OR (l.id IS NOT NULL AND (l."quantityAfter" <> m.quantity OR l."orderId" IS DISTINCT FROM m."orderId"
        OR l."shortDelta" <> m."shortDelta" OR l."writtenOff" <> m."writtenOff"))
   OR m.version > greatest(coalesce(i.version, 0),
        coalesce((SELECT max("itemVersion") FROM movements newest WHERE newest."itemId" = m."itemId"), 0))`;

async function findIncomplete(pool: pg.Pool, updates: readonly InventoryUpdate[]): Promise<ItemId[]> {
  if (updates.length === 0) return [];
  const column = <K extends keyof InventoryUpdate>(key: K) => updates.map((update) => update[key]);
  const values = [
    column('aggregateId'),
    column('aggregateVersion'),
    column('delta'),
    column('quantity'),
    column('orderId'),
    updates.map(({ shortDelta }) => shortDelta ?? 0),
    updates.map(({ writtenOff }) => writtenOff ?? 0),
  ];
  const query = { name: 'find-incomplete-items', text: incompleteSql, values };
  const { rows } = await pool.query<{ itemId: ItemId }>(query);
  return rows.map(({ itemId }) => itemId);
}
