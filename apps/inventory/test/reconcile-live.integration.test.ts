/** Reconciling while orders are placed and changed: events in flight are no discrepancy, and no repair does harm. */
import { randomUUID } from 'node:crypto';
import type { ItemId } from '@oms/contracts';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openReconciliation, type OpenReconciliation } from './reconciliation-fixture.ts';
import { release, reservation } from './write-path-fixture.ts';

let audit: OpenReconciliation;
let pizza: ItemId;

beforeAll(async () => {
  audit = await openReconciliation();
  pizza = await audit.writePath.create('Pizza', 1_000_000);
});
afterEach(async () => {
  const { discrepancies, inFlight } = await audit.run(true);
  expect([discrepancies, inFlight]).toEqual([[], 0]);
});
afterAll(() => audit.close());

/** The order is cancelled, and inventory has not applied the event. */
function cancel(orderId: Parameters<typeof release>[0], published: boolean): string {
  const stored = audit.orderService.orders.get(orderId)!;
  const eventId = randomUUID();
  audit.orderService.put(orderId, stored.lines, { ...stored, status: 'CANCELLED', version: 2, eventId, published });
  return eventId;
}

async function applyEvent(orderId: Parameters<typeof release>[0], eventId: string): Promise<void> {
  await audit.writePath.stock.submit(release(orderId));
  await audit.writePath.pool.query('INSERT INTO messaging.inbox VALUES ($1, $2, $3)', [
    eventId,
    'inventory',
    audit.topic,
  ]);
}

test('an event that the order service has not published yet is in flight, however long that takes', async () => {
  const orderId = await audit.order([[pizza, 2]]);
  const eventId = cancel(orderId, false);
  expect(await audit.run(true)).toMatchObject({ discrepancies: [], inFlight: 1 });
  expect(await audit.state(orderId)).toEqual(['CONFIRMED', 1]);
  await applyEvent(orderId, eventId);
});

test('an event that Kafka has and we have not read is in flight; once we have passed it, it is lost, and repaired', async () => {
  const orderId = await audit.order([[pizza, 2]]);
  cancel(orderId, true);
  const producer = audit.kafka.createProducer();
  await producer.send([{ topic: audit.topic, key: orderId, value: Buffer.from('event'), headers: {} }]);
  await producer.close();
  expect(await audit.run(true)).toMatchObject({ discrepancies: [], inFlight: 1 });
  expect(await audit.state(orderId)).toEqual(['CONFIRMED', 1]);

  const other = await openReconciliation(); // whose topic holds nothing, so that its group has passed everything
  const stored = audit.orderService.orders.get(orderId)!;
  const lost = await other.order([[await other.writePath.create('Pizza', 10), 2]]);
  other.orderService.put(lost, other.orderService.orders.get(lost)!.lines, { ...stored, eventId: randomUUID() });
  await other.writePath.pool.query(
    `INSERT INTO messaging.parked VALUES ('inventory', gen_random_uuid(), $1, 3, $2, 0, 7, NULL, '', '{}')`,
    [lost, other.topic],
  );
  expect(await other.run(true), 'buffered until an earlier event arrives').toMatchObject({
    discrepancies: [],
    inFlight: 1,
  });
  await other.writePath.pool.query('DELETE FROM messaging.parked');
  expect((await other.run(true)).discrepancies).toMatchObject([
    { kind: 'RESERVATION_STATE', orderId: lost, fixed: true },
  ]);
  expect(await other.state(lost)).toEqual(['RELEASED', 1]);
  await other.close();

  await applyEvent(orderId, stored.eventId!);
});

test('an order that changes between the two reads is in flight', async () => {
  const orderId = await audit.order([[pizza, 2]]);
  await audit.changeWithoutEffect(orderId, { status: 'CANCELLED' });
  audit.orderService.afterNextAnswer(() => {
    const stored = audit.orderService.orders.get(orderId)!;
    audit.orderService.put(orderId, stored.lines, { ...stored, version: stored.version + 1 });
  });
  expect(await audit.run(false)).toMatchObject({ discrepancies: [], inFlight: 1 });
  expect((await audit.run(true)).discrepancies).toMatchObject([{ kind: 'RESERVATION_STATE', fixed: true }]);
});

