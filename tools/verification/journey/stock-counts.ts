// The shelf as the kitchen lives it, from end to end: pieces leave it when cooking begins, are counted while promised, and are written off.
import { describe, expect, test } from 'vitest';
import { until } from '@oms/test-kit';
import type { ApiCaller } from '../../dev/client/client.ts';
import type { WholeSystem } from './whole-system.ts';

const deliveryAddress = { line1: '1 Harbour Street', city: 'Lisbon', postalCode: '1100-148', country: 'PT' };

/** Registers the tests; `whole` is called when they run. */
export function describeStockCounts(whole: () => WholeSystem): void {
  describe('stock that people can count', () => {
    test('pieces leave the shelf when cooking begins; those of an order that is cancelled then are written off', async () => {
      const [staff, customer] = await Promise.all([whole().as('staff'), whole().as('customer')]);
      const dish = await newDish(staff, 10);
      const orderId = await order(customer, dish, 3);
      expect(await shelfOf(staff, dish)).toEqual({ quantity: 7, onHand: 10, reserved: 3, short: 0 });

      await staff.patch(`/v1/orders/${orderId}/status`, { status: 'PREPARING' });
      await until('the pieces have left the shelf', async () => (await shelfOf(staff, dish)).onHand === 7);
      expect(await shelfOf(staff, dish)).toEqual({ quantity: 7, onHand: 7, reserved: 0, short: 0 });

      await staff.post(`/v1/orders/${orderId}/cancel`, { reason: 'RUSH_HOUR' });
      await until('they are written off', async () => (await lastMovement(staff, dish)).reason === 'WRITTEN_OFF');
      expect(await lastMovement(staff, dish)).toMatchObject({ delta: 0, writtenOff: 3, quantityAfter: 7, orderId });
    });

    test('a count below what is promised names the orders; a cancelled one leaves its pieces to the others', async () => {
      const [staff, customer] = await Promise.all([whole().as('staff'), whole().as('customer')]);
      const dish = await newDish(staff, 5);
      const orders = [await order(customer, dish, 2), await order(customer, dish, 2)];
      const counted = await staff.post(`/v1/inventory/${dish}/counts`, { onHand: 3, reason: 'one fell' });
      expect(counted).toMatchObject({
        status: 200,
        body: {
          quantity: 0,
          onHand: 3,
          reserved: 4,
          short: 1,
          promisedTo: { orders: 2, orderIds: orders.toReversed() },
        },
      });
      const promises = await staff.get(`/v1/inventory/${dish}/promises`);
      expect(promises.body.data.map(({ orderId }: { orderId: string }) => orderId)).toEqual(orders.toReversed());

      await customer.post(`/v1/orders/${orders[1]}/cancel`, { reason: 'CUSTOMER' });
      expect(await shelfOf(staff, dish)).toEqual({ quantity: 1, onHand: 3, reserved: 2, short: 0 });
    });

    test('an order that is cancelled because its dish is sold out leaves nothing of it to order', async () => {
      const [staff, customer] = await Promise.all([whole().as('staff'), whole().as('customer')]);
      const dish = await newDish(staff, 5);
      const orderId = await order(customer, dish, 1);
      await staff.post(`/v1/orders/${orderId}/cancel`, { reason: 'SOLD_OUT', items: [dish] });
      expect(await shelfOf(staff, dish)).toEqual({ quantity: 0, onHand: 0, reserved: 0, short: 0 });
      const out = await staff.get('/v1/inventory?outOfStock=true&category=Counted&limit=200');
      expect(out.body.data.map(({ id }: { id: string }) => id)).toContain(dish);
    });
  });
}

let dishes = 0;

async function newDish(staff: ApiCaller, quantity: number): Promise<string> {
  const itemName = `Counted dish ${(dishes += 1)} ${Date.now()}`;
  const item = { itemName, quantity, threshold: 0, unit: 'piece', price: '5.00', category: 'Counted' };
  const { status, body } = await staff.post('/v1/inventory', item);
  expect(status).toBe(201);
  return body.id as string;
}

async function order(customer: ApiCaller, itemId: string, quantity: number): Promise<string> {
  const { status, body } = await customer.post('/v1/orders', { items: [{ itemId, quantity }], deliveryAddress });
  expect(status).toBe(201);
  return body.id as string;
}

async function shelfOf(staff: ApiCaller, id: string) {
  const { quantity, onHand, reserved, short } = (await staff.get(`/v1/inventory/${id}`)).body;
  return { quantity, onHand, reserved, short };
}

async function lastMovement(staff: ApiCaller, id: string) {
  return (await staff.get(`/v1/inventory/${id}/movements?limit=1`)).body.data[0];
}
