/** Races for stock, names and numbers on real PostgreSQL, within one instance and among several. */
import type { ItemId } from '@oms/contracts';
import type { Refusal } from '@oms/service-kit/refusal';
import { itemAccountOf, itemAccountViolations } from '@oms/test-kit';
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

const outcomesOf = async (promises: Promise<{ outcome: string }>[]) => {
  const outcomes = await Promise.all(promises);
  return outcomes.filter(({ outcome }) => outcome === 'RESERVED').length;
};

describe('a race', () => {
  test('of 200 orders for 50 units is won by exactly 50, and each crossing is published once', async () => {
    const itemId = await writePath.create('Lasagne', 50, 10);
    expect(
      await outcomesOf(Array.from({ length: 200 }, () => writePath.stock.submit(reservation([[itemId, 1]])))),
    ).toBe(50);
    expect(await writePath.stockOf(itemId)).toEqual([0, 50]);
    expect(await writePath.ledgerSum(itemId)).toBe(0);
    const published = await writePath.published(itemId);
    const versions = published.flatMap((m) => (m.eventType === 'INVENTORY_UPDATE' ? [m.aggregateVersion] : []));
    expect(versions).toEqual(Array.from({ length: 51 }, (_, i) => i + 1));
    expect(
      published.filter((m) => m.eventType !== 'INVENTORY_UPDATE').map((m) => [m.eventType, m.aggregateVersion]),
    ).toEqual([
      ['LOW_STOCK', 42],
      ['OUT_OF_STOCK', 51],
    ]);
  });

  test('between two instances is won by exactly 50 as well', async () => {
    const itemId = await writePath.create('Ravioli', 50, 10);
    const writers = [writePath.stock, writePath.another()];
    const orders = Array.from({ length: 200 }, (_, i) => writers[i % 2]!.submit(reservation([[itemId, 1]])));
    expect(await outcomesOf(orders)).toBe(50);
    expect(await writePath.stockOf(itemId)).toEqual([0, 50]);
    const published = await writePath.published(itemId);
    expect(published.filter((m) => m.eventType === 'INVENTORY_UPDATE').map((m) => m.aggregateVersion)).toEqual(
      Array.from({ length: 51 }, (_, i) => i + 1),
    );
    expect(published.filter((m) => m.eventType !== 'INVENTORY_UPDATE')).toHaveLength(2);
  });

  test('of the same orders at three instances takes the stock of each order once, and all get the same reply', async () => {
    const itemIds = await Promise.all(['Penne', 'Fusilli', 'Farfalle'].map((name) => writePath.create(name, 1_000)));
    const writers = [writePath.stock, writePath.another(), writePath.another()];
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
    const shelves = await Promise.all(itemIds.map((itemId) => writePath.stockOf(itemId)));
    expect(shelves.reduce((sum, [, reserved]) => sum + reserved, 0)).toBe(300);
  });

  test('of the same order with lines that share no item has one winner, and the other is a conflict', async () => {
    const [left, right] = await Promise.all([writePath.create('Left', 100), writePath.create('Right', 100)]);
    const other = writePath.another();
    const pairs = Array.from({ length: 50 }, () => newOrderId()).map((orderId) =>
      Promise.all([
        writePath.stock.submit(reservation([[left, 1]], orderId)),
        other.submit(reservation([[right, 1]], orderId)),
      ]),
    );
    for (const outcomes of await Promise.all(pairs)) {
      expect(outcomes.map(({ outcome }) => outcome).toSorted()).toEqual(['CONFLICT', 'RESERVED']);
    }
    const [[, leftHeld], [, rightHeld]] = [await writePath.stockOf(left), await writePath.stockOf(right)];
    expect(leftHeld + rightHeld).toBe(50);
  });

  test('between orders, restocks and cancellations in every order of items ends, with the ledger right', async () => {
    const itemIds = await Promise.all(['Salt', 'Oil', 'Vinegar', 'Honey'].map((name) => writePath.create(name, 500)));
    const writers = [writePath.stock, writePath.another()];
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
          idempotency: newIdempotency(),
        });
      const order = reservation(some.map((itemId) => [itemId, 1 + (i % 3)] as const));
      await writer.submit(order);
      return i % 2 === 0
        ? writer.submit(release(order.orderId))
        : writePath.apply([{ type: 'Take', orderId: order.orderId, by: 'staff', at: new Date() }]);
    });
    await Promise.all(mixed);
    for (const itemId of itemIds) {
      const [quantity, reserved] = await writePath.stockOf(itemId);
      expect([quantity, reserved]).toEqual([await writePath.ledgerSum(itemId), 0]);
    }
    expect(await writePath.deadlocks(), 'all take their locks in one order').toBe(0);
  });
});

