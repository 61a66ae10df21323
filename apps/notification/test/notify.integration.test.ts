// Messages become notifications: once per event and rule, however often and by however many they are applied.
import { inTransaction } from '@oms/messaging';
import type { Message } from '@oms/contracts';
import { createDatabase, type TestDatabase } from '@oms/test-kit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { plainText } from '../src/channels/mail-body.ts';
import { createNotify } from '../src/consumers/alerts-and-orders.ts';
import type { Channel } from '../src/domain/rules.ts';
import { createRender } from '../src/domain/templates.ts';
import { createRules } from '../src/store/rules.ts';
import { lowStock, orderPlaced, orderStatusChanged, outOfStock } from './message-fixtures.ts';

let db: TestDatabase;
let woken = 0;

beforeAll(async () => {
  db = await createDatabase('notification');
});
beforeEach(async () => {
  woken = 0;
  await db.pool.query('TRUNCATE notifications');
});
afterAll(() => db.drop());

describe('applying a message', () => {
  test('twice makes its notifications once', async () => {
    const apply = notify();
    const message = lowStock();
    await applied(apply, [message]);
    await applied(apply, [message, message]);
    expect(await notifications()).toHaveLength(2);
    expect(woken).toBe(1);
  });

  test('in two transactions at the same time makes its notifications once', async () => {
    const apply = notify();
    const messages = Array.from({ length: 20 }, () => outOfStock());
    await Promise.all([applied(apply, messages), applied(apply, messages), applied(apply, messages)]);
    expect(await notifications()).toHaveLength(40);
  });

  test('wakes the senders only when its transaction is over, so that they find what it wrote', async () => {
    const seen: number[] = [];
    const apply = notify({ wake: () => void count().then((found) => seen.push(found)) });
    await inTransaction(db.pool, async (client) => {
      await apply(client, [lowStock()]);
      expect(seen).toEqual([]);
    });
    await expect.poll(() => seen).toEqual([2]);
  });

  test('that is rolled back leaves no notification, and wakes nobody', async () => {
    const before = woken;
    const failing = inTransaction(db.pool, async (client) => {
      await notify()(client, [lowStock()]);
      throw new Error('the batch failed');
    });
    await expect(failing).rejects.toThrow('the batch failed');
    expect(woken).toBe(before);
    expect(await notifications()).toEqual([]);
  });

  test('makes nothing for a channel that has no address', async () => {
    await applied(notify({ channels: ['EMAIL'] }), [lowStock()]);
    expect(await notifications()).toEqual([expect.objectContaining({ channel: 'EMAIL' })]);
  });
});

describe('the rules everybody starts with', () => {
  test('notify operations by e-mail and Slack of stock that is low or out', async () => {
    await applied(notify(), [lowStock({ itemName: 'Ham & eggs' }), outOfStock()]);
    expect(await notifications()).toEqual([
      expect.objectContaining({ target: 'ops@oms.example', subject: 'Low stock: Ham & eggs (4 kg left)' }),
      expect.objectContaining({
        target: '#kitchen-alerts',
        body: ':warning: *Low stock:* Ham &amp; eggs, 4 kg left (threshold 10, cheese)',
      }),
      expect.objectContaining({ target: 'ops@oms.example', subject: 'Out of stock: Mozzarella' }),
      expect.objectContaining({
        channel: 'SLACK',
        body: expect.stringContaining('*Out of stock:* Mozzarella (cheese).'),
      }),
    ]);
  });

  test('send the kitchen a ticket for a placed order', async () => {
    const message = orderPlaced({ aggregateId: 'aaaaaaaa-6c4f-4c7e-9d60-6c9a4b6f0a11' as never });
    await applied(notify(), [message]);
    const [ticket, ...others] = await notifications();
    expect(others).toEqual([]);
    expect(ticket).toMatchObject({
      channel: 'EMAIL',
      target: 'kitchen@oms.example',
      orderId: message.aggregateId,
      itemId: null,
      subject: 'Kitchen ticket AAAAAAAA: 3 pieces',
    });
    for (const part of [
      'Margherita<br><em>no &lt;onions&gt;</em>',
      '2 ×',
      '19.00',
      '31.50',
      '12345 Springfield',
      'Ring twice',
    ]) {
      expect(ticket?.body).toContain(part);
    }
  });

  test('quote instructions of several lines on the ticket, and leave out control characters', async () => {
    const message = orderPlaced();
    const instructions = 'Ring twice.\r\nDog in the yard\u001b[2J.\nTotal 0.00';
    await applied(notify(), [{ ...message, deliveryAddress: { ...message.deliveryAddress, instructions } }]);
    const [ticket] = await notifications();
    expect(plainText(ticket?.body ?? '')).toContain(
      'For the courier:\n\n> Ring twice.\n> Dog in the yard[2J.\n> Total 0.00',
    );
  });

  test('notify Slack of a cancelled order, the webhook of a delivered one, and no one of other steps', async () => {
    const cancelled = orderStatusChanged({ note: 'no more dough <b>' });
    const delivered = orderStatusChanged({ fromStatus: 'OUT_FOR_DELIVERY', toStatus: 'DELIVERED', reason: null });
    const preparing = orderStatusChanged({ toStatus: 'PREPARING', reason: null });
    await applied(notify(), [preparing, cancelled, delivered]);
    const [toSlack, toWebhook, ...others] = await notifications();
    expect(others).toEqual([]);
    expect(toSlack?.body).toBe(
      `:x: *Order ${cancelled.aggregateId.slice(0, 8).toUpperCase()} was cancelled* by staff, reason sold out (it was pending)\n> no more dough &lt;b&gt;`,
    );
    expect(JSON.parse(toWebhook?.body ?? '')).toEqual({
      type: 'order.delivered',
      timestamp: '2026-11-23T12:34:56.000Z',
      data: {
        orderId: delivered.aggregateId,
        customerId: delivered.customerId,
        fromStatus: 'OUT_FOR_DELIVERY',
        status: 'DELIVERED',
      },
    });
  });
});

type Row = { channel: Channel; target: string; subject: string | null; body: string; orderId: string; itemId: string };

function notify({ channels = ['EMAIL', 'SLACK', 'WEBHOOK'] as Channel[], wake = () => void (woken += 1) } = {}) {
  return createNotify({
    rules: createRules(),
    render: createRender(),
    channels: new Set(channels),
    wake,
  });
}

async function applied(apply: ReturnType<typeof notify>, messages: readonly Message[]): Promise<void> {
  await inTransaction(db.pool, (client) => apply(client, messages));
}

async function notifications(): Promise<Row[]> {
  return (await db.pool.query<Row>('SELECT * FROM notifications ORDER BY id')).rows;
}

async function count(): Promise<number> {
  return (await notifications()).length;
}