test('an order that was cancelled just before its repair, and whose event was applied, does not keep the stock that the repair took', async () => {
  const orderId = await audit.order([[pizza, 2]]);
  await audit.writePath.stock.submit(release(orderId)); // the damage: an open order without stock
  const [quantity] = await audit.writePath.stockOf(pizza);
  // first answer: open; second answer: the same version; then it is cancelled, and the event finds nothing to release
  audit.orderService.afterNextAnswer(() =>
    audit.orderService.afterNextAnswer(() => applyEvent(orderId, cancel(orderId, true))),
  );
  const { discrepancies } = await audit.run(true);
  expect(discrepancies.map(({ kind, fixed }) => [kind, fixed])).toEqual([
    ['RESERVATION_STATE', true],
    ['RESERVATION_STATE', true],
  ]);
  expect([await audit.state(orderId), (await audit.writePath.stockOf(pizza))[0]]).toEqual([['RELEASED', 1], quantity]);
});

test('a retry that places an order whose reservation is being settled keeps it', async () => {
  const command = reservation([[pizza, 1]]);
  const outcome = await audit.writePath.stock.submit(command);
  await audit.writePath.pool.query(
    `UPDATE reservations SET "createdAt" = now() - interval '1 hour' WHERE "orderId" = $1`,
    [command.orderId],
  );
  // both reads find no order; it is placed before its attempt is fenced
  const lines = outcome.outcome === 'RESERVED' ? outcome.lines : [];
  audit.orderService.afterNextAnswer(() =>
    audit.orderService.afterNextAnswer(() => void audit.orderService.put(command.orderId, lines, { published: false })),
  );
  const { discrepancies } = await audit.run(true);
  expect(discrepancies).toMatchObject([{ kind: 'ORDER_MISSING', fixed: false, remedy: /run it again/ }].map((one) => ({ ...one, remedy: expect.stringMatching(one.remedy) as string }))); // prettier-ignore
  expect(await audit.state(command.orderId)).toEqual(['HELD', 1]);
  const stored = audit.orderService.orders.get(command.orderId)!;
  await audit.writePath.stock.submit({ type: 'Confirm', orderId: command.orderId, attempt: null, at: new Date() });
  await audit.writePath.pool.query('INSERT INTO messaging.inbox VALUES ($1, $2, $3)', [
    stored.eventId,
    'inventory',
    audit.topic,
  ]);
});

test('while the order service gives no answer nothing is concluded', async () => {
  const orderId = await audit.order([[pizza, 2]]);
  audit.orderService.shut(true);
  await expect(audit.run(true)).rejects.toThrow(/order can't be reached/);
  audit.orderService.shut(false);
  expect(await audit.state(orderId)).toEqual(['CONFIRMED', 1]);
});

test('under load from two instances no run finds anything, and damage during it is repaired', async () => {
  const other = audit.writePath.another();
  const cola = await audit.writePath.create('Cola', 100_000);
  let ends = false;
  const customers = Array.from({ length: 8 }, async (_, n) => {
    for (let i = 0; !ends; i += 1) {
      const command = reservation(n % 2 === 0 ? [[pizza, 1], [cola, 2]] : [[cola, 1]]); // prettier-ignore
      const outcome = await (i % 2 === 0 ? audit.writePath.stock : other).submit(command);
      if (outcome.outcome !== 'RESERVED') throw new Error(outcome.outcome);
      const { eventId } = audit.orderService.put(command.orderId, outcome.lines);
      await audit.writePath.stock.submit({ type: 'Confirm', orderId: command.orderId, attempt: null, at: new Date() });
      await audit.writePath.pool.query('INSERT INTO messaging.inbox VALUES ($1, $2, $3)', [
        eventId,
        'inventory',
        audit.topic,
      ]);
      if (i % 3 === 0) await applyEvent(command.orderId, cancel(command.orderId, true));
    }
  });
  try {
    for (let run = 0; run < 10; run += 1) expect((await audit.run(run % 2 === 0)).discrepancies).toEqual([]);
    await audit.writePath.pool.query('UPDATE inventory SET reserved = reserved + 7 WHERE id = $1', [cola]);
    await audit.writePath.pool.query('UPDATE inventory SET quantity = quantity - 7 WHERE id = $1', [pizza]);
    const { discrepancies } = await audit.run(true);
    expect(discrepancies.map(({ kind, itemId, fixed }) => [kind, itemId, fixed])).toEqual(
      expect.arrayContaining([
        ['ITEM_RESERVED', cola, true],
        ['ITEM_QUANTITY', pizza, true],
      ]),
    );
    for (let run = 0; run < 5; run += 1) expect((await audit.run(false)).discrepancies).toEqual([]);
  } finally {
    ends = true;
  }
  await Promise.all(customers);
  const [quantity] = await audit.writePath.stockOf(pizza);
  expect(quantity).toBe(await audit.writePath.ledgerSum(pizza));
});
