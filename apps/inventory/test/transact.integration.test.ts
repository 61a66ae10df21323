/** The write path on real PostgreSQL: races, neighbours, replicas. */
import type { ItemId } from '@oms/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { creation, newOrderId, newReceipt, openWarehouse, release, reservation, type Warehouse } from './warehouse.ts';

let house: Warehouse;
beforeAll(async () => {
  house = await openWarehouse();
});
afterAll(() => house.close());

const outcomesOf = async (promises: Promise<{ outcome: string }>[]) => {
  const outcomes = await Promise.all(promises);
  return outcomes.filter(({ outcome }) => outcome === 'RESERVED').length;
};

describe('a race', () => {
  test('of 200 orders for 50 units is won by exactly 50, and each crossing is told once', async () => {
    const itemId = await house.create('Lasagne', 50, 10);
    expect(await outcomesOf(Array.from({ length: 200 }, () => house.stock.submit(reservation([[itemId, 1]]))))).toBe(
      50,
    );
    expect(await house.shelf(itemId)).toEqual([0, 50]);
    expect(await house.ledgerSum(itemId)).toBe(0);
    const told = await house.told(itemId);
    const versions = told.flatMap((m) => (m.eventType === 'INVENTORY_UPDATE' ? [m.aggregateVersion] : []));
    expect(versions).toEqual(Array.from({ length: 51 }, (_, i) => i + 1));
    expect(
      told.filter((m) => m.eventType !== 'INVENTORY_UPDATE').map((m) => [m.eventType, m.aggregateVersion]),
    ).toEqual([
      ['LOW_STOCK', 42],
      ['OUT_OF_STOCK', 51],
    ]);
  });

  test('between two instances is won by exactly 50 as well', async () => {
    const itemId = await house.create('Ravioli', 50, 10);
    const writers = [house.stock, house.another()];
    const orders = Array.from({ length: 200 }, (_, i) => writers[i % 2]!.submit(reservation([[itemId, 1]])));
    expect(await outcomesOf(orders)).toBe(50);
    expect(await house.shelf(itemId)).toEqual([0, 50]);
    const told = await house.told(itemId);
    expect(told.filter((m) => m.eventType === 'INVENTORY_UPDATE').map((m) => m.aggregateVersion)).toEqual(
      Array.from({ length: 51 }, (_, i) => i + 1),
    );
    expect(told.filter((m) => m.eventType !== 'INVENTORY_UPDATE')).toHaveLength(2);
  });

  test('of the same orders at three instances takes the stock of each order once, and all hear the same', async () => {
    const itemIds = await Promise.all(['Penne', 'Fusilli', 'Farfalle'].map((name) => house.create(name, 1_000)));
    const writers = [house.stock, house.another(), house.another()];
    const orders = Array.from({ length: 100 }, (_, i) =>
      reservation([
        [itemIds[i % 3]!, 1],
        [itemIds[(i + 1) % 3]!, 2],
      ]),
    );
    const answers = await Promise.all(
      writers.map((writer) => Promise.all(orders.map((order) => writer.submit(order)))),
    );
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
    const shelves = await Promise.all(itemIds.map((itemId) => house.shelf(itemId)));
    expect(shelves.reduce((sum, [, reserved]) => sum + reserved, 0)).toBe(300);
  });

  test('of the same order with lines that share no item has one winner, and the other is a conflict', async () => {
    const [left, right] = await Promise.all([house.create('Left', 100), house.create('Right', 100)]);
    const other = house.another();
    const pairs = Array.from({ length: 50 }, () => newOrderId()).map((orderId) =>
      Promise.all([
        house.stock.submit(reservation([[left, 1]], orderId)),
        other.submit(reservation([[right, 1]], orderId)),
      ]),
    );
    for (const outcomes of await Promise.all(pairs)) {
      expect(outcomes.map(({ outcome }) => outcome).toSorted()).toEqual(['CONFLICT', 'RESERVED']);
    }
    const [[, leftHeld], [, rightHeld]] = [await house.shelf(left), await house.shelf(right)];
    expect(leftHeld + rightHeld).toBe(50);
  });

  test('between orders, restocks and cancellations in every order of items ends, with the books right', async () => {
    const itemIds = await Promise.all(['Salt', 'Oil', 'Vinegar', 'Honey'].map((name) => house.create(name, 500)));
    const writers = [house.stock, house.another()];
    const mixed = Array.from({ length: 160 }, async (_, i) => {
      const writer = writers[i % 2]!;
      const around = [...itemIds.slice(i % 4), ...itemIds.slice(0, i % 4)];
      const some = (i % 2 === 0 ? around : around.toReversed()).slice(0, 1 + (i % 3));
      if (i % 5 === 0)
        return writer.submit({
          type: 'Restock',
          itemId: some[0]!,
          quantity: 3,
          by: 'staff',
          at: new Date(),
          receipt: newReceipt(),
        });
      const order = reservation(some.map((itemId) => [itemId, 1 + (i % 3)] as const));
      await writer.submit(order);
      return i % 2 === 0
        ? writer.submit(release(order.orderId))
        : house.apply([{ type: 'Sell', orderId: order.orderId, at: new Date() }]);
    });
    await Promise.all(mixed);
    for (const itemId of itemIds) {
      const [quantity, reserved] = await house.shelf(itemId);
      expect([quantity, reserved]).toEqual([await house.ledgerSum(itemId), 0]);
    }
  });
});

