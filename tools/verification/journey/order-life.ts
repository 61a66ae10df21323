// What customers, staff on the phone and the kitchen do with an order beside placing and delivering it, from end to end.
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { until } from '@oms/test-kit';
import type { ApiCaller } from '../../dev/client/client.ts';
import type { WholeSystem } from './whole-system.ts';

const deliveryAddress = { line1: '1 Harbour Street', city: 'Lisbon', postalCode: '1100-148', country: 'PT' };
const repetitions = 100;

/** Registers the tests; `whole` is called when they run. */
export function describeOrderLife(whole: () => WholeSystem): void {
  const customer = () => whole().as('customer');
  const staff = () => whole().as('staff');

  describe('the life of an order', () => {
    test('the customer pays what they saw: another price is refused, and the new total is accepted', async () => {
      const dish = await newDish(5, '10.00');
      const buyer = await customer();
      const key = { 'idempotency-key': randomUUID() };
      const place = (expectedTotal: string) => order(buyer, { dish, quantity: 2, expectedTotal }, key);
      await (await staff()).patch(`/v1/inventory/${dish}`, { price: '12.50' });

      expect(await place('20.00')).toMatchObject({
        status: 409,
        body: {
          code: 'PRICE_CHANGED',
          total: '25.00',
          lines: [{ itemId: dish, unitPrice: '12.50', lineTotal: '25.00' }],
        },
      });
      expect(await stockOf(dish)).toBe(5);

      const placed = await place('25.00');
      expect(placed).toMatchObject({ status: 201, body: { totalAmount: '25.00' } });
      await (await staff()).patch(`/v1/inventory/${dish}`, { price: '99.00' });
      expect(await place('25.00')).toMatchObject({ status: 201, body: placed.body });
      expect(await stockOf(dish)).toBe(3);
    });

    test('refusals come in one sequence: unknown item, shortage, price', async () => {
      const dish = await newDish(1, '10.00');
      const buyer = await customer();
      const items = [{ itemId: dish, quantity: 2 }];
      const wrong = { deliveryAddress, expectedTotal: '0.01' };
      const unknown = { items: [...items, { itemId: randomUUID(), quantity: 1 }], ...wrong };
      expect(await buyer.post('/v1/orders', unknown)).toMatchObject({ status: 422, body: { code: 'UNKNOWN_ITEM' } });
      expect(await buyer.post('/v1/orders', { items, ...wrong })).toMatchObject({
        body: { code: 'INSUFFICIENT_STOCK' },
      });
    });

    test('staff place an order for a customer on the phone, who sees and cancels it', async () => {
      const dish = await newDish(5);
      const [clerk, caller] = [await staff(), await customer()];
      const { body: own } = await order(caller, { dish });
      const placed = await order(clerk, { dish, customerId: own.customerId });

      expect(placed).toMatchObject({ status: 201, body: { customerId: own.customerId } });
      const history = await caller.get(`/v1/orders/${placed.body.id}/history`);
      expect(history.body.data).toMatchObject([{ version: 1, byRole: 'staff' }]);
      expect(history.body.data[0].by).not.toBe(own.customerId);
      expect(await cancel(caller, placed.body.id, { reason: 'CUSTOMER' })).toMatchObject({ status: 200 });
      expect(await order(caller, { dish, customerId: own.customerId })).toMatchObject({ status: 403 });
    });

    test(`the last piece can be ordered again as soon as its order is cancelled, ${repetitions} times`, async () => {
      const dish = await newDish(1);
      const buyer = await customer();
      for (let at = 1; at <= repetitions; at += 1) {
        const placed = await order(buyer, { dish });
        expect(placed.status, `order ${at}: ${JSON.stringify(placed.body)}`).toBe(201);
        expect(await cancel(buyer, placed.body.id, { reason: 'CUSTOMER' })).toMatchObject({ status: 200 });
      }
      expect(await stockOf(dish)).toBe(1);
    });

    test('a customer cannot cancel with a reason of the kitchen, nor once the kitchen has begun', async () => {
      const buyer = await customer();
      const { body } = await order(buyer, { dish: await newDish(5) });
      expect(await cancel(buyer, body.id, { reason: 'SOLD_OUT' })).toMatchObject({ status: 403 });
      await step(body.id, 'PREPARING');
      expect(await cancel(buyer, body.id, { reason: 'CUSTOMER' })).toMatchObject({
        status: 409,
        body: { code: 'INVALID_TRANSITION' },
      });
    });

    test('a failed delivery ends with a reason of its own, and with no other', async () => {
      const [buyer, kitchen] = [await customer(), await staff()];
      const { body } = await order(buyer, { dish: await newDish(5) });
      expect(await cancel(kitchen, body.id, { reason: 'NO_SHOW' })).toMatchObject({
        status: 409,
        body: { code: 'REASON_NOT_ALLOWED' },
      });
      await step(body.id, 'PREPARING');
      await step(body.id, 'OUT_FOR_DELIVERY');
      expect(await cancel(kitchen, body.id, { reason: 'CUSTOMER' })).toMatchObject({
        status: 409,
        body: { code: 'REASON_NOT_ALLOWED', allowed: ['NO_SHOW', 'ADDRESS_NOT_FOUND', 'REFUSED'] },
      });
      expect(await cancel(kitchen, body.id, { reason: 'NO_SHOW', restock: true })).toMatchObject({ status: 409 });
      expect(await cancel(kitchen, body.id, { reason: 'NO_SHOW', note: 'rang twice' })).toMatchObject({
        status: 200,
        body: { status: 'CANCELLED', version: 4 },
      });
      expect(await cancel(kitchen, body.id, { reason: 'REFUSED' })).toMatchObject({
        status: 200,
        body: { version: 4 },
      });
    });

    test('what the kitchen has begun to cook is written off, unless staff say that it can be sold again', async () => {
      const dish = await newDish(5);
      const [buyer, kitchen] = [await customer(), await staff()];
      for (const [body, left] of [
        [{ reason: 'RUSH_HOUR' }, 4],
        [{ reason: 'RUSH_HOUR', restock: true }, 4],
      ] as const) {
        // prettier-ignore
        const { body: placed } = await order(buyer, { dish });
        await step(placed.id, 'PREPARING');
        expect(await cancel(kitchen, placed.id, body)).toMatchObject({ status: 200 });
        await until('the stock is settled', async () => (await stockOf(dish)) === left);
      }
      const { body: movements } = await kitchen.get(`/v1/inventory/${dish}/movements`);
      const reasons = movements.data.map(({ reason }: { reason: string }) => reason).toSorted();
      expect(reasons).toEqual(['CREATED', 'RELEASED', 'RESERVED', 'RESERVED', 'WRITTEN_OFF']);
    });

    test('an item that is sold out cannot be ordered any more when the cancel is answered', async () => {
      const [dish, other] = [await newDish(9), await newDish(9)];
      const [buyer, kitchen] = [await customer(), await staff()];
      const items = [dish, other].map((itemId) => ({ itemId, quantity: 1 }));
      const { body: placed } = await buyer.post('/v1/orders', { items, deliveryAddress });
      expect(await cancel(kitchen, placed.id, { reason: 'SOLD_OUT', items: [dish], restock: true })).toMatchObject({
        status: 200,
      });
      expect(await order(buyer, { dish })).toMatchObject({ status: 409, body: { code: 'INSUFFICIENT_STOCK' } });
      expect([await stockOf(dish), await stockOf(other)]).toEqual([0, 9]);
    });

    test('a scheduled order has its stock reserved at once, and is promised for its time', async () => {
      const dish = await newDish(1);
      const deliverAt = new Date(Date.now() + 3 * 24 * 60 * 60 * 1000).toISOString();
      const placed = await order(await customer(), { dish, deliverAt });
      expect(placed).toMatchObject({ status: 201, body: { deliverAt, promisedDeliveryAt: deliverAt } });
      expect(await stockOf(dish)).toBe(0);
    });
  });

  async function newDish(quantity: number, price = '1.00'): Promise<string> {
    const dish = {
      itemName: `Dish ${randomUUID()}`,
      quantity,
      threshold: 0,
      unit: 'portion',
      price,
      category: 'mains',
    };
    return (await (await staff()).post('/v1/inventory', dish)).body.id as string;
  }

  async function stockOf(dish: string): Promise<number> {
    return (await (await staff()).get(`/v1/inventory/${dish}`)).body.quantity as number;
  }

  async function step(id: string, status: string): Promise<void> {
    const kitchen = await staff();
    await until(`order ${id} is ${status}`, async () => {
      return (await kitchen.patch(`/v1/orders/${id}/status`, { status })).status === 200;
    });
  }
}

function order(
  caller: ApiCaller,
  { dish, quantity = 1, ...more }: { dish: string; quantity?: number; [field: string]: unknown },
  headers?: Record<string, string>,
) {
  return caller.post('/v1/orders', { items: [{ itemId: dish, quantity }], deliveryAddress, ...more }, headers);
}

function cancel(
  caller: ApiCaller,
  id: string,
  body: { reason: string; restock?: boolean; note?: string; items?: string[] },
) {
  return caller.post(`/v1/orders/${id}/cancel`, body);
}
