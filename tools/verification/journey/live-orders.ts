// On the real stack: a customer follows their order, and staff all orders, through the gateway and over a restart of order.
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openEventStream, until, type EventStreamClient } from '@oms/test-kit';
import type { ApiCaller } from '../../dev/client/client.ts';
import type { WholeSystem } from './whole-system.ts';

const deliveryAddress = { line1: '1 Harbour Street', city: 'Lisbon', postalCode: '1100-148', country: 'PT' };

/** Registers the tests; `whole` is asked when they run. */
export function describeLiveOrders(whole: () => WholeSystem): void {
  describe('live orders', () => {
    let customer: ApiCaller;
    let staff: ApiCaller;
    let dish: string;
    const open: EventStreamClient[] = [];

    beforeAll(async () => {
      [customer, staff] = await Promise.all([whole().as('customer'), whole().as('staff')]);
      const item = { itemName: 'Followed soup', unit: 'bowl', price: '3.00', category: 'Soup', quantity: 100 };
      dish = ((await staff.post('/v1/inventory', item)).body as { id: string }).id;
    });
    afterEach(() => open.splice(0).forEach((stream) => stream.close()));

    async function follow(path: string, by: ApiCaller, lastEventId?: string): Promise<EventStreamClient> {
      const stream = await openEventStream(whole().system.urls.gateway + path, {
        token: by.token,
        ...(lastEventId !== undefined && { lastEventId }),
      });
      expect(stream.status).toBe(200);
      open.push(stream);
      return stream;
    }

    async function place(): Promise<string> {
      const placed = await customer.post('/v1/orders', { items: [{ itemId: dish, quantity: 1 }], deliveryAddress });
      expect(placed.status).toBe(201);
      return (placed.body as { id: string }).id;
    }

    const move = async (id: string, status: string) =>
      expect((await staff.patch(`/v1/orders/${id}/status`, { status })).status).toBe(200);

    test('each change is sent, from the placement to the delivery, and nothing is lost when order restarts', async () => {
      const all = await follow('/v1/orders/events?status=PENDING', staff);
      expect(await all.next()).toMatchObject({ event: 'reset' });
      const id = await place();
      const mine = await follow(`/v1/orders/${id}/events`, customer);
      expect(await mine.next()).toMatchObject({ event: 'reset', data: { order: { status: 'PENDING' } } });
      await until('staff have the order', () => versionsOf(all, id).length === 1);

      await whole().system.service('order').stop();
      await until('both streams have ended', () => mine.ended() !== undefined && all.ended() !== undefined);
      expect([mine.events.at(-1), all.events.at(-1)]).toMatchObject([
        { event: 'closed', data: { reason: 'SHUTDOWN' } },
        { event: 'closed', data: { reason: 'SHUTDOWN' } },
      ]);
      await whole().system.service('order').start();
      await move(id, 'PREPARING');
      await move(id, 'OUT_FOR_DELIVERY');

      const mineAgain = await follow(`/v1/orders/${id}/events`, customer, mine.lastEventId());
      const allAgain = await follow('/v1/orders/events?status=PENDING', staff, all.lastEventId());
      await move(id, 'DELIVERED');
      await until('the customer has all', () => versionsOf(mineAgain, id).length === 3);
      expect(versionsOf(mineAgain, id)).toEqual([2, 3, 4]);
      await until('staff have what left their list', () => versionsOf(allAgain, id).length === 1);
      expect([versionsOf(all, id), versionsOf(allAgain, id)]).toEqual([[1], [2]]);
    });
  });
}

function versionsOf({ events }: EventStreamClient, orderId: string): number[] {
  return events
    .filter(({ event }) => event === 'change')
    .map(({ data }) => data as { change: { version: number }; order: { id: string } })
    .filter(({ order }) => order.id === orderId)
    .map(({ change }) => change.version);
}
