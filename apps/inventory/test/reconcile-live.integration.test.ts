/** Reconciling while orders are placed, moved on and heard of: what is under way is no finding, and no repair does harm. */
import { randomUUID } from 'node:crypto';
import type { ItemId } from '@oms/contracts';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openAudit, type Audit } from './reconciliation-fixture.ts';
import { release, reservation } from './write-path-fixture.ts';

let audit: Audit;
let pizza: ItemId;

beforeAll(async () => {
  audit = await openAudit();
  pizza = await audit.house.create('Pizza', 1_000_000);
});
afterEach(async () => {
  const { findings, underWay } = await audit.run(true);
  expect([findings, underWay]).toEqual([[], 0]);
});
afterAll(() => audit.close());

/** The order moves on, and inventory has not heard of it. */
function moveOn(orderId: Parameters<typeof release>[0], told: boolean): string {
  const filed = audit.office.files.get(orderId)!;
  const eventId = randomUUID();
  audit.office.file(orderId, filed.lines, { ...filed, status: 'CANCELLED', version: 2, eventId, told });
  return eventId;
}

async function hear(orderId: Parameters<typeof release>[0], eventId: string): Promise<void> {
  await audit.house.stock.submit(release(orderId));
  await audit.house.pool.query('INSERT INTO messaging.inbox VALUES ($1, $2, $3)', [eventId, 'inventory', audit.topic]);
}

test('news that order has not told yet is under way, however long that takes', async () => {
  const orderId = await audit.order([[pizza, 2]]);
  const eventId = moveOn(orderId, false);
  expect(await audit.run(true)).toMatchObject({ findings: [], underWay: 1 });
  expect(await audit.state(orderId)).toEqual(['CONFIRMED', 1]);
  await hear(orderId, eventId);
});

test('news that Kafka has and we have not read is under way; once we are past it, it is lost, and repaired', async () => {
  const orderId = await audit.order([[pizza, 2]]);
  moveOn(orderId, true);
  const producer = audit.kafka.createProducer();
  await producer.send([{ topic: audit.topic, key: orderId, value: Buffer.from('news'), headers: {} }]);
  await producer.close();
  expect(await audit.run(true)).toMatchObject({ findings: [], underWay: 1 });
  expect(await audit.state(orderId)).toEqual(['CONFIRMED', 1]);

  const other = await openAudit(); // whose topic holds nothing, so that its group has passed everything
  const filed = audit.office.files.get(orderId)!;
  const lost = await other.order([[await other.house.create('Pizza', 10), 2]]);
  other.office.file(lost, other.office.files.get(lost)!.lines, { ...filed, eventId: randomUUID() });
  await other.house.pool.query(
    `INSERT INTO messaging.parked VALUES ('inventory', gen_random_uuid(), $1, 3, $2, 0, 7, NULL, '', '{}')`,
    [lost, other.topic],
  );
  expect(await other.run(true), 'put aside until an earlier one comes').toMatchObject({ findings: [], underWay: 1 });
  await other.house.pool.query('DELETE FROM messaging.parked');
  expect((await other.run(true)).findings).toMatchObject([{ kind: 'RESERVATION_STATE', orderId: lost, fixed: true }]);
  expect(await other.state(lost)).toEqual(['RELEASED', 1]);
  await other.close();

  await hear(orderId, filed.eventId!);
});

test('an order that moves on between two looks is under way', async () => {
  const orderId = await audit.order([[pizza, 2]]);
  await audit.moveUnheard(orderId, { status: 'CANCELLED' });
  audit.office.afterNextAnswer(() => {
    const filed = audit.office.files.get(orderId)!;
    audit.office.file(orderId, filed.lines, { ...filed, version: filed.version + 1 });
  });
  expect(await audit.run(false)).toMatchObject({ findings: [], underWay: 1 });
  expect((await audit.run(true)).findings).toMatchObject([{ kind: 'RESERVATION_STATE', fixed: true }]);
});

