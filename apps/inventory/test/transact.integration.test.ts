/** The write path on real PostgreSQL: neighbours in a batch, the ledger, items that come and go. */
import type { ItemId } from '@oms/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  creation,
  newOrderId,
  newIdempotency,
  openWritePath,
  release,
  reservation,
  type WritePath,
} from './write-path-fixture.ts';

let writePath: WritePath;
beforeAll(async () => {
  writePath = await openWritePath();
});
afterAll(() => writePath.close());

describe('a neighbour in the same batch', () => {
  test('that PostgreSQL refuses fails alone', async () => {
    const good = await writePath.create('Good', 100);
    const poison = await writePath.create('Poison', 100);
    await writePath.pool.query(`
      CREATE FUNCTION poison() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'poison'; END $$;
      CREATE TRIGGER poison BEFORE UPDATE ON inventory FOR EACH ROW WHEN (OLD."itemName" = 'Poison') EXECUTE FUNCTION poison();`);
    const orders = Array.from({ length: 20 }, (_, i) =>
      writePath.stock.submit(reservation([[i === 7 ? poison : good, 1]])),
    );
    const settled = await Promise.allSettled(orders);
    expect(settled.flatMap(({ status }, i) => (status === 'rejected' ? [i] : []))).toEqual([7]);
    expect([await writePath.stockOf(good), await writePath.stockOf(poison)]).toEqual([
      [81, 19],
      [100, 0],
    ]);
  });

  test('that is refused for its name fails alone', async () => {
    await writePath.create('Taken', 1);
    const [order, twin, fresh] = await Promise.allSettled([
      writePath.stock.submit(reservation([[await writePath.create('Wanted', 5), 1]])),
      writePath.stock.submit(creation('Taken', 1)),
      writePath.stock.submit(creation('Fresh', 1)),
    ]);
    expect([order.status, twin.status, fresh.status]).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(twin).toMatchObject({ reason: { code: 'DUPLICATE_ITEM_NAME' } });
  });
});

describe('the ledger', () => {
  test('opens with what an item is created with, closes with what is left, and stays', async () => {
    const itemId = await writePath.create('Seasonal', 12);
    await writePath.stock.submit({
      type: 'Adjust',
      itemId,
      delta: -2,
      note: 'broken',
      by: 'staff',
      at: new Date(),
      idempotency: newIdempotency(),
    });
    await writePath.stock.submit({ type: 'RemoveItem', itemId, versions: null, by: 'staff', at: new Date() });
    const { rows } = await writePath.pool.query(
      'SELECT delta, "quantityAfter", reason, note, "itemVersion" FROM movements WHERE "itemId" = $1 ORDER BY "itemVersion"',
      [itemId],
    );
    expect(rows).toEqual([
      { delta: 12, quantityAfter: 12, reason: 'CREATED', note: null, itemVersion: 1 },
      { delta: -2, quantityAfter: 10, reason: 'ADJUSTED', note: 'broken', itemVersion: 2 },
      { delta: -10, quantityAfter: 0, reason: 'DELETED', note: null, itemVersion: 3 },
    ]);
    expect((await writePath.published(itemId)).at(-1)).toMatchObject({
      reason: 'DELETED',
      delta: -10,
      quantity: 0,
      aggregateVersion: 3,
    });
  });

  test('cannot be rewritten', async () => {
    await writePath.create('Written', 1);
    await expect(writePath.pool.query('UPDATE movements SET delta = 0')).rejects.toThrow(/append-only/);
    await expect(writePath.pool.query('DELETE FROM movements')).rejects.toThrow(/append-only/);
  });
});

describe('an item', () => {
  const remove = (itemId: ItemId) =>
    writePath.stock.submit({ type: 'RemoveItem', itemId, versions: null, by: 'staff', at: new Date() });

  test('that open orders hold cannot be deleted; after the sale it can', async () => {
    const itemId = await writePath.create('Held', 5);
    const order = reservation([[itemId, 2]]);
    await writePath.stock.submit(order);
    await expect(remove(itemId)).rejects.toMatchObject({ code: 'ITEM_HAS_OPEN_RESERVATIONS' });
    await writePath.apply([{ type: 'Confirm', orderId: order.orderId, attempt: null, at: new Date() }]);
    await expect(remove(itemId)).rejects.toMatchObject({ code: 'ITEM_HAS_OPEN_RESERVATIONS' });
    await writePath.apply([{ type: 'Take', orderId: order.orderId, by: 'staff', at: new Date() }]);
    expect((await remove(itemId)).item.removed).toBe(true);
  });

  test('can be made, renamed and removed in one batch, and its name given again', async () => {
    const [first, second] = [creation('Shared name', 3), creation('Shared name', 4)];
    const rename = {
      type: 'ChangeItem' as const,
      itemId: first.itemId,
      changes: { itemName: 'Old name' },
      versions: null,
      by: 'staff',
      at: new Date(),
    };
    const { outcomes } = await writePath.apply([
      first,
      rename,
      second,
      { type: 'RemoveItem', itemId: first.itemId, versions: null, by: 'staff', at: new Date() },
    ]);
    expect(outcomes.every((outcome) => 'value' in outcome)).toBe(true);
    const { rows } = await writePath.pool.query(
      `SELECT id FROM inventory WHERE "itemName" IN ('Shared name', 'Old name')`,
    );
    expect(rows).toEqual([{ id: second.itemId }]);
    expect(await writePath.ledgerSum(first.itemId)).toBe(0);
  });
});

test('an order that was abandoned is reserved again with its new lines', async () => {
  const [first, second] = [await writePath.create('First of two', 10), await writePath.create('Second of two', 10)];
  const orderId = newOrderId();
  await writePath.stock.submit(reservation([[first, 3]], orderId));
  await writePath.stock.submit(release(orderId, 1));
  expect(await writePath.stock.submit(reservation([[second, 4]], orderId))).toMatchObject({
    outcome: 'RESERVED',
    attempt: 2,
  });
  expect([await writePath.stockOf(first), await writePath.stockOf(second)]).toEqual([
    [10, 0],
    [6, 4],
  ]);
  await writePath.stock.submit(release(orderId));
  expect([await writePath.stockOf(first), await writePath.stockOf(second)]).toEqual([
    [10, 0],
    [10, 0],
  ]);
});