describe('counts', () => {
  test('against orders, cancellations and cooking: nothing is lost, and no more is sold than is there', async () => {
    const itemIds = await Promise.all(['Crab', 'Lobster'].map((name) => writePath.create(name, 60)));
    const writers = [writePath.stock, writePath.another()];
    const mixed = Array.from({ length: 160 }, async (_, i) => {
      const writer = writers[i % 2]!;
      const itemId = itemIds[i % 3 === 0 ? 0 : 1]!;
      if (i % 4 === 0) {
        const counted = { itemId, onHand: (i * 7) % 50, note: 'counted', by: 'staff', at: new Date() };
        return writer.submit({ type: 'Count', ...counted, idempotency: newIdempotency() });
      }
      const { orderId, ...order } = reservation(itemIds.map((id) => [id, 1 + (i % 2)] as const));
      const { outcome } = await writer.submit({ orderId, ...order });
      if (outcome !== 'RESERVED') return;
      const take = () => writePath.apply([{ type: 'Take', orderId, by: 'staff', at: new Date() }]);
      const end = () => writer.submit({ ...release(orderId), restock: i % 3 === 0 });
      await Promise.all([...(i % 5 === 0 ? [] : [take()]), ...(i % 2 === 0 ? [end()] : [])]);
    });
    await Promise.all(mixed);
    expect(await Promise.all(itemIds.map(violationsOf))).toEqual([[], []]);
    expect(await writePath.deadlocks(), 'all take their locks in one order').toBe(0);
  });

  async function violationsOf(itemId: ItemId): Promise<string[]> {
    const { pool } = writePath;
    const item = await pool.query('SELECT id, quantity, reserved, short, version FROM inventory WHERE id = $1', [
      itemId,
    ]);
    const movements = await pool.query('SELECT * FROM movements WHERE "itemId" = $1', [itemId]);
    const units = await pool.query(
      'SELECT state, quantity FROM reservation_lines JOIN reservations USING ("orderId") WHERE "itemId" = $1',
      [itemId],
    );
    return itemAccountViolations(itemAccountOf(item.rows[0], movements.rows, units.rows));
  }
});

describe('two instances', () => {
  test('that reserve an abandoned order again, with lines that share no item, agree on one of them', async () => {
    const [left, right] = await Promise.all([
      writePath.create('Left again', 100),
      writePath.create('Right again', 100),
    ]);
    const other = writePath.another();
    for (let round = 0; round < 20; round += 1) {
      const first = reservation([[left, 1]]);
      await writePath.stock.submit(first);
      await writePath.stock.submit(release(first.orderId, 1));
      const again = [writePath.stock.submit(first), other.submit(reservation([[right, 1]], first.orderId))];
      const outcomes = (await Promise.all(again)).map(({ outcome }) => outcome);
      expect(outcomes.toSorted()).toEqual(['CONFLICT', 'RESERVED']);
    }
  });

  test('that lose a race alone find the winner', async () => {
    const other = writePath.another();
    const itemId = await writePath.create('Raced for', 100);
    for (let round = 0; round < 20; round += 1) {
      const twins = [writePath.stock.submit(creation(`Twin ${round}`, 1)), other.submit(creation(`Twin ${round}`, 1))];
      const refused = (await Promise.allSettled(twins)).flatMap((one) =>
        one.status === 'rejected' ? [(one.reason as Refusal).code] : [],
      );
      expect(refused).toEqual(['DUPLICATE_ITEM_NAME']);
      const order = reservation([[itemId, 1]]);
      const [here, there] = await Promise.all([writePath.stock.submit(order), other.submit(order)]);
      expect(there).toEqual(here);
    }
  });

  test('give a name to one item, and refuse it to all others', async () => {
    const writers = [writePath.stock, writePath.another()];
    const settled = await Promise.allSettled(
      Array.from({ length: 10 }, (_, i) => writers[i % 2]!.submit(creation('Only one', 1))),
    );
    const refused = settled.flatMap((one) => (one.status === 'rejected' ? [(one.reason as Refusal).code] : []));
    expect(refused).toEqual(Array(9).fill('DUPLICATE_ITEM_NAME'));
  });

  test('apply a request with an Idempotency-Key once', async () => {
    const itemId = await writePath.create('Flour', 0);
    const writers = [writePath.stock, writePath.another()];
    const restock = {
      type: 'Restock' as const,
      itemId,
      quantity: 25,
      by: 'staff',
      at: new Date(),
      idempotency: newIdempotency('friday'),
    };
    const replies = await Promise.all(Array.from({ length: 10 }, (_, i) => writers[i % 2]!.submit(restock)));
    expect(replies.filter(({ replayed }) => !replayed)).toHaveLength(1);
    for (const { item } of replies) expect(item).toEqual(replies[0]?.item);
    expect(await writePath.stockOf(itemId)).toEqual([25, 0]);
  });
});