describe('a neighbour in the same batch', () => {
  test('that PostgreSQL refuses fails alone', async () => {
    const good = await house.create('Good', 100);
    const poison = await house.create('Poison', 100);
    await house.pool.query(`
      CREATE FUNCTION poison() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'poison'; END $$;
      CREATE TRIGGER poison BEFORE UPDATE ON inventory FOR EACH ROW WHEN (OLD."itemName" = 'Poison') EXECUTE FUNCTION poison();`);
    const orders = Array.from({ length: 20 }, (_, i) =>
      house.stock.submit(reservation([[i === 7 ? poison : good, 1]])),
    );
    const settled = await Promise.allSettled(orders);
    expect(settled.flatMap(({ status }, i) => (status === 'rejected' ? [i] : []))).toEqual([7]);
    expect([await house.shelf(good), await house.shelf(poison)]).toEqual([
      [81, 19],
      [100, 0],
    ]);
  });

  test('that is refused for its name fails alone', async () => {
    await house.create('Taken', 1);
    const [order, twin, fresh] = await Promise.allSettled([
      house.stock.submit(reservation([[await house.create('Wanted', 5), 1]])),
      house.stock.submit(creation('Taken', 1)),
      house.stock.submit(creation('Fresh', 1)),
    ]);
    expect([order.status, twin.status, fresh.status]).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(twin).toMatchObject({ reason: { code: 'DUPLICATE_ITEM_NAME' } });
  });
});

describe('two instances', () => {
  test('give a name to one item, and tell all others that it is taken', async () => {
    const writers = [house.stock, house.another()];
    const settled = await Promise.allSettled(
      Array.from({ length: 10 }, (_, i) => writers[i % 2]!.submit(creation('Only one', 1))),
    );
    const refused = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason.code] : []));
    expect(refused).toEqual(Array(9).fill('DUPLICATE_ITEM_NAME'));
  });

  test('grant a numbered wish once', async () => {
    const itemId = await house.create('Flour', 0);
    const writers = [house.stock, house.another()];
    const restock = {
      type: 'Restock' as const,
      itemId,
      quantity: 25,
      by: 'staff',
      at: new Date(),
      receipt: newReceipt('friday'),
    };
    const replies = await Promise.all(Array.from({ length: 10 }, (_, i) => writers[i % 2]!.submit(restock)));
    expect(replies.filter(({ replayed }) => !replayed)).toHaveLength(1);
    for (const { item } of replies) expect(item).toEqual(replies[0]?.item);
    expect(await house.shelf(itemId)).toEqual([25, 0]);
  });
});

