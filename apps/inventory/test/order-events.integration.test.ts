/** Order events, applied to real PostgreSQL in the consumer's transaction: once, whatever comes twice or out of order. */
import { randomUUID } from 'node:crypto';
import type { CustomerId, EventId, ItemId, Message, OrderId, OrderStatus } from '@oms/contracts';
import { inTransaction } from '@oms/messaging';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createOrderEventHandler } from '../src/consumers/order-events.ts';
import { newOrderId, openWritePath, reservation, type WritePath } from './write-path-fixture.ts';

let writePath: WritePath;
let itemId: ItemId;
beforeAll(async () => {
  writePath = await openWritePath();
  itemId = await writePath.create('Gyoza', 1_000);
});
afterAll(() => writePath.close());

const consume = (messages: readonly Message[]) => {
  const apply = createOrderEventHandler({ transact: writePath.transact, now: () => new Date() });
  return inTransaction(writePath.pool, (client) => apply(client, messages));
};
const reserve = async (quantity: number): Promise<OrderId> => {
  const order = reservation([[itemId, quantity]]);
  await writePath.stock.submit(order);
  return order.orderId;
};

test('ORDER_PLACED confirms the reservation', async () => {
  const orderId = await reserve(2);
  expect(await consume([placed(orderId)])).toEqual([]);
  expect(await writePath.state(orderId)).toBe('CONFIRMED');
});

test('CANCELLED gives the stock back, with a movement and a message, once', async () => {
  const orderId = await reserve(5);
  const [before] = await writePath.stockOf(itemId);
  const events = [placed(orderId), changed(orderId, 'CANCELLED')];
  const stored = (await consume(events)) ?? [];
  expect(stored.map(({ eventType, aggregateId }) => [eventType, aggregateId])).toEqual([['INVENTORY_UPDATE', itemId]]);
  expect(await consume(events)).toEqual([]);
  expect([await writePath.state(orderId), (await writePath.stockOf(itemId))[0]]).toEqual(['RELEASED', before + 5]);
  const { rows } = await writePath.pool.query(
    'SELECT delta, reason, note, "changedBy" FROM movements WHERE "orderId" = $1 ORDER BY "itemVersion"',
    [orderId],
  );
  expect(rows[1]).toEqual({
    delta: 5,
    reason: 'RELEASED',
    note: 'the order was cancelled: CUSTOMER',
    changedBy: 'a customer',
  });
  expect((await writePath.published(itemId)).at(-1)).toMatchObject({
    reason: 'RELEASED',
    delta: 5,
    quantity: before + 5,
    orderId,
  });
});

test('DELIVERED takes what was reserved, once', async () => {
  const orderId = await reserve(3);
  const [quantity, reserved] = await writePath.stockOf(itemId);
  await consume([
    placed(orderId),
    changed(orderId, 'PREPARING'),
    changed(orderId, 'OUT_FOR_DELIVERY'),
    changed(orderId, 'DELIVERED'),
  ]);
  await consume([changed(orderId, 'DELIVERED')]);
  expect([await writePath.state(orderId), await writePath.stockOf(itemId)]).toEqual(['SOLD', [quantity, reserved - 3]]);
});

test('PREPARING takes the pieces off the shelf, also when ORDER_PLACED is still under way', async () => {
  const orderId = await reserve(1);
  const [quantity, reserved] = await writePath.stockOf(itemId);
  await consume([changed(orderId, 'PREPARING')]);
  await consume([placed(orderId)]);
  expect([await writePath.state(orderId), await writePath.stockOf(itemId)]).toEqual(['SOLD', [quantity, reserved - 1]]);
});

test('CANCELLED without restock writes the pieces off, with a movement and a message, once', async () => {
  const orderId = await reserve(4);
  const [quantity] = await writePath.stockOf(itemId);
  const cancelled = { ...changed(orderId, 'CANCELLED'), restock: false } as Message;
  await consume([changed(orderId, 'PREPARING'), cancelled]);
  await consume([{ ...cancelled, restock: true } as Message]);
  expect([await writePath.state(orderId), (await writePath.stockOf(itemId))[0]]).toEqual(['WRITTEN_OFF', quantity]);
  const { rows } = await writePath.pool.query(
    'SELECT delta, "writtenOff", reason FROM movements WHERE "orderId" = $1 ORDER BY "itemVersion"',
    [orderId],
  );
  expect(rows).toEqual([
    { delta: -4, writtenOff: 0, reason: 'RESERVED' },
    { delta: 0, writtenOff: 4, reason: 'WRITTEN_OFF' },
  ]);
  const message = { reason: 'ADJUSTED', delta: 0, writtenOff: 4, short: 0, shortDelta: 0, quantity, orderId };
  expect((await writePath.published(itemId)).at(-1)).toMatchObject(message);
});

