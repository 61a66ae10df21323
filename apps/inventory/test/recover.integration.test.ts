/** Items that a restored database lacks are recovered from real Kafka: rows and ledger as they were, once. */
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { createCodec, memorySchemaCache, type ItemId } from '@oms/contracts';
import { createKafka, createOutbox, type StoredMessage } from '@oms/messaging';
import { createLogger } from '@oms/service-kit';
import { testStack } from '@oms/test-kit';
import { recoverStock } from '../src/recovery/recover-stock.ts';
import {
  newOrderId,
  newIdempotency,
  openWritePath,
  release,
  reservation,
  type WritePath,
} from './write-path-fixture.ts';

const { kafkaBrokers: brokers, registryUrl } = testStack();
const kafka = createKafka({ clientId: 'recover-test', brokers, logger: createLogger({ name: 't', level: 'silent' }) });
let before: WritePath;
/** The database at the earlier moment: empty, because movements cannot be deleted from the other one. */
let restored: WritePath;
let begun: Date;

beforeEach(async () => {
  begun = new Date();
  [before, restored] = await Promise.all([openWritePath(), openWritePath()]);
});
afterEach(async () => {
  await Promise.all([before.close(), restored.close()]);
});
afterAll(() => kafka.admin.close());

/** Sends all messages of the outbox, as the relay does. */
async function publish({ pool } = before): Promise<void> {
  const { rows } = await pool.query<StoredMessage>('SELECT * FROM messaging.outbox ORDER BY id');
  const producer = kafka.createProducer();
  await producer.send(
    rows.map(({ topic, aggregateId: key, payload: value, headers }) => ({ topic, key, value, headers })),
  );
  await producer.close();
}

async function recover(ids: readonly ItemId[], fix = true) {
  const publishes = ['INVENTORY_UPDATE', 'LOW_STOCK', 'OUT_OF_STOCK'] as const;
  const codec = await createCodec({ registryUrl, cache: memorySchemaCache(), publishes });
  const outbox = createOutbox({ codec, source: 'inventory' });
  const { pool } = restored;
  const { discrepancies } = await recoverStock({
    pool,
    kafka,
    codec,
    outbox,
    now: () => new Date(),
    since: begun,
    fix,
  });
  return discrepancies.filter(({ id }) => ids.includes(id as ItemId));
}

const itemsOf = async ({ pool }: Pick<WritePath, 'pool'>, ids: readonly ItemId[]) => {
  const text = `SELECT id, "itemName", quantity, short, threshold, unit, price, category, version, "createdAt", "updatedAt"
    FROM inventory WHERE id = ANY ($1) ORDER BY id`;
  return (await pool.query(text, [ids])).rows as unknown[];
};
const ledgerOf = async ({ pool }: Pick<WritePath, 'pool'>, ids: readonly ItemId[]) => {
  const text = `SELECT "itemId", delta, "shortDelta", "writtenOff", "quantityAfter", reason, "orderId", "itemVersion", at
    FROM movements WHERE "itemId" = ANY ($1) ORDER BY "itemId", "itemVersion"`;
  return (await pool.query(text, [ids])).rows as unknown[];
};

test('items, their details and their ledger come back as they were published, also a deleted item', async () => {
  const [pizza, soup] = [await before.create('Pizza', 10, 5), await before.create('Soup', 3)];
  const at = new Date();
  const [kept, cancelled] = [newOrderId(), newOrderId()];
  await before.stock.submit(reservation([[pizza, 6]], kept));
  await before.stock.submit(reservation([[pizza, 1]], cancelled));
  await before.stock.submit(release(cancelled));
  await before.stock.submit({
    type: 'Restock',
    itemId: pizza,
    quantity: 20,
    by: 'ann',
    at,
    idempotency: newIdempotency(),
  });
  await before.stock.submit({
    type: 'ChangeItem',
    itemId: pizza,
    changes: { priceCents: 1_050 },
    versions: null,
    by: 'ann',
    at,
  });
  await before.stock.submit({ type: 'RemoveItem', itemId: soup, versions: null, by: 'ann', at });
  const namesake = await before.create('Soup', 8);
  await publish();
  const ids = [pizza, soup, namesake];

  expect((await recover(ids, false)).every(({ fixed }) => !fixed)).toBe(true);
  expect(await itemsOf(restored, ids)).toEqual([]);
  expect(await recover(ids)).toHaveLength(3);
  expect(await itemsOf(restored, ids)).toEqual(await itemsOf(before, ids));
  expect(await ledgerOf(restored, ids)).toEqual(await ledgerOf(before, ids));
  expect(await recover(ids)).toEqual([]);
});