test('an order that was cancelled just before its repair, and heard of, does not keep the stock that the repair took', async () => {
  const orderId = await audit.order([[pizza, 2]]);
  await audit.house.stock.submit(release(orderId)); // the damage: an open order without stock
  const [quantity] = await audit.house.shelf(pizza);
  // first answer: open; second answer: the same version; then it is cancelled, and the news finds nothing to release
  audit.office.afterNextAnswer(() => audit.office.afterNextAnswer(() => hear(orderId, moveOn(orderId, true))));
  const { findings } = await audit.run(true);
  expect(findings.map(({ kind, fixed }) => [kind, fixed])).toEqual([
    ['RESERVATION_STATE', true],
    ['RESERVATION_STATE', true],
  ]);
  expect([await audit.state(orderId), (await audit.house.shelf(pizza))[0]]).toEqual([['RELEASED', 1], quantity]);
});

test('a retry that places an order whose reservation is being settled is not robbed of it', async () => {
  const wish = reservation([[pizza, 1]]);
  const outcome = await audit.house.stock.submit(wish);
  await audit.house.pool.query(`UPDATE reservations SET "createdAt" = now() - interval '1 hour' WHERE "orderId" = $1`, [
    wish.orderId,
  ]);
  // both looks find no order; it is placed before its attempt could be fenced
  const lines = outcome.outcome === 'RESERVED' ? outcome.lines : [];
  audit.office.afterNextAnswer(() =>
    audit.office.afterNextAnswer(() => void audit.office.file(wish.orderId, lines, { told: false })),
  );
  const { findings } = await audit.run(true);
  expect(findings).toMatchObject([{ kind: 'ORDER_MISSING', fixed: false, remedy: /run it again/ }].map((one) => ({ ...one, remedy: expect.stringMatching(one.remedy) as string }))); // prettier-ignore
  expect(await audit.state(wish.orderId)).toEqual(['HELD', 1]);
  const filed = audit.office.files.get(wish.orderId)!;
  await audit.house.stock.submit({ type: 'Confirm', orderId: wish.orderId, attempt: null, at: new Date() });
  await audit.house.pool.query('INSERT INTO messaging.inbox VALUES ($1, $2, $3)', [
    filed.eventId,
    'inventory',
    audit.topic,
  ]);
});

test('while order gives no answer nothing is concluded', async () => {
  const orderId = await audit.order([[pizza, 2]]);
  audit.office.shut(true);
  await expect(audit.run(true)).rejects.toThrow(/order can't be reached/);
  audit.office.shut(false);
  expect(await audit.state(orderId)).toEqual(['CONFIRMED', 1]);
});

test('under load from two instances no look finds anything, and damage among it is repaired', async () => {
  const other = audit.house.another();
  const cola = await audit.house.create('Cola', 100_000);
  let ends = false;
  const customers = Array.from({ length: 8 }, async (_, n) => {
    for (let i = 0; !ends; i += 1) {
      const wish = reservation(n % 2 === 0 ? [[pizza, 1], [cola, 2]] : [[cola, 1]]); // prettier-ignore
      const outcome = await (i % 2 === 0 ? audit.house.stock : other).submit(wish);
      if (outcome.outcome !== 'RESERVED') throw new Error(outcome.outcome);
      const { eventId } = audit.office.file(wish.orderId, outcome.lines);
      await audit.house.stock.submit({ type: 'Confirm', orderId: wish.orderId, attempt: null, at: new Date() });
      await audit.house.pool.query('INSERT INTO messaging.inbox VALUES ($1, $2, $3)', [
        eventId,
        'inventory',
        audit.topic,
      ]);
      if (i % 3 === 0) await hear(wish.orderId, moveOn(wish.orderId, true));
    }
  });
  try {
    for (let look = 0; look < 10; look += 1) expect((await audit.run(look % 2 === 0)).findings).toEqual([]);
    await audit.house.pool.query('UPDATE inventory SET reserved = reserved + 7 WHERE id = $1', [cola]);
    await audit.house.pool.query('UPDATE inventory SET quantity = quantity - 7 WHERE id = $1', [pizza]);
    const { findings } = await audit.run(true);
    expect(findings.map(({ kind, itemId, fixed }) => [kind, itemId, fixed])).toEqual(
      expect.arrayContaining([
        ['ITEM_RESERVED', cola, true],
        ['ITEM_QUANTITY', pizza, true],
      ]),
    );
    for (let look = 0; look < 5; look += 1) expect((await audit.run(false)).findings).toEqual([]);
  } finally {
    ends = true;
  }
  await Promise.all(customers);
  const [quantity] = await audit.house.shelf(pizza);
  expect(quantity).toBe(await audit.house.ledgerSum(pizza));
});
