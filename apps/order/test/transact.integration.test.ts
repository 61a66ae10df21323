/** The write path on real PostgreSQL: batches, a command that cannot be written among them, and their messages. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EventId, OrderId } from '@oms/contracts';
import { createDatabase, type TestDatabase } from '@oms/test-kit';
import { place } from '../src/domain/order.ts';
import type { Command } from '../src/store/transact.ts';
import { newIds, placing, startReplica, stepping, type Replica } from './replica.ts';

let database: TestDatabase;
let one: Replica;

beforeAll(async () => {
  database = await createDatabase('order');
  one = await startReplica(database.databaseUrl);
});
afterAll(async () => {
  await one.stop();
  await database.drop();
});

describe('a batch', () => {
  test('answers each caller with its own outcome, and writes once', async () => {
    const ids = newIds(20);
    const before = one.enqueued.length;
    const settled = await Promise.allSettled([
      ...ids.map((id) => one.transact.submit(placing(id))),
      ...ids.map((id) => one.transact.submit(stepping(id, 'PREPARING'))),
      one.transact.submit(stepping(randomUUID() as string as OrderId, 'PREPARING')),
    ]);
    expect(settled.slice(0, 40).every((outcome) => outcome.status === 'fulfilled')).toBe(true);
    expect(settled[40]).toMatchObject({ status: 'rejected', reason: { code: 'NOT_FOUND' } });
    expect(one.enqueued.length - before).toBe(1);
    const { rows } = await database.pool.query(
      'SELECT "status", "version" FROM "orders" WHERE "id" = ANY ($1) GROUP BY 1, 2',
      [ids],
    );
    expect(rows).toEqual([{ status: 'PREPARING', version: 2 }]);
  });

  test('with a command that no transaction can take keeps all others', async () => {
    const poison: Command = {
      ...placing(),
      decide: ({ order }) => ({
        events: [
          ...place(order, {
            ...placedBy(placing()),
            promiseMinutes: 45,
            by: { id: 'NUL \u0000 cannot be stored', role: 'staff' },
          }),
        ],
      }),
    };
    const good = Array.from({ length: 5 }, () => placing());
    const settled = await Promise.allSettled(
      [good[0]!, good[1]!, poison, ...good.slice(2)].map((command) => one.transact.submit(command)),
    );
    expect(settled.map((outcome) => outcome.status === 'fulfilled')).toEqual([true, true, false, true, true, true]);
  });

  test('decides in the sequence of arrival: of two commands with one key, the second gets the result of the first', async () => {
    const id = randomUUID() as string as OrderId;
    const [first, second] = [placing(id), placing(id)];
    const settled = await Promise.all([first, second].map((command) => one.transact.submit(command)));
    expect(settled.map((outcome) => outcome.changed)).toEqual([true, false]);
    expect(settled[0]?.order).toEqual(settled[1]?.order);
  });

  test('that writes nothing publishes nothing', async () => {
    const { order } = await one.transact.submit(placing());
    const before = one.enqueued.length;
    await one.transact.submit(stepping(order!.id, 'PREPARING'));
    const again = await one.transact.submit(stepping(order!.id, 'PREPARING'));
    expect([again.changed, again.order?.version, one.enqueued.length - before]).toEqual([false, 2, 1]);
  });
});

describe('messages', () => {
  test('of each change are one on each topic, stored with the rows and enqueued after them', async () => {
    const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const { order } = await one.transact.submit({ ...placing(), traceparent: trace });
    await one.transact.submit(stepping(order!.id, 'PREPARING'));
    const { rows } = await database.pool.query(
      `SELECT "topic", "eventType", "aggregateVersion", "eventId", "headers" FROM messaging.outbox
       WHERE "aggregateId" = $1 ORDER BY "id"`,
      [order!.id],
    );
    expect(rows.map((row): unknown[] => [row.topic, row.eventType, row.aggregateVersion])).toEqual([
      ['order-events', 'ORDER_PLACED', 1],
      ['analytics-events', 'NEW_ORDER', 1],
      ['order-events', 'ORDER_STATUS_CHANGED', 2],
      ['analytics-events', 'ORDER_STATUS_CHANGE', 2],
    ]);
    expect(rows.map((row): unknown => row.headers.traceparent)).toEqual([trace, trace, undefined, undefined]);
    const enqueued = one.enqueued.flat().filter((message) => message.aggregateId === order!.id);
    expect(enqueued.map((message) => message.eventId)).toEqual(rows.map((row): unknown => row.eventId));
    const history = await database.pool.query<{ eventId: EventId }>(
      'SELECT "eventId" FROM "order_history" WHERE "orderId" = $1 ORDER BY "version"',
      [order!.id],
    );
    expect(history.rows.map((row) => row.eventId)).toEqual([rows[0].eventId, rows[2].eventId]);
  });
});

function placedBy(command: Command) {
  const event = command.decide({ order: null, placement: null }).events[0];
  if (event?.type !== 'OrderPlaced') throw new Error('This command places no order.');
  return event;
}