test('what is short and what was written off come back; a count comes back as an adjustment', async () => {
  const pizza = await before.create('Pizza', 10);
  const [kept, cancelled] = [newOrderId(), newOrderId()];
  await before.stock.submit(reservation([[pizza, 6]], kept));
  await before.stock.submit(reservation([[pizza, 2]], cancelled));
  const counted = { itemId: pizza, onHand: 5, note: 'counted', by: 'ann', at: new Date() };
  await before.stock.submit({ type: 'Count', ...counted, idempotency: newIdempotency() });
  await before.stock.submit({ ...release(cancelled), restock: false });
  await publish();
  expect(await recover([pizza])).toHaveLength(1);
  expect(await itemsOf(restored, [pizza])).toEqual(await itemsOf(before, [pizza]));
  const reasons = (rows: unknown[]) => (rows as { reason: string }[]).map(({ reason }) => reason);
  const [was, is] = [await ledgerOf(before, [pizza]), await ledgerOf(restored, [pizza])];
  expect(reasons(was)).toEqual(['CREATED', 'RESERVED', 'RESERVED', 'COUNTED', 'WRITTEN_OFF']);
  expect(reasons(is)).toEqual(['CREATED', 'RESERVED', 'RESERVED', 'ADJUSTED', 'WRITTEN_OFF']);
  const withoutReason = (rows: unknown[]) => rows.map((row) => ({ ...(row as object), reason: '' }));
  expect(withoutReason(is)).toEqual(withoutReason(was));
  expect(await recover([pizza])).toEqual([]);
});

test('an alert that was raised and never published is published', async () => {
  const pizza = await before.create('Pizza', 10, 5);
  await before.stock.submit(reservation([[pizza, 6]]));
  await before.pool.query(`DELETE FROM messaging.outbox WHERE "eventType" = 'LOW_STOCK'`);
  await publish();
  await recover([pizza]);
  const { rows } = await restored.pool.query(
    'SELECT "eventType", "aggregateVersion" FROM messaging.outbox WHERE "aggregateId" = $1',
    [pizza],
  );
  expect(rows).toEqual([{ eventType: 'LOW_STOCK', aggregateVersion: 2 }]);
});

test('an item that was sold after the restore gets the movements that its ledger lacks, once, and they are published', async () => {
  const pizza = await before.create('Pizza', 10);
  await publish();
  await recover([pizza]);
  await before.pool.query('DELETE FROM messaging.outbox');
  const at = new Date();
  const order = newOrderId();
  await before.stock.submit({
    type: 'Restock',
    itemId: pizza,
    quantity: 20,
    by: 'ann',
    at,
    idempotency: newIdempotency(),
  });
  await before.stock.submit(reservation([[pizza, 6]], order));
  await publish();
  await restored.stock.submit(reservation([[pizza, 1]]));
  await publish(restored);

  expect(await recover([pizza])).toMatchObject([{ kind: 'ITEM_FORKED', fixed: true }]);
  expect(await restored.stockOf(pizza)).toEqual([10 - 1 + 20 - 6, 1]);
  expect(await restored.ledgerSum(pizza)).toBe(23);
  const published = await restored.published(pizza);
  expect(published.map(({ aggregateVersion }) => aggregateVersion)).toEqual([2, 4, 5]);
  await publish(restored);
  expect(await recover([pizza])).toEqual([]);
});
