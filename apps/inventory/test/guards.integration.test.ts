/** The guards behind the locks: what must not happen anyway is refused once more, and a batch that fails leaves no trace outside. */
import type { ItemId } from '@oms/contracts';
import { inTransaction, type StoredMessage } from '@oms/messaging';
import { createMetrics } from '@oms/service-kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { handle, type Fact } from '../src/domain/stock.ts';
import { loadStock } from '../src/store/load-stock.ts';
import { saveStock } from '../src/store/save-stock.ts';
import { createStockWriter, type Transact } from '../src/store/transact.ts';
import { openWarehouse, reservation, type Warehouse } from './write-path-fixture.ts';

let house: Warehouse;
let itemId: ItemId;
beforeAll(async () => {
  house = await openWarehouse();
  itemId = await house.create('Guarded', 10);
});
afterAll(() => house.close());

describe('the table itself', () => {
  test.each(['quantity', 'reserved', 'threshold', 'price'])('takes no %s below zero', async (column) => {
    const write = house.pool.query(`UPDATE inventory SET "${column}" = -1 WHERE id = $1`, [itemId]);
    await expect(write).rejects.toMatchObject({ code: '23514' });
  });

  test('takes no more reserved than fits back', async () => {
    const write = house.pool.query('UPDATE inventory SET reserved = 2147483647 WHERE id = $1', [itemId]);
    await expect(write).rejects.toMatchObject({ code: '23514' });
  });

  test('takes no second movement of one version of an item', async () => {
    const again = house.pool.query(
      `INSERT INTO movements ("itemId", delta, "quantityAfter", reason, "changedBy", "itemVersion", at)
       SELECT "itemId", delta, "quantityAfter", reason, "changedBy", "itemVersion", at FROM movements WHERE "itemId" = $1`,
      [itemId],
    );
    await expect(again).rejects.toMatchObject({ code: '23505' });
  });
});

test('a batch whose item was changed in spite of its lock fails', async () => {
  const before = await house.shelf(itemId);
  const command = reservation([[itemId, 1]]);
  const late = inTransaction(house.pool, async (client) => {
    const loaded = await loadStock(client, [command]);
    // the only writer whom our lock does not keep out
    await client.query('UPDATE inventory SET version = version + 1, quantity = quantity - 3 WHERE id = $1', [itemId]);
    const after = { ...loaded, items: new Map(loaded.items), reservations: new Map(loaded.reservations) };
    const facts: Fact[] = handle(after, command).facts;
    await saveStock(client, loaded, after, facts);
  });
  await expect(late).rejects.toThrow('in spite of our lock');
  expect(await house.shelf(itemId)).toEqual(before);
});

test('a batch whose COMMIT fails is told to nobody', async () => {
  const enqueued: StoredMessage[][] = [];
  const transact: Transact = async (client, commands) => {
    const written = await house.transact(client, commands);
    await client.query('CREATE TEMP TABLE due (id INT PRIMARY KEY DEFERRABLE INITIALLY DEFERRED) ON COMMIT DROP');
    await client.query('INSERT INTO due VALUES (1), (1)');
    return written;
  };
  const stock = createStockWriter({
    ...{ pool: house.pool, transact, enqueue: (stored) => enqueued.push(stored) },
    ...{ assertReady() {}, queueMax: 10_000, metrics: createMetrics('inventory') },
  });
  await expect(stock.submit(reservation([[itemId, 1]]))).rejects.toThrow();
  expect(enqueued).toEqual([]);
  expect(await house.shelf(itemId)).toEqual([10, 0]);
  await stock.close();
});
