/** The first replies to requests with an idempotency key, kept in the table `stock_commands` until they expire. */
import type pg from 'pg';
import type { Item } from '../domain/item.ts';
import { recordKeyOf, type Idempotency, type IdempotencyRecord, type Stock } from '../domain/stock.ts';
import { insertSql, write, type Columns } from './write.ts';

const selectSql = `
SELECT "callerId", key, "requestHash", reply
FROM stock_commands
WHERE ("callerId", key) IN (SELECT * FROM unnest($1::text[], $2::text[]))`;

/** A record of an earlier release has no version of the details, or nothing about what is short or switched off. */
type JsonItem = Omit<Item, 'createdAt' | 'updatedAt' | 'detailsVersion' | 'short' | 'unavailableUntil'> & {
  createdAt: string;
  updatedAt: string;
  detailsVersion?: number;
  short?: number;
  unavailableUntil?: string | null;
};
type RecordRow = Idempotency & { reply: JsonItem };

export async function loadIdempotencyRecords(
  client: pg.ClientBase,
  requests: readonly Idempotency[],
): Promise<Stock['idempotencyRecords']> {
  if (requests.length === 0) return new Map();
  const values = [requests.map(({ callerId }) => callerId), requests.map(({ key }) => key)];
  const { rows } = await client.query<RecordRow>({ name: 'load-idempotency-records', text: selectSql, values });
  return new Map(
    rows.map(({ reply, ...idempotency }) => [recordKeyOf(idempotency), { idempotency, item: itemOfJson(reply) }]),
  );
}

function itemOfJson(item: JsonItem): Item {
  const { detailsVersion = item.version, short = 0, unavailableUntil = null, createdAt, updatedAt } = item;
  return {
    ...item,
    detailsVersion,
    short,
    unavailableUntil: unavailableUntil === null ? null : new Date(unavailableUntil),
    createdAt: new Date(createdAt),
    updatedAt: new Date(updatedAt),
  };
}

const columns: Columns<IdempotencyRecord> = {
  callerId: { type: 'text', value: ({ idempotency }) => idempotency.callerId },
  key: { type: 'text', value: ({ idempotency }) => idempotency.key },
  requestHash: { type: 'text', value: ({ idempotency }) => idempotency.requestHash },
  reply: { type: 'jsonb', value: ({ item }) => JSON.stringify(item) },
  createdAt: { type: 'timestamptz', value: ({ item }) => item.updatedAt.toISOString() },
};
const insertRecordsSql = insertSql('stock_commands', columns);

export async function insertIdempotencyRecords(client: pg.ClientBase, before: Stock, after: Stock): Promise<void> {
  const isNew = ([key]: [string, IdempotencyRecord]) => !before.idempotencyRecords.has(key);
  const records = [...after.idempotencyRecords].filter(isNew).map(([, record]) => record);
  await write(client, 'insert-idempotency-records', insertRecordsSql, records, columns);
}

/**
 * Deletes at most `countMax` records that are older than `before`.
 * SKIP LOCKED: rows that another replica is deleting are skipped, so no statement waits for this one.
 * @returns how many were deleted
 */
export async function deleteExpiredRecords(pool: pg.Pool, before: Date, countMax: number): Promise<number> {
  const text = `
DELETE FROM stock_commands WHERE ("callerId", key) IN (
  SELECT "callerId", key FROM stock_commands WHERE "createdAt" < $1
  ORDER BY "createdAt" LIMIT $2 FOR UPDATE SKIP LOCKED
)`;
  const { rowCount } = await pool.query(text, [before, countMax]);
  return rowCount ?? 0;
}
