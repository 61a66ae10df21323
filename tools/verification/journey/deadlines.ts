// What happens to an order when nobody does anything, on the whole system: also when its service was dead as the deadline passed.
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { until } from '@oms/test-kit';
import type { ApiCaller } from '../../dev/client/client.ts';
import type { WholeSystem } from './whole-system.ts';

const deliveryAddress = { line1: '1 Harbour Street', city: 'Lisbon', postalCode: '1100-148', country: 'PT' };

export function describeDeadlines(whole: () => WholeSystem, newItem: () => Promise<string>): void {
  describe('a deadline', () => {
    test('is honoured though the service was dead when it passed: the kitchen has two more minutes, then it is cancelled', async () => {
      const { staff, dish, id, read } = await placed();
      const order = whole().system.service('order');
      await order.kill('SIGKILL');
      // As if it had been dead for long: the order fell due, and nobody swept.
      const due = `SET "acceptBy" = now() - interval '1 minute', "deadlineAt" = now() - interval '1 minute'`;
      await inDatabase(`UPDATE orders ${due} WHERE id = '${id}'`);
      await inDatabase(`UPDATE deadline_sweeps SET "sweptAt" = now() - interval '10 minutes'`);
      await order.start();
      await until('the kitchen has more time', async () => Date.parse((await read()).acceptBy) > Date.now() + 60_000);
      expect(await read()).toMatchObject({ status: 'PENDING', version: 1 });

      await inDatabase(`UPDATE orders SET "acceptBy" = now(), "deadlineAt" = now() WHERE id = '${id}'`);
      await until('it is cancelled', async () => (await read()).status === 'CANCELLED');
      const { body } = await staff.get(`/v1/orders/${id}/history`);
      expect(body.data.at(-1)).toMatchObject({ reason: 'NOT_ACCEPTED', by: 'order', byRole: 'service', restock: true });
      await until('its stock is back', async () => (await staff.get(`/v1/inventory/${dish}`)).body.quantity === 5);
    });

    test('of a scheduled order: its stock is taken at once, and the kitchen has its ticket when it is due', async () => {
      const deliverAt = new Date(Date.now() + 3 * 60 * 60_000).toISOString();
      const { staff, dish, id, read } = await placed({ deliverAt });
      expect(await read()).toMatchObject({ deliverAt, promisedDeliveryAt: deliverAt });
      expect((await staff.get(`/v1/inventory/${dish}`)).body.quantity).toBe(4);

      await inDatabase(`UPDATE orders SET "dueAt" = now(), "deadlineAt" = now() WHERE id = '${id}'`);
      await until('it is due', async () => (await read()).version === 2);
      const notified = async () =>
        (await staff.get(`/v1/notifications?orderId=${id}`)).body.data as { event: string; status: string }[];
      await until('the ticket is sent', async () => (await notified()).some(({ status }) => status === 'SENT'));
      expect((await notified()).map(({ event }) => event)).toEqual(['ORDER_DUE']);
    });

    test('of the kitchen is published as ORDER_LATE, and the order keeps its version', async () => {
      const { staff, id, read } = await placed();
      await staff.patch(`/v1/orders/${id}/status`, { status: 'PREPARING' });
      await inDatabase(
        `UPDATE orders SET "acceptedAt" = now() - interval '1 hour', "deadlineAt" = now() WHERE id = '${id}'`,
      );
      const lateAt = async () =>
        (await inDatabase(`SELECT "preparingLateAt" AS at FROM orders WHERE id = '${id}'`))[0]?.['at'];
      await until('it is late', async () => (await lateAt()) !== null);
      const ready = await staff.post(`/v1/orders/${id}/ready`);
      expect(ready).toMatchObject({ status: 200, body: { status: 'PREPARING', version: 3 } });
      expect(await read()).toMatchObject({ readyAt: ready.body.readyAt, version: 3 });
    });
  });

  async function placed(more: { deliverAt?: string } = {}) {
    const [customer, staff] = await Promise.all([whole().as('customer'), whole().as('staff')]);
    const dish = await newItem();
    const body = { items: [{ itemId: dish, quantity: 1 }], deliveryAddress, ...more };
    const reply = await customer.post('/v1/orders', body);
    expect(reply.status).toBe(201);
    const id = String(reply.body.id);
    const read = () => until('the order is there', () => readBy(customer, id));
    return { staff, dish, id, read };
  }

  async function inDatabase(sql: string): Promise<Record<string, unknown>[]> {
    const client = new pg.Client({ connectionString: whole().stack.databaseUrl('order') });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  }
}

/** Also while the service is starting. */
async function readBy(customer: ApiCaller, id: string) {
  const { status, body } = await customer.get(`/v1/orders/${id}`);
  return status === 200 && body;
}
