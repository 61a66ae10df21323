/** The guards behind the locks: the tables refuse what the decisions already refuse, and a batch that fails publishes nothing. */
import type { ItemId } from '@oms/contracts';
import { inTransaction, type StoredMessage } from '@oms/messaging';
import { createMetrics } from '@oms/service-kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decide, type AppliedEvent } from '../src/domain/stock.ts';
import { loadStock, needsOf } from '../src/store/load-stock.ts';
import { saveStock } from '../src/store/save-stock.ts';
import { createStockWriter, type Transact } from '../src/store/transact.ts';
import { openWritePath, reservation, type WritePath } from './write-path-fixture.ts';

let writePath: WritePath;
let itemId: ItemId;
beforeAll(async () => {
  writePath = await openWritePath();
  itemId = await writePath.create('Guarded', 10);
});
afterAll(() => writePath.close());

describe('the table itself', () => {
  test.each(['quantity', 'reserved', 'threshold', 'price'])('takes no %s below zero', async (column) => {
    const write = writePath.pool.query(`UPDATE inventory SET "${column}" = -1 WHERE id = $1`, [itemId]);
    await expect(write).rejects.toMatchObject({ code: '23514' });
  });

  test('takes no more reserved stock than can be released again', async () => {
    const write = writePath.pool.query('UPDATE inventory SET reserved = 2147483647 WHERE id = $1', [itemId]);
    await expect(write).rejects.toMatchObject({ code: '23514' });
  });

  test('takes no second movement of one version of an item', async () => {
    const again = writePath.pool.query(
      `INSERT INTO movements ("itemId", delta, "quantityAfter", reason, "changedBy", "itemVersion", at)
       SELECT "itemId", delta, "quantityAfter", reason, "changedBy", "itemVersion", at FROM movements WHERE "itemId" = $1`,
      [itemId],
    );
    await expect(again).rejects.toMatchObject({ code: '23505' });
  });
});

test('a batch whose item was changed in spite of its lock fails', async () => {
  const before = await writePath.stockOf(itemId);
  const command = reservation([[itemId, 1]]);
  const late = inTransaction(writePath.pool, async (client) => {
    const loaded = await loadStock(client, needsOf([command]));
    // the lock keeps out every other transaction, so the test writes in this one
    await client.query('UPDATE inventory SET version = version + 1, quantity = quantity - 3 WHERE id = $1', [itemId]);
    const after = { ...loaded, items: new Map(loaded.items), reservations: new Map(loaded.reservations) };
    const applied: AppliedEvent[] = decide(after, command).applied;
    await saveStock(client, loaded, after, applied);
  });
  await expect(late).rejects.toThrow('in spite of our lock');
  expect(await writePath.stockOf(itemId)).toEqual(before);
});

test('a batch whose COMMIT fails is not published', async () => {
  const enqueued: StoredMessage[][] = [];
  const transact: Transact = async (client, batch) => {
    const written = await writePath.transact(client, batch);
    await client.query('CREATE TEMP TABLE due (id INT PRIMARY KEY DEFERRABLE INITIALLY DEFERRED) ON COMMIT DROP');
    await client.query('INSERT INTO due VALUES (1), (1)');
    return written;
  };
  const stock = createStockWriter({
    pool: writePath.pool,
    transact,
    enqueue: (stored) => enqueued.push(stored),
    assertReady() {},
    queueMax: 10_000,
    metrics: createMetrics('inventory'),
  });
  await expect(stock.submit(reservation([[itemId, 1]]))).rejects.toThrow();
  expect(enqueued).toEqual([]);
  expect(await writePath.stockOf(itemId)).toEqual([10, 0]);
  await stock.close();
});