test('an event of an order that never reserved changes nothing', async () => {
  const before = await writePath.stockOf(itemId);
  expect(
    await consume([placed(newOrderId()), changed(newOrderId(), 'CANCELLED'), changed(newOrderId(), 'DELIVERED')]),
  ).toEqual([]);
  expect(await writePath.stockOf(itemId)).toEqual(before);
});

test('a reason longer than the ledger holds does not keep the stock from coming back', async () => {
  const orderId = await reserve(1);
  const events = changed(orderId, 'CANCELLED');
  await consume([{ ...events, reason: 'x'.repeat(1_000), changedBy: 'y'.repeat(1_000) } as Message]);
  expect(await writePath.state(orderId)).toBe('RELEASED');
});

describe('many orders', () => {
  test('end the same, however their events are shuffled, repeated and cut into batches', async () => {
    const ends = ['CANCELLED', 'WRITTEN_OFF', 'DELIVERED'] as const;
    const plan = fc.array(fc.record({ quantity: fc.integer({ min: 1, max: 4 }), end: fc.constantFrom(...ends) }), {
      minLength: 1,
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(plan, fc.infiniteStream(fc.nat()), async (orders, chance) => {
        const [quantity, held] = await writePath.stockOf(itemId);
        const known = await Promise.all(
          orders.map(async ({ quantity: units, end }) => ({ units, end, orderId: await reserve(units) })),
        );
        const events = known.flatMap(({ orderId, end }) => [
          placed(orderId),
          changed(orderId, 'PREPARING'),
          end === 'WRITTEN_OFF'
            ? ({ ...changed(orderId, 'CANCELLED'), restock: false } as Message)
            : changed(orderId, end),
        ]);
        const shuffled = [...events, ...events]
          .map((message) => ({ message, place: chance.next().value }))
          .toSorted((a, b) => a.place - b.place);
        const messages = shuffled.map(({ message }) => message);
        const cut = chance.next().value % messages.length;
        await consume(messages.slice(0, cut));
        await consume(messages.slice(cut));
        const gone = known.reduce((sum, { units, end }) => sum + (end === 'CANCELLED' ? 0 : units), 0);
        expect(await writePath.stockOf(itemId)).toEqual([quantity - gone, held]);
        const states = { DELIVERED: 'SOLD', CANCELLED: 'RELEASED', WRITTEN_OFF: 'WRITTEN_OFF' };
        for (const { orderId, end } of known) expect(await writePath.state(orderId)).toBe(states[end]);
      }),
      { numRuns: 15 },
    );
  });

  test('in one batch take as many statements as one', async () => {
    const orderIds = await Promise.all(Array.from({ length: 100 }, () => reserve(1)));
    const [quantity] = await writePath.stockOf(itemId);
    const stored = (await consume(orderIds.map((orderId) => changed(orderId, 'CANCELLED')))) ?? [];
    expect([stored.length, (await writePath.stockOf(itemId))[0]]).toEqual([100, quantity + 100]);
    expect(await writePath.ledgerSum(itemId)).toBe(quantity + 100);
  });
});

function placed(orderId: OrderId): Message {
  const common = {
    eventId: randomUUID() as string as EventId,
    occurredAt: new Date(),
    aggregateId: orderId,
    aggregateVersion: 1,
  };
  const deliveryAddress = {
    line1: 'High Street 1',
    line2: null,
    city: 'Graz',
    postalCode: '8010',
    country: 'AT',
    instructions: null,
  };
  return {
    ...common,
    eventType: 'ORDER_PLACED',
    customerId: randomUUID() as string as CustomerId,
    totalAmount: 950,
    items: [],
    deliveryAddress,
    promisedDeliveryAt: null,
    placedBy: null,
    placedByRole: null,
    deliverAt: null,
    dueAt: null,
    acceptBy: null,
  };
}

function changed(orderId: OrderId, toStatus: OrderStatus): Message {
  const common = {
    eventId: randomUUID() as string as EventId,
    occurredAt: new Date(),
    aggregateId: orderId,
    aggregateVersion: 2,
  };
  const by = { changedBy: 'a customer', changedByRole: 'customer' };
  const why = { reason: 'CUSTOMER', note: null, restock: null, soldOutItemIds: null };
  const customerId = randomUUID() as string as CustomerId;
  return { ...common, ...by, ...why, eventType: 'ORDER_STATUS_CHANGED', customerId, fromStatus: 'PENDING', toStatus };
}