describe('the ledger', () => {
  test('opens with what an item is created with, closes with what is left, and stays', async () => {
    const itemId = await house.create('Seasonal', 12);
    await house.stock.submit({
      type: 'Adjust',
      itemId,
      delta: -2,
      note: 'broken',
      by: 'staff',
      at: new Date(),
      receipt: newReceipt(),
    });
    await house.stock.submit({ type: 'RemoveItem', itemId, versions: null, by: 'staff', at: new Date() });
    const { rows } = await house.pool.query(
      'SELECT delta, "quantityAfter", reason, note, "itemVersion" FROM movements WHERE "itemId" = $1 ORDER BY "itemVersion"',
      [itemId],
    );
    expect(rows).toEqual([
      { delta: 12, quantityAfter: 12, reason: 'CREATED', note: null, itemVersion: 1 },
      { delta: -2, quantityAfter: 10, reason: 'ADJUSTED', note: 'broken', itemVersion: 2 },
      { delta: -10, quantityAfter: 0, reason: 'DELETED', note: null, itemVersion: 3 },
    ]);
    expect((await house.told(itemId)).at(-1)).toMatchObject({
      reason: 'DELETED',
      delta: -10,
      quantity: 0,
      aggregateVersion: 3,
    });
  });

  test('cannot be rewritten', async () => {
    await house.create('Written', 1);
    await expect(house.pool.query('UPDATE movements SET delta = 0')).rejects.toThrow(/append-only/);
    await expect(house.pool.query('DELETE FROM movements')).rejects.toThrow(/append-only/);
  });
});

describe('an item', () => {
  const remove = (itemId: ItemId) =>
    house.stock.submit({ type: 'RemoveItem', itemId, versions: null, by: 'staff', at: new Date() });

  test('that open orders hold cannot be deleted; after the sale it can', async () => {
    const itemId = await house.create('Held', 5);
    const order = reservation([[itemId, 2]]);
    await house.stock.submit(order);
    await expect(remove(itemId)).rejects.toMatchObject({ code: 'ITEM_HAS_OPEN_RESERVATIONS' });
    await house.apply([{ type: 'Confirm', orderId: order.orderId, attempt: null, at: new Date() }]);
    await expect(remove(itemId)).rejects.toMatchObject({ code: 'ITEM_HAS_OPEN_RESERVATIONS' });
    await house.apply([{ type: 'Sell', orderId: order.orderId, at: new Date() }]);
    expect((await remove(itemId)).item.removed).toBe(true);
  });

  test('can be made, renamed and removed in one batch, and its name given anew', async () => {
    const [first, second] = [creation('Shared name', 3), creation('Shared name', 4)];
    const rename = {
      type: 'ChangeItem' as const,
      itemId: first.itemId,
      changes: { itemName: 'Old name' },
      versions: null,
      by: 'staff',
      at: new Date(),
    };
    const { outcomes } = await house.apply([
      first,
      rename,
      second,
      { type: 'RemoveItem', itemId: first.itemId, versions: null, by: 'staff', at: new Date() },
    ]);
    expect(outcomes.every((outcome) => 'value' in outcome)).toBe(true);
    const { rows } = await house.pool.query(`SELECT id FROM inventory WHERE "itemName" IN ('Shared name', 'Old name')`);
    expect(rows).toEqual([{ id: second.itemId }]);
    expect(await house.ledgerSum(first.itemId)).toBe(0);
  });
});

test('an order that was abandoned is reserved anew with its new lines', async () => {
  const [first, second] = [await house.create('First wish', 10), await house.create('Second wish', 10)];
  const orderId = newOrderId();
  await house.stock.submit(reservation([[first, 3]], orderId));
  await house.stock.submit(release(orderId, 1));
  expect(await house.stock.submit(reservation([[second, 4]], orderId))).toMatchObject({
    outcome: 'RESERVED',
    attempt: 2,
  });
  expect([await house.shelf(first), await house.shelf(second)]).toEqual([
    [10, 0],
    [6, 4],
  ]);
  await house.stock.submit(release(orderId));
  expect([await house.shelf(first), await house.shelf(second)]).toEqual([
    [10, 0],
    [10, 0],
  ]);
});
