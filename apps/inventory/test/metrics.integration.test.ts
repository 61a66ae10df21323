/** The metrics of stock count each event once, when it is committed, on every path. */
import { inTransaction } from '@oms/messaging';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stockBatch } from '../src/store/transact.ts';
import { creation, openWritePath, release, reservation, type WritePath } from './write-path-fixture.ts';

let writePath: WritePath;
beforeAll(async () => {
  writePath = await openWritePath();
});
afterAll(() => writePath.close());

/** Of a metric, by the value of its label. */
async function figures(name: string): Promise<Record<string, number>> {
  const { values = [] } = (await writePath.metrics.getSingleMetric(name)?.get()) ?? {};
  return Object.fromEntries(values.map(({ labels, value }) => [Object.values(labels).at(-1), value]));
}

test('a reservation is counted once in each state, however often it is requested', async () => {
  const itemId = await writePath.create('Counted', 10);
  const command = reservation([[itemId, 2]]);
  await writePath.stock.submit(command);
  await writePath.stock.submit(command);
  await writePath.apply([{ type: 'Confirm', orderId: command.orderId, attempt: null, at: new Date() }]);
  await writePath.apply([{ type: 'Confirm', orderId: command.orderId, attempt: null, at: new Date() }]);
  await writePath.stock.submit(release(command.orderId));
  expect(await figures('inventory_reservations_total')).toEqual({ HELD: 1, CONFIRMED: 1, RELEASED: 1 });
  expect(await figures('inventory_units_moved_total')).toEqual({ RESERVED: 2, RELEASED: 2 });
});

test('a reservation that is not made is counted by its outcome', async () => {
  const before = await figures('inventory_reservations_total');
  await writePath.stock.submit(reservation([[await writePath.create('Scarce', 1), 2]]));
  expect(await figures('inventory_reservations_refused_total')).toEqual({ INSUFFICIENT_STOCK: 1 });
  expect(await figures('inventory_reservations_total')).toEqual(before);
});

test('alerts are counted, from 0 on: a creation raises none', async () => {
  expect(await figures('inventory_alerts_total')).toEqual({ LOW_STOCK: 0, OUT_OF_STOCK: 0 });
  const { item } = await writePath.stock.submit(creation('Draining', 3, 2));
  await writePath.stock.submit(reservation([[item.id, 3]]));
  expect(await figures('inventory_alerts_total')).toEqual({ LOW_STOCK: 1, OUT_OF_STOCK: 1 });
});

test('what is rolled back is not counted', async () => {
  const itemId = await writePath.create('Undone', 5);
  const before = [await figures('inventory_reservations_total'), await figures('inventory_units_moved_total')];
  const undone = inTransaction(writePath.pool, async (client) => {
    await writePath.transact(client, stockBatch([reservation([[itemId, 1]])]));
    throw new Error('undone');
  });
  await expect(undone).rejects.toThrow('undone');
  expect([await figures('inventory_reservations_total'), await figures('inventory_units_moved_total')]).toEqual(before);
});
