/** What the metrics of stock say: each fact once, when it is committed, on whichever path it came. */
import { inTransaction } from '@oms/messaging';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { creation, openWarehouse, release, reservation, type Warehouse } from './write-path-fixture.ts';

let house: Warehouse;
beforeAll(async () => {
  house = await openWarehouse();
});
afterAll(() => house.close());

/** Of a metric, by the value of its label. */
async function figures(name: string): Promise<Record<string, number>> {
  const { values = [] } = (await house.metrics.getSingleMetric(name)?.get()) ?? {};
  return Object.fromEntries(values.map(({ labels, value }) => [Object.values(labels).at(-1), value]));
}

test('a reservation is counted once in each state, however often it is asked for', async () => {
  const itemId = await house.create('Counted', 10);
  const command = reservation([[itemId, 2]]);
  await house.stock.submit(command);
  await house.stock.submit(command);
  await house.apply([{ type: 'Confirm', orderId: command.orderId, attempt: null, at: new Date() }]);
  await house.apply([{ type: 'Confirm', orderId: command.orderId, attempt: null, at: new Date() }]);
  await house.stock.submit(release(command.orderId));
  expect(await figures('inventory_reservations_total')).toEqual({ HELD: 1, CONFIRMED: 1, RELEASED: 1 });
  expect(await figures('inventory_units_moved_total')).toEqual({ RESERVED: 2, RELEASED: 2 });
});

test('a reservation that is not made is counted by its outcome', async () => {
  const before = await figures('inventory_reservations_total');
  await house.stock.submit(reservation([[await house.create('Scarce', 1), 2]]));
  expect(await figures('inventory_reservations_refused_total')).toEqual({ INSUFFICIENT_STOCK: 1 });
  expect(await figures('inventory_reservations_total')).toEqual(before);
});

test('alerts are counted, also before the first: a rise from nothing is none', async () => {
  expect(await figures('inventory_alerts_total')).toEqual({ LOW_STOCK: 0, OUT_OF_STOCK: 0 });
  const { item } = await house.stock.submit(creation('Draining', 3, 2));
  await house.stock.submit(reservation([[item.id, 3]]));
  expect(await figures('inventory_alerts_total')).toEqual({ LOW_STOCK: 1, OUT_OF_STOCK: 1 });
});

test('what is rolled back is not counted', async () => {
  const itemId = await house.create('Undone', 5);
  const before = [await figures('inventory_reservations_total'), await figures('inventory_units_moved_total')];
  const undone = inTransaction(house.pool, async (client) => {
    await house.transact(client, [reservation([[itemId, 1]])]);
    throw new Error('undone');
  });
  await expect(undone).rejects.toThrow('undone');
  expect([await figures('inventory_reservations_total'), await figures('inventory_units_moved_total')]).toEqual(before);
});
